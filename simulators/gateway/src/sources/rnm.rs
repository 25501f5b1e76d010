//! RNM: the register of crafts, a flat record or a page (facts 161).

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::{Class, Trouble},
};

/// A company's entry.
pub(crate) const ENTREPRISE: Ask = Ask::of(HOST, "entreprise", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/v2/entreprises/{}?format=json", question.entity);
    let request = request(Method::GET, HOST, &path).body(Bytes::new());
    let request = request.map_err(|_| Class::Unknown)?;
    let answer = way
        .exchange(question.call, Some(question.entity), request)
        .await?;
    sources::by_status(&answer).map(Raw::from)
}

/// The record in what it gave.
pub(crate) fn record(body: &Bytes) -> Result<Value, Trouble> {
    serde_json::from_slice(body)
        .ok()
        .filter(|record: &Value| record.get("id").is_some_and(|id| !id.is_null()))
        .ok_or_else(|| Trouble::said(Class::Unknown, body))
}

const HOST: &str = "rnm";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_number_is_no_entry() {
        let class = |body: &'static str| {
            record(&Bytes::from_static(body.as_bytes()))
                .err()
                .map(|it| it.class)
        };

        assert_eq!(class(r#"{"id":"35123"}"#), None);
        assert_eq!(class(r#"{"id":null}"#), Some(Class::Unknown));
        assert_eq!(class("<html>"), Some(Class::Unknown));
    }
}
