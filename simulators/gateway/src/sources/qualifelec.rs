//! Qualifelec: certificates in JSON, behind a log-in in JSON (facts 159).

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde::Deserialize;

use crate::{
    sources::{
        self, Ask, Question, Raw, Way,
        login::{self, Grant},
        request,
    },
    trouble::Trouble,
};

/// What lets us in.
#[derive(Deserialize)]
struct Granted {
    token: String,
}

/// The call for certificates.
pub(crate) const CERTIFICATS: Ask = Ask::of(GRANT.host, "certificats", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/certificates/{}", question.entity);
    let get = || request(Method::GET, GRANT.host, &path);
    let answer = way.authorised(GRANT, question, get, Bytes::new()).await?;
    sources::by_status(&answer).map(Raw::from)
}

/// The token of an answer to a log-in, and how long it lives: its own claims tell.
fn granted(body: &[u8]) -> Option<(String, Duration)> {
    let Granted { token } = serde_json::from_slice(body).ok()?;
    let life = login::life_of_jwt(&token)?;
    Some((token, life))
}

const GRANT: Grant = Grant::json(
    "qualifelec",
    "/login",
    r#"{"username":"doublure","password":"secret"}"#,
    granted,
);

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn a_token_lives_from_one_of_its_claims_to_the_other() {
        let log_in = |claims: &str| {
            let claims = BASE64_URL_SAFE_NO_PAD.encode(claims);
            granted(format!(r#"{{"token":"h.{claims}.s"}}"#).as_bytes())
        };

        let (token, life) = log_in(r#"{"iat":1000,"exp":4600}"#).unwrap();

        assert!(token.starts_with("h."));
        assert_eq!(life, Duration::from_secs(3_600));
        assert_eq!(log_in(r#"{"iat":2,"exp":1}"#), None);
        assert_eq!(log_in("[]"), None);
        assert_eq!(granted(b"{}"), None);
    }
}
