//! CARIF-OREF: training bodies in JSON (facts 160).

use bytes::Bytes;
use http::Method;

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::Trouble,
};

/// The call for a training body.
pub(crate) const ORGANISME: Ask = Ask::of(HOST, "organisme", |way, question| {
    Box::pin(ask(way, question))
});

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let get = request(
        Method::GET,
        HOST,
        &format!("/organisme/{}", question.entity),
    )
    .header("token-connexion", "secret");
    let answer = way.open(question, get, Bytes::new()).await?;
    sources::by_status(&answer).map(Raw::from)
}

const HOST: &str = "carif_oref";
