//! Qualibat: a certificate, a raw PDF; what is not found comes with HTTP 200 (facts 158).

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;

use crate::{
    sources::{self, Ask, Question, Raw, Way, login::Grant, request},
    trouble::{Class, Trouble},
};

/// The call for a certificate.
pub(crate) const CERTIFICAT: Ask = Ask::of(GRANT.host, "certificat", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/certificat?SIRET={}", question.entity);
    let get = || request(Method::GET, GRANT.host, &path);
    let answer = way.authorised(GRANT, question, get, Bytes::new()).await?;
    read(&answer).map(Raw::from)
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = sources::by_status(answer)?;
    let refusal: Option<Value> = serde_json::from_slice(&body).ok();
    match refusal.and_then(|refusal| refusal["status_code"].as_u64()) {
        Some(404) => Err(Trouble::said(Class::NotFound, &body)),
        _ => Ok(body),
    }
}

const GRANT: Grant = Grant::oauth2(
    "qualibat",
    "grant_type=client_credentials&client_id=doublure&client_secret=secret",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_found_is_said_in_the_body() {
        let class = |status, body: &'static str| {
            let body = Bytes::from_static(body.as_bytes());
            let answer = Response::builder().status(status).body(body).unwrap();
            read(&answer).err().map(|trouble| trouble.class)
        };

        assert_eq!(class(200, "%PDF-1.7"), None);
        assert_eq!(class(200, r#"{"status_code":404}"#), Some(Class::NotFound));
        assert_eq!(class(404, ""), Some(Class::NotFound));
        assert_eq!(class(500, ""), Some(Class::Internal));
    }
}
