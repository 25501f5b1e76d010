//! DGDDI (customs): operators and their numbers, EORI (facts 160).
//!
//! | call | request |
//! |---|---|
//! | `eori` | `GET /eori/v1/{EORI}?idClient=…` |
//!
//! Success is `{"EORI":{"identifiant":"FR…","actif":true,"libelle":"…","rue":"…","codePostal":"…","ville":"…","pays":"…","codePays":"FR"}}`.
//! Refusals are `{"erreur":{"status":"404","message":"Not found","code":"FONC001","libelle":"…"}}`:
//!
//! | status | code | when |
//! |---|---|---|
//! | 400 | `TECH002` | what stands in the path has not the form of an EORI |
//! | 401 | `TECH003` | no `idClient` |
//! | 404 | `FONC001` | the number is unknown |
//! | 429 | `TECH004` | too many requests |
//! | 500 | `TECH001` | failed inside |
//!
//! Out of service: HTTP 503, an HTML page. *Invented*: the path, `TECH001`, `TECH003`, `TECH004`, the host name in refusals,
//! and the pairs of spaces that its file pads names and streets with.

use bytes::Bytes;
use doublure_fixtures::{World, world::Operator};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::{
    dialect::{Asked, Dialect, Line, Route, names},
    form,
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// DGDDI.
pub(crate) struct Dgddi;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Eori,
}

impl Dgddi {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Dgddi {
    type Call = Call;

    const ID: &'static str = "dgddi";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let number = number(request)?;
        // A French operator is the establishment whose SIRET its number holds.
        let entity = number.strip_prefix("FR").unwrap_or(number);
        Some(Route {
            line: Line::Data(Call::Eori),
            entity: has_the_form(number).then(|| entity.to_owned()),
        })
    }

    fn details(request: &Request<Bytes>) -> String {
        let number = number(request).filter(|number| has_the_form(number));
        let client = form::value(request.uri().query().unwrap_or_default(), "idClient");
        match (number, client) {
            (Some(number), Some(_)) => number.to_owned(),
            (Some(_), None) => STRANGER.to_owned(),
            (None, _) => String::new(),
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Eori = asked.call;
        match asked.details {
            "" => refusal(StatusCode::BAD_REQUEST, "TECH002", "Format incorrect"),
            STRANGER => stranger(),
            number => world
                .operator(number)
                .map_or_else(|| unknown(number), |operator| found(&operator)),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Eori = asked.call;
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service indisponible",
                "Le service est momentanément fermé.",
            )),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Maintenance",
                    "Le service est fermé pour maintenance.",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "TECH001",
                "Erreur technique",
            )),
            Symptom::RateLimited => Some(
                refusal(
                    StatusCode::TOO_MANY_REQUESTS,
                    "TECH004",
                    "Nombre de requêtes dépassé",
                )
                .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::CredentialsExpired => Some(stranger()),
            Symptom::NotFound => Some(unknown(asked.entity)),
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        let path = request.uri().path();
        refusal(
            StatusCode::NOT_FOUND,
            "TECH000",
            &format!("Ressource {path} inconnue"),
        )
    }
}

fn number(request: &Request<Bytes>) -> Option<&str> {
    let number = request.uri().path().strip_prefix(PATH)?;
    (request.method() == Method::GET && !number.contains('/')).then_some(number)
}

/// Two capitals and at most fifteen capitals and digits; fourteen digits behind `FR`.
fn has_the_form(number: &str) -> bool {
    let Some((country, rest)) = number.split_at_checked(2) else {
        return false;
    };
    let is_in = |text: &str, fits: fn(&u8) -> bool| text.bytes().all(|byte| fits(&byte));
    match country {
        "FR" => rest.len() == 14 && is_in(rest, u8::is_ascii_digit),
        _ => {
            is_in(country, u8::is_ascii_uppercase)
                && (1..=15).contains(&rest.len())
                && is_in(rest, |byte| {
                    byte.is_ascii_uppercase() || byte.is_ascii_digit()
                })
        }
    }
}

fn found(operator: &Operator) -> Words {
    let body = json!({"EORI": {
        "identifiant": operator.number,
        "actif": operator.active,
        "libelle": operator.name.replacen(' ', "  ", 1),
        "rue": operator.street.replacen(' ', "  ", 1),
        "codePostal": operator.post_code,
        "ville": operator.city,
        "pays": operator.country,
        "codePays": operator.country_code,
    }});
    Words::json(StatusCode::OK, &body)
}

fn unknown(number: &str) -> Words {
    refusal(
        StatusCode::NOT_FOUND,
        "FONC001",
        &format!("EORI {number} inconnu"),
    )
}

fn stranger() -> Words {
    refusal(StatusCode::UNAUTHORIZED, "TECH003", "Client inconnu")
}

fn refusal(status: StatusCode, code: &str, label: &str) -> Words {
    let body = json!({"erreur": {
        "status": status.as_str(),
        "message": status.canonical_reason(),
        "code": code,
        "libelle": label,
        "serveur": CANARY,
    }});
    Words::json(status, &body)
}

/// Stands for a question that does not say who asks.
const STRANGER: &str = "?";

const PATH: &str = "/eori/v1/";

const CALLS: [(&str, Line<Call>); 1] = [("eori", Line::Data(Call::Eori))];

#[cfg(test)]
mod tests;
