//! ProBTP: contributions for pensions in the building trade (facts 156).
//!
//! | call | request |
//! |---|---|
//! | `attestation` | `POST /attestationCotisation`, `{"corps":"41816609600069"}` |
//! | `conformite` | `POST /statutCotisation`, the same body |
//!
//! Always HTTP 200 and JSON; how it went is `entete.code`: `0` well, `8` not known or no attestation for it, `4` failed
//! inside. With `0` the attestation is a PDF in base64 in `data`, the conformité a text in `corps` that begins with
//! `00` (eligible) or `01` (not).
//!
//! Callers show a certificate there; here all are let in. The paths, the wording and who refuses a certificate (an HTML
//! page, 403) are *invented*.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use doublure_fixtures::{World, world::certificates::funds::Dues};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIRET, names},
    oauth::Grant,
    paper,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// ProBTP.
pub(crate) struct Probtp;

/// Its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Attestation,
    Conformite,
}

/// A question.
#[derive(Deserialize)]
struct Demand {
    corps: String,
}

impl Probtp {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Probtp {
    type Call = Call;

    const ID: &'static str = "probtp";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let call = match (request.method(), request.uri().path()) {
            (&Method::POST, "/attestationCotisation") => Call::Attestation,
            (&Method::POST, "/statutCotisation") => Call::Conformite,
            _ => return None,
        };
        let demand = serde_json::from_slice::<Demand>(request.body());
        let siret = demand.map(|demand| demand.corps).unwrap_or_default();
        Some(Route::data(call, &siret, SIRET))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let found = asked
            .place(world)
            .and_then(|(company, _)| Some((world.funds(&company).pensions?, company)));
        match (asked.call, found) {
            (Call::Attestation, Some((Dues::Paid, company))) => {
                let says = ["Aucune cotisation de retraite ne reste due.".to_owned()];
                let title = "Attestation de cotisations retraite";
                let pdf = paper::about(&company, asked, title, says);
                well("data", &BASE64_STANDARD.encode(pdf))
            }
            (Call::Conformite, Some((Dues::Paid, _))) => {
                well("corps", "00 Compte  éligible aux attestations")
            }
            (Call::Conformite, Some((Dues::Owed, _))) => {
                well("corps", "01 Compte non éligible aux attestations")
            }
            (Call::Attestation, Some((Dues::Owed, _))) | (_, None) => not_found(),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service indisponible",
                "upstream mps-01 is down",
            )),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Maintenance",
                    "planned work on mps-01",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal("4", "Erreur interne")),
            Symptom::RateLimited => Some(Words::page(
                StatusCode::TOO_MANY_REQUESTS,
                "Trop de requêtes",
                "limit_req zone mps",
            )),
            Symptom::CredentialsExpired => Some(Words::page(
                StatusCode::FORBIDDEN,
                "Certificat refusé",
                "ssl_client_verify: certificate has expired",
            )),
            Symptom::NotFound => Some(not_found()),
            Symptom::BadFile(kind) if asked.call == Call::Attestation => {
                bad_file::in_base64(kind).map(|document| well("data", &document))
            }
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        Words::page(StatusCode::NOT_FOUND, "Page introuvable", "no such service")
    }
}

fn well(member: &str, content: &str) -> Words {
    let mut body = json!({"entete": {"code": "0", "message": ""}});
    body[member] = json!(content);
    Words::json(StatusCode::OK, &body)
}

fn not_found() -> Words {
    refusal("8", "Etablissement inconnu ou sans attestation")
}

fn refusal(code: &str, message: &str) -> Words {
    let message = format!("{message} ({CANARY})");
    let body = json!({"entete": {"code": code, "message": message}});
    Words::json(StatusCode::OK, &body)
}

const CALLS: [(&str, Line<Call>); 2] = [
    ("attestation", Line::Data(Call::Attestation)),
    ("conformite", Line::Data(Call::Conformite)),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Probtp>(testing::office));
    }

    #[test]
    fn the_siret_stands_in_the_body() {
        let entity = |body: &'static str| {
            let request =
                Request::post("/statutCotisation").body(Bytes::from_static(body.as_bytes()));
            Probtp::route(&request.unwrap()).unwrap().entity
        };

        let siret = entity(r#"{"corps":"41816609600069"}"#);
        assert_eq!(siret.as_deref(), Some("41816609600069"));
        assert_eq!(entity(r#"{"siret":"41816609600069"}"#), None);
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/attestationCotisation", "/statutCotisation"])) {
            testing::survives::<Probtp>(&request, &testing::world());
        }
    }
}
