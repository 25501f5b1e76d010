//! MSA, the social office of farming: one letter with HTTP 200, failures told by what stands before it (facts 155).

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;

use crate::{
    sources::{Ask, Question, Raw, Way, request},
    trouble::{Class, Trouble},
};

/// The call for the state of an establishment's contributions.
pub(crate) const CONFORMITE: Ask = Ask::of("msa", "conformite", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/ws/top-rmp/{}", question.entity);
    let get = request(Method::GET, CONFORMITE.provider, &path);
    let answer = way.open(question, get, Bytes::new()).await?;
    Ok(read(&answer)?.into())
}

/// The letter in an answer.
pub(crate) fn letter(body: &Bytes) -> Result<String, Trouble> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let letter = answer.as_ref().and_then(|answer| {
        answer
            .pointer("/TopRMPResponse/topRegMarchePublic")?
            .as_str()
    });
    match letter {
        Some("S") => Err(Trouble::said(Class::NotFound, body)),
        Some(letter) => Ok(letter.to_owned()),
        None => Err(Trouble::said(Class::Unknown, body)),
    }
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    if answer.status() == 200 {
        return Ok(body.clone());
    }
    match message(body).as_deref() {
        Some("502 Bad Gateway" | "504 Gateway Timeout") => {
            Err(Trouble::said(Class::Internal, body))
        }
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

fn message(body: &Bytes) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    Some(answer.pointer("/Erreur/Message")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(status: u16, body: &'static str) -> Class {
        let body = Bytes::from_static(body.as_bytes());
        read(&Response::builder().status(status).body(body).unwrap())
            .unwrap_err()
            .class
    }

    #[test]
    fn a_letter_is_read_and_the_one_for_strangers_is_no_state() {
        let of = |letter: &str| {
            let body = format!(r#"{{"TopRMPResponse":{{"topRegMarchePublic":{letter}}}}}"#);
            super::letter(&body.into()).map_err(|trouble| trouble.class)
        };

        assert_eq!(of("\"O\"").as_deref(), Ok("O"));
        assert_eq!(of("\"S\""), Err(Class::NotFound));
        assert_eq!(of("null"), Err(Class::Unknown));
    }

    #[test]
    fn what_stands_before_it_tells_of_its_failures() {
        assert_eq!(
            class(500, r#"{"Erreur":{"Message":"504 Gateway Timeout"}}"#),
            Class::Internal
        );
        assert_eq!(
            class(502, r#"{"Erreur":{"Message":"502 Bad Gateway"}}"#),
            Class::Internal
        );
        assert_eq!(class(503, "<html>"), Class::Unavailable);
        assert_eq!(
            class(400, r#"{"Erreur":{"Message":"Siret invalide"}}"#),
            Class::Unknown
        );
    }
}
