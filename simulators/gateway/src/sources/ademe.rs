//! ADEME: the list of those who are RGE, in data-fair (facts 149).

use bytes::Bytes;
use http::Method;

use crate::{
    sources::{self, Ask, Question, Raw, Way, request},
    trouble::Trouble,
};

/// The call for lines of the list.
pub(crate) const LIGNES: Ask =
    Ask::of(HOST, "lignes", |way, question| Box::pin(ask(way, question)));

async fn ask(way: &Way<'_>, question: Question<'_>) -> Result<Raw, Trouble> {
    let size = question.arguments.value("limit").unwrap_or(MOST);
    let path = format!(
        "{PATH}?size={size}&qs=siret:{}%20AND%20traitement_termine:false",
        question.entity
    );
    let get = request(Method::GET, HOST, &path)
        .header("x-apiKey", "doublure")
        .header("Referer", "https://entreprise.api.gouv.fr/doublure");
    let answer = way.open(question, get, Bytes::new()).await?;
    sources::by_status(&answer).map(Raw::from)
}

const PATH: &str = "/data-fair/api/v1/datasets/rge/lines";

/// Lines that are asked for where the caller does not say how many.
const MOST: &str = "1000";

const HOST: &str = "ademe";
