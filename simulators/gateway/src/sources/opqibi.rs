//! OPQIBI: a certificate in JSON (facts 159).

use bytes::Bytes;
use http::Method;

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::Trouble,
};

/// The call for a certificate.
pub(crate) const CERTIFICAT: Ask = Ask::of(HOST, "certificat", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let get = request(
        Method::GET,
        HOST,
        &format!("/certificats/{}", question.entity),
    );
    let answer = way.open(question, get, Bytes::new()).await?;
    sources::by_status(&answer).map(Raw::from)
}

const HOST: &str = "opqibi";
