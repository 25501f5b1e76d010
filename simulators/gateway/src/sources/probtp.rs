//! ProBTP: contributions for pensions; always HTTP 200, how it went stands in the head (facts 156).

use bytes::Bytes;
use http::{HeaderValue, Method, Response, header};
use serde::Deserialize;
use serde_json::json;

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::{Class, Trouble},
};

/// The call for an attestation.
pub(crate) const ATTESTATION: Ask = asking("attestation");
/// The call that tells whether contributions are paid.
pub(crate) const CONFORMITE: Ask = asking("conformite");

/// An answer, of either call.
#[derive(Deserialize)]
struct Answer {
    entete: Head,
    #[serde(default)]
    data: String,
    #[serde(default)]
    corps: String,
}

/// How it went.
#[derive(Deserialize)]
struct Head {
    code: String,
}

const fn asking(call: &'static str) -> Ask {
    Ask::of(HOST, call, |way, question| Box::pin(ask(way, question)))
}

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = match question.call {
        "attestation" => "/attestationCotisation",
        _ => "/statutCotisation",
    };
    let json = HeaderValue::from_static("application/json");
    let post = request(Method::POST, HOST, path).header(header::CONTENT_TYPE, json);
    let body = json!({"corps": question.entity}).to_string();
    let answer = way.open(question, post, body.into()).await?;
    read(&answer).map(Raw::from)
}

/// The attestation in an answer.
pub(crate) fn document(body: &Bytes) -> Result<Bytes, Trouble> {
    let answer = answer(body)?;
    sources::pdf_in_base64(answer.data.as_bytes())
}

/// Whether contributions are paid, as an answer says it.
pub(crate) fn eligible(body: &Bytes) -> Result<bool, Trouble> {
    let answer = answer(body)?;
    match answer.corps.get(..2) {
        Some("00") => Ok(true),
        Some("01") => Ok(false),
        _ => Err(Trouble::said(Class::Unknown, body)),
    }
}

fn read(answered: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answered.body();
    if !matches!(answered.status().as_u16(), 200 | 500) {
        return Err(Trouble::of_status(answered.status(), body));
    }
    match answer(body)?.entete.code.as_str() {
        "0" => Ok(body.clone()),
        "8" => Err(Trouble::said(Class::NotFound, body)),
        "4" => Err(Trouble::said(Class::Internal, body)),
        _ => Err(Trouble::said(Class::Unknown, body)),
    }
}

/// What is no answer at all is a failure of ProBTP's own.
fn answer(body: &Bytes) -> Result<Answer, Trouble> {
    serde_json::from_slice(body).map_err(|_| Trouble::said(Class::Internal, body))
}

const HOST: &str = "probtp";

#[cfg(test)]
mod tests {
    use super::*;

    fn class(status: u16, body: &'static str) -> Option<Class> {
        let body = Bytes::from_static(body.as_bytes());
        let answer = Response::builder().status(status).body(body).unwrap();
        read(&answer).err().map(|trouble| trouble.class)
    }

    #[test]
    fn the_head_tells_how_it_went() {
        assert_eq!(class(200, r#"{"entete":{"code":"0"}}"#), None);
        assert_eq!(
            class(200, r#"{"entete":{"code":"8"}}"#),
            Some(Class::NotFound)
        );
        assert_eq!(
            class(200, r#"{"entete":{"code":"4"}}"#),
            Some(Class::Internal)
        );
        assert_eq!(
            class(200, r#"{"entete":{"code":"7"}}"#),
            Some(Class::Unknown)
        );
        assert_eq!(class(500, "<html>"), Some(Class::Internal));
        assert_eq!(class(503, "<html>"), Some(Class::Unavailable));
        assert_eq!(class(403, "<html>"), Some(Class::Unknown));
    }

    #[test]
    fn the_first_two_digits_say_yes_or_no() {
        let eligible = |text: &str| {
            let body = json!({"entete": {"code": "0"}, "corps": text}).to_string();
            eligible(&body.into()).ok()
        };

        assert_eq!(eligible("00 Compte éligible"), Some(true));
        assert_eq!(eligible("01 Compte non éligible"), Some(false));
        assert_eq!(eligible("02 ?"), None);
        assert_eq!(eligible("é"), None);
    }
}
