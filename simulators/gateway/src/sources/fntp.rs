//! FNTP: the card of public works, a raw PDF (facts 157).

use bytes::Bytes;
use http::Method;

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::Trouble,
};

/// The call for a card.
pub(crate) const CARTE: Ask = Ask::of(HOST, "carte", |way, question| Box::pin(ask(way, question)));

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let path = format!("/rip/sgmap/{}/cartepro?token=secret", question.entity);
    let get = request(Method::GET, HOST, &path);
    let answer = way.open(question, get, Bytes::new()).await?;
    sources::by_status(&answer).map(Raw::from)
}

const HOST: &str = "fntp";
