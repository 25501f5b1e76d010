//! Fabrique numérique des ministères sociaux: collective agreements in JSON (facts 160).

use bytes::Bytes;
use http::Method;

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::Trouble,
};

/// The call for the agreements of a place.
pub(crate) const CONVENTIONS: Ask = Ask::of(HOST, "conventions", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let get = request(
        Method::GET,
        HOST,
        &format!("/siret2idcc/{}", question.entity),
    );
    let answer = way.open(question, get, Bytes::new()).await?;
    sources::by_status(&answer).map(Raw::from)
}

const HOST: &str = "fabrique_numerique";
