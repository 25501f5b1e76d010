//! CIBTP: paid leave and bad weather in building, a raw PDF (facts 158).

use bytes::Bytes;
use http::{Method, Response};

use crate::{
    sources::{Ask, Question, Raw, Way, login::Grant, request},
    trouble::{Class, Trouble},
};

/// The call for an attestation.
pub(crate) const ATTESTATION: Ask = Ask::of(GRANT.host, "attestation", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/apiEntreprise/attestationMarche?siret={}", question.entity);
    let get = || request(Method::GET, GRANT.host, &path);
    let answer = way.authorised(GRANT, question, get, Bytes::new()).await?;
    read(&answer).map(Raw::from)
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    let class = match answer.status().as_u16() {
        200 => return Ok(body.clone()),
        404 => Class::NotFound,
        422 => OWED,
        409 => Class::Internal,
        _ => return Err(Trouble::of_status(answer.status(), body)),
    };
    Err(Trouble::said(class, body))
}

/// Contributions are missing.
const OWED: Class = Class::Own("422");

const GRANT: Grant = Grant::oauth2(
    "cibtp",
    "grant_type=client_credentials&client_id=doublure&client_secret=secret",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_owed_is_told_apart_from_what_is_not_known() {
        let class = |status| {
            let answer = Response::builder().status(status).body(Bytes::new());
            read(&answer.unwrap()).err().map(|trouble| trouble.class)
        };

        assert_eq!(class(200), None);
        assert_eq!(class(404), Some(Class::NotFound));
        assert_eq!(class(422), Some(Class::Own("422")));
        assert_eq!(class(409), Some(Class::Internal));
        assert_eq!(class(500), Some(Class::Internal));
        assert_eq!(class(503), Some(Class::Unavailable));
    }
}
