//! Banque de France: balance sheets, whatever there is to say with HTTP 200 (facts 159).

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;

use crate::{
    sources::{Ask, Question, Raw, Way, request},
    trouble::{Class, Trouble},
};

/// The call for the balance sheets of a company.
pub(crate) const BILANS: Ask = Ask::of("banque_de_france", "bilans", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("{PATH}?siren={}", question.entity);
    let get = request(Method::GET, BILANS.provider, &path);
    let answer = way.open(question, get, Bytes::new()).await?;
    Ok(read(&answer)?.into())
}

/// The sheets in an answer: at least one.
pub(crate) fn sheets(body: &Bytes) -> Result<Vec<Value>, Trouble> {
    let trouble = |class| Trouble::said(class, body);
    let mut answer: Value = serde_json::from_slice(body).map_err(|_| trouble(Class::Unknown))?;
    if let Some(Value::Array(sheets)) = answer.get_mut("bilans").map(Value::take)
        && !sheets.is_empty()
    {
        return Ok(sheets);
    }
    Err(trouble(
        match answer.get("code-retour").and_then(Value::as_u64) {
            Some(204 | 400) => Class::NotFound,
            Some(500) => Class::Internal,
            _ => Class::Unknown,
        },
    ))
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        401 | 403 => Err(Trouble::said(Class::Passing, body)),
        408 => Err(Trouble::said(Class::Internal, body)),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

const PATH: &str = "/ws/BILAN_APIEntreprise_1_0_0_PRD/bilans/json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_with_200_is_told_apart() {
        let of = |body: &'static str| {
            let sheets = sheets(&Bytes::from_static(body.as_bytes()));
            sheets
                .map(|sheets| sheets.len())
                .map_err(|trouble| trouble.class)
        };

        assert_eq!(of(r#"{"code-retour":200,"bilans":[{},{}]}"#), Ok(2));
        assert_eq!(
            of(r#"{"code-retour":204,"bilans":null}"#),
            Err(Class::NotFound)
        );
        assert_eq!(
            of(r#"{"code-retour":400,"bilans":[]}"#),
            Err(Class::NotFound)
        );
        assert_eq!(
            of(r#"{"code-retour":500,"bilans":null}"#),
            Err(Class::Internal)
        );
        assert_eq!(
            of(r#"{"code-retour":200,"bilans":[]}"#),
            Err(Class::Unknown)
        );
        assert_eq!(of("<html>"), Err(Class::Unknown));
    }

    #[test]
    fn a_status_of_its_own_is_told_apart() {
        let class = |status: u16| {
            let answer = Response::builder()
                .status(status)
                .body(Bytes::new())
                .unwrap();
            read(&answer).unwrap_err().class
        };

        assert_eq!(class(408), Class::Internal);
        assert_eq!(class(500), Class::Internal);
        assert_eq!(class(403), Class::Passing);
        assert_eq!(class(503), Class::Unavailable);
    }
}
