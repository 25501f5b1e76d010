//! DataSubvention: grants to associations, each value a record of its own (facts 161).

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;

use crate::{
    sources::{
        Ask, Question, Raw, Way,
        login::{self, Grant},
        request,
    },
    trouble::{Class, Trouble},
};

/// The grants of an association.
pub(crate) const GRANTS: Ask = Ask::of(GRANT.host, "grants", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/association/{}/grants", question.entity);
    let get = || request(Method::GET, GRANT.host, &path);
    let answer = way.authorised(GRANT, question, get, Bytes::new()).await?;
    read(&answer).map(Raw::from)
}

/// The grants in what it gave; an association without any is not found.
pub(crate) fn grants(body: &Bytes) -> Result<Vec<Value>, Trouble> {
    let record: Value =
        serde_json::from_slice(body).map_err(|_| Trouble::said(Class::Unknown, body))?;
    match record.get("subventions") {
        Some(Value::Array(grants)) if grants.is_empty() => {
            Err(Trouble::said(Class::NotFound, body))
        }
        Some(Value::Array(grants)) => Ok(grants.clone()),
        _ => Err(Trouble::said(Class::Unknown, body)),
    }
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        400 | 404 => Err(Trouble::said(Class::NotFound, body)),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

fn let_in(body: &[u8]) -> Option<(String, Duration)> {
    let record: Value = serde_json::from_slice(body).ok()?;
    let token = record.pointer("/user/jwt/token")?.as_str()?.to_owned();
    let life = login::life_of_jwt(&token)?;
    Some((token, life))
}

const GRANT: Grant = Grant {
    carrier: Some("x-access-token"),
    ..Grant::json(
        "data_subvention",
        "/auth/login",
        r#"{"email":"api-entreprise@exemple.example","password":"secret"}"#,
        let_in,
    )
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_association_that_is_unknown_or_has_no_grant_is_not_found() {
        let class = |status: u16, body: &'static str| {
            let answer = Response::builder()
                .status(status)
                .body(Bytes::from(body))
                .unwrap();
            let read = read(&answer).and_then(|body| grants(&body));
            read.err().map(|trouble| trouble.class)
        };

        assert_eq!(class(200, r#"{"subventions":[{}]}"#), None);
        assert_eq!(class(200, r#"{"subventions":[]}"#), Some(Class::NotFound));
        assert_eq!(class(400, "{}"), Some(Class::NotFound));
        assert_eq!(class(404, "{}"), Some(Class::NotFound));
        assert_eq!(class(200, "{}"), Some(Class::Unknown));
        assert_eq!(class(200, "<html>"), Some(Class::Unknown));
        assert_eq!(class(503, "{}"), Some(Class::Unavailable));
    }
}
