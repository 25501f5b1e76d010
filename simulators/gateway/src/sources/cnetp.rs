//! CNETP: paid leave and bad weather in public works, a raw PDF (facts 157).

use bytes::Bytes;
use http::{Method, Response};

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::{Class, Trouble},
};

/// The call for an attestation.
pub(crate) const ATTESTATION: Ask = Ask::of(HOST, "attestation", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!(
        "/webservice/doc/attestations/entreprises?id=doublure&jeton=secret&siren={}",
        question.entity
    );
    let get = request(Method::GET, HOST, &path);
    let answer = way.open(question, get, Bytes::new()).await?;
    read(&answer).map(Raw::from)
}

/// It turns all away with 401 while it is closed (facts 102).
fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    match answer.status().as_u16() {
        401 => Err(Trouble::said(Class::Maintenance, answer.body())),
        _ => sources::by_status(answer),
    }
}

const HOST: &str = "cnetp";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_turned_away_came_while_it_was_closed() {
        let class = |status| {
            let answer = Response::builder().status(status).body(Bytes::new());
            read(&answer.unwrap()).err().map(|trouble| trouble.class)
        };

        assert_eq!(class(401), Some(Class::Maintenance));
        assert_eq!(class(404), Some(Class::NotFound));
        assert_eq!(class(200), None);
    }
}
