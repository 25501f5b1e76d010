//! DGDDI (customs): operators and their numbers, EORI (facts 160).

use bytes::Bytes;
use http::{Method, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    sources::{Ask, Question, Raw, Way, request},
    trouble::{Class, Trouble},
};

/// The call for an operator.
pub(crate) const EORI: Ask = Ask::of("dgddi", "eori", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/eori/v1/{}?idClient=doublure", number(question.entity));
    let get = request(Method::GET, EORI.provider, &path);
    let answer = way.open(question, get, Bytes::new()).await?;
    Ok(read(&answer)?.into())
}

/// A SIRET stands for the French number that holds it.
fn number(entity: &str) -> String {
    let country = if entity.bytes().all(|byte| byte.is_ascii_digit()) {
        "FR"
    } else {
        ""
    };
    format!("{country}{}", utf8_percent_encode(entity, NON_ALPHANUMERIC))
}

fn read(answer: &Response<Bytes>) -> Result<Bytes, Trouble> {
    let body = answer.body();
    match answer.status().as_u16() {
        200 => Ok(body.clone()),
        404 => Err(Trouble::said(Class::NotFound, body)),
        401 | 403 => Err(Trouble::said(Class::Passing, body)),
        _ => Err(Trouble::of_status(answer.status(), body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siret_is_asked_for_as_a_french_number() {
        assert_eq!(number("16002307300010"), "FR16002307300010");
        assert_eq!(number("FR16002307300010"), "FR16002307300010");
        assert_eq!(number("ESA 1/2"), "ESA%201%2F2");
    }

    #[test]
    fn its_refusals_are_told_apart_by_their_status() {
        let class = |status: u16| {
            let answer = Response::builder()
                .status(status)
                .body(Bytes::new())
                .unwrap();
            read(&answer).unwrap_err().class
        };

        assert_eq!(class(404), Class::NotFound);
        assert_eq!(class(400), Class::Unknown);
        assert_eq!(class(401), Class::Passing);
        assert_eq!(class(503), Class::Unavailable);
    }
}
