//! ADEME: the list of those who are RGE, in data-fair (facts 149).
//!
//! | call | request |
//! |---|---|
//! | `lignes` | `GET /data-fair/api/v1/datasets/rge/lines?size=…&qs=siret:… AND traitement_termine:false`, `x-apiKey`, `Referer` |
//!
//! Success is `{"total":3,"next":"…","results":[…]}`: at most `size` lines (12 where it is not said), `next` only if there
//! are more. Nothing found is an empty list. With `traitement_termine:false` archived lines are left out. Name of the
//! data set, texts of refusals and `next` are *invented*; a refusal is a line of plain text, as data-fair has it. Addresses
//! of documents lead nowhere, so that nobody's server is asked for what is invented.

use bytes::Bytes;
use doublure_fixtures::{World, world::certificates::labels::Label};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIRET, names},
    form,
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// ADEME.
pub(crate) struct Ademe;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Lignes,
}

impl Ademe {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Ademe {
    type Call = Call;

    const ID: &'static str = "ademe";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        if request.method() != Method::GET || request.uri().path() != PATH {
            return None;
        }
        let query = request.uri().query().unwrap_or_default();
        let asked = form::value(query, "qs").unwrap_or_default();
        let terms = asked.split(" AND ");
        let siret = terms
            .filter_map(|term| term.trim().strip_prefix("siret:"))
            .next();
        Some(Route::data(Call::Lignes, siret.unwrap_or_default(), SIRET))
    }

    /// How many lines, and which.
    fn details(request: &Request<Bytes>) -> String {
        let query = request.uri().query().unwrap_or_default();
        let size = form::value(query, "size").and_then(|size| size.parse().ok());
        let asked = form::value(query, "qs").unwrap_or_default();
        let current = asked.contains("traitement_termine:false");
        Details {
            size: size.unwrap_or(DEFAULT_SIZE),
            current,
        }
        .to_string()
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Lignes = asked.call;
        let details = Details::read(asked.details);
        let labels = asked
            .place(world)
            .map(|(company, _)| world.labels(&company))
            .unwrap_or_default();
        let found: Vec<Value> = labels
            .iter()
            .filter(|label| !details.current || !label.archived)
            .map(|label| record(label, asked.entity))
            .collect();
        let mut body = json!({"total": found.len()});
        if found.len() > details.size {
            body["next"] = json!(format!("{PATH}?after={}", details.size));
        }
        body["results"] = json!(&found[..found.len().min(details.size)]);
        Words::json(StatusCode::OK, &body)
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        match symptom {
            Symptom::Unavailable => Some(text(StatusCode::BAD_GATEWAY)),
            Symptom::Maintenance => Some(
                text(StatusCode::SERVICE_UNAVAILABLE).with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(text(StatusCode::INTERNAL_SERVER_ERROR)),
            Symptom::RateLimited => Some(text(StatusCode::TOO_MANY_REQUESTS)),
            Symptom::CredentialsExpired => Some(text(StatusCode::UNAUTHORIZED)),
            Symptom::NotFound => {
                let Call::Lignes = asked.call;
                let body = json!({"total": 0, "results": [], "host": CANARY});
                Some(Words::json(StatusCode::OK, &body))
            }
            // Of a document it gives but the address.
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        text(StatusCode::NOT_FOUND)
    }
}

/// How many lines are asked for, and whether only those that are not archived.
struct Details {
    size: usize,
    current: bool,
}

impl Details {
    fn read(text: &str) -> Self {
        let (size, kind) = text.split_once(' ').unwrap_or((text, "all"));
        Self {
            size: size.parse().unwrap_or(DEFAULT_SIZE),
            current: kind == "current",
        }
    }
}

impl std::fmt::Display for Details {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.current { "current" } else { "all" };
        write!(f, "{} {kind}", self.size)
    }
}

fn record(label: &Label, siret: &str) -> Value {
    let (code, name) = label.qualification;
    json!({
        "_id": label.id,
        "_updatedAt": format!("{}T04:12:07.311Z", label.updated),
        "siret": siret,
        "url_qualification": format!("https://rge.ademe.example/{}/{}.pdf", label.body, label.id),
        "nom_certificat": label.certificate.replacen(' ', "  ", 1),
        "domaine": label.domain,
        "meta_domaine": label.kind,
        "code_qualification": code,
        "nom_qualification": name,
        "organisme": label.body,
        "lien_date_debut": label.validity.0.to_string(),
        "lien_date_fin": label.validity.1.to_string(),
        "traitement_termine": label.archived,
    })
}

fn text(status: StatusCode) -> Words {
    Words::new(
        status,
        "text/plain; charset=utf-8",
        format!("{status} on {CANARY}"),
    )
}

const PATH: &str = "/data-fair/api/v1/datasets/rge/lines";

/// Lines where nobody says how many.
const DEFAULT_SIZE: usize = 12;

const CALLS: [(&str, Line<Call>); 1] = [("lignes", Line::Data(Call::Lignes))];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    /// How many lines there are and how many come.
    fn lines(query: &str) -> (u64, usize, bool) {
        let siret = testing::office(testing::siren("odd-certificates"));
        let uri = format!("{PATH}?{}", query.replace("SIRET", &siret));
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        let entity = Ademe::route(&request).unwrap().entity.unwrap();
        let details = Ademe::details(&request);
        let asked = Asked {
            details: &details,
            ..Asked::of(Call::Lignes, &entity, testing::now())
        };
        let body = Ademe::answer(&asked, &testing::world()).body;
        let body: Value = serde_json::from_slice(&body).unwrap();
        (
            body["total"].as_u64().unwrap(),
            body["results"].as_array().unwrap().len(),
            body["next"].is_string(),
        )
    }

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Ademe>(testing::office));
    }

    #[test]
    fn no_more_lines_come_than_are_asked_for() {
        let (total, all, more) = lines("size=1000&qs=siret:SIRET%20AND%20traitement_termine:false");
        let first = lines("size=1&qs=siret:SIRET%20AND%20traitement_termine:false");

        assert_eq!((total, more), (all as u64, false));
        assert!(all > 2);
        assert_eq!(first, (total, 1, true));
    }

    #[test]
    fn archived_lines_come_unless_they_are_left_out() {
        let (current, ..) = lines("qs=siret:SIRET%20AND%20traitement_termine:false");
        let (all, ..) = lines("qs=siret:SIRET");

        assert_eq!(all, current + 1);
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&[
            "/data-fair/api/v1/datasets/rge/lines?size=5&qs=siret:41816609600069",
        ])) {
            testing::survives::<Ademe>(&request, &testing::world());
        }
    }
}
