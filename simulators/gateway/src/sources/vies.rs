//! European Commission, VIES: whether a number for value added tax is valid; refusals come with HTTP 200 (facts 147–148).

use bytes::Bytes;
use doublure_fixtures::{Siren, identifiers::VatNumber};
use http::{Method, Response};
use serde::Deserialize;

use crate::{
    sources::{Ask, Question, Raw, Way, request},
    trouble::{Class, Trouble},
};

/// The call for a number.
pub(crate) const NUMERO_TVA: Ask = Ask::of("vies", "numero-tva", |way, question| {
    Box::pin(ask(way, question))
});

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    is_valid: bool,
    user_error: String,
    vat_number: String,
}

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let siren: Siren = question.entity.parse().map_err(|_| Class::Unknown)?;
    let number = VatNumber::of(siren).digits();
    let path = format!("/taxation_customs/vies/rest-api/ms/FR/vat/{number}");
    let get = request(Method::GET, NUMERO_TVA.provider, &path);
    let answer = way.open(question, get, Bytes::new()).await?;
    Ok(read(&answer)?.into())
}

/// The number in an answer, with its country.
pub(crate) fn number(body: &Bytes) -> Result<String, Trouble> {
    let said = said(body)?;
    match said.user_error.as_str() {
        "VALID" if said.is_valid => Ok(format!("FR{}", said.vat_number)),
        // That a number is none is kept as its being one (facts 80).
        "INVALID" => Err(Trouble::said(Class::NotFound, body).lasting()),
        error => Err(Trouble::said(class_of(error), body)),
    }
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    match answer.status().as_u16() {
        200 => Ok(answer.body().clone()),
        _ => Err(Trouble::of_status(answer.status(), answer.body())),
    }
}

fn said(body: &Bytes) -> Result<Said, Trouble> {
    serde_json::from_slice(body).map_err(|_| {
        // What stands before it when it is out of service.
        let page = String::from_utf8_lossy(body);
        let is_out = page.contains("contact your network support team");
        let class = if is_out {
            Class::Unavailable
        } else {
            Class::Unknown
        };
        Trouble::said(class, body)
    })
}

fn class_of(error: &str) -> Class {
    match error {
        "MS_UNAVAILABLE" | "SERVICE_UNAVAILABLE" => Class::Unavailable,
        "TIMEOUT" => Class::Late,
        "IP_BLOCKED"
        | "MS_MAX_CONCURRENT_REQ"
        | "MS_MAX_CONCURRENT_REQ_TIME"
        | "GLOBAL_MAX_CONCURRENT_REQ"
        | "GLOBAL_MAX_CONCURRENT_REQ_TIME" => Class::RateLimited,
        _ => Class::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(valid: bool, error: &str) -> Result<String, Class> {
        let body = format!(
            r#"{{"isValid":{valid},"userError":"{error}","vatNumber":"35552049447","name":"---"}}"#
        );
        number(&body.into()).map_err(|trouble| trouble.class)
    }

    #[test]
    fn a_valid_number_has_its_country() {
        assert_eq!(of(true, "VALID").as_deref(), Ok("FR35552049447"));
    }

    #[test]
    fn what_is_said_with_200_is_told_apart() {
        assert_eq!(of(false, "INVALID"), Err(Class::NotFound));
        assert_eq!(of(false, "MS_UNAVAILABLE"), Err(Class::Unavailable));
        assert_eq!(of(false, "MS_MAX_CONCURRENT_REQ"), Err(Class::RateLimited));
        assert_eq!(of(false, "IP_BLOCKED"), Err(Class::RateLimited));
        assert_eq!(of(false, "TIMEOUT"), Err(Class::Late));
        assert_eq!(of(false, "VAT_BLOCKED"), Err(Class::Unknown));
        assert_eq!(of(false, "VALID"), Err(Class::Unknown));
    }

    #[test]
    fn only_that_a_number_is_none_lasts() {
        let lasts = |error: &str| {
            let body = format!(r#"{{"isValid":false,"userError":"{error}","vatNumber":"1"}}"#);
            number(&body.into()).unwrap_err().lasts
        };

        assert!(lasts("INVALID"));
        assert!(!lasts("MS_UNAVAILABLE"));
    }

    #[test]
    fn a_page_in_place_of_an_answer_is_an_outage_or_nothing_known() {
        let class = |page: &'static str| {
            number(&Bytes::from_static(page.as_bytes()))
                .unwrap_err()
                .class
        };

        assert_eq!(
            class("<html>Please contact your network support team"),
            Class::Unavailable
        );
        assert_eq!(class("<html>"), Class::Unknown);
    }
}
