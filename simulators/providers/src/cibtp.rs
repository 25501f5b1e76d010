//! CIBTP: paid leave and bad weather in the building trade (facts 158).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /token`, form `grant_type=client_credentials&client_id&client_secret`; the token lives 1 h |
//! | `attestation` | `GET /apiEntreprise/attestationMarche?siret=…`, `Authorization: Bearer …` |
//!
//! Success is the PDF itself. A refusal is `{"type":"Fonctionnelle","message":"…"}`: 404 for a place that no fund knows,
//! 422 for one whose contributions are not paid; 409 with `"type":"Technique"` when two funds contradict each other,
//! which counts as a failure of CIBTP's own. The wording and the other refusals are *invented*.

use bytes::Bytes;
use doublure_fixtures::{World, world::certificates::funds::Dues};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIRET, names},
    form,
    oauth::{self, Grant},
    paper,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// CIBTP.
pub(crate) struct Cibtp;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Attestation,
}

impl Cibtp {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Cibtp {
    type Call = Call;

    const ID: &'static str = "cibtp";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = Some(Grant::CLIENT_CREDENTIALS);

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/token") => Some(Route::LOGIN),
            (&Method::GET, "/apiEntreprise/attestationMarche") => {
                let query = request.uri().query().unwrap_or_default();
                let siret = form::value(query, "siret").unwrap_or_default();
                Some(Route::data(Call::Attestation, &siret, SIRET))
            }
            _ => None,
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Some((company, _)) = asked.place(world) else {
            return not_found();
        };
        match world.funds(&company).building_leave {
            Some(Dues::Paid) => {
                let says = ["Les cotisations de congés et d'intempéries sont payées.".to_owned()];
                let title = "Attestation de marché";
                paper::answer(paper::about(&company, asked, title, says))
            }
            Some(Dues::Owed) => refusal(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Fonctionnelle",
                "Des cotisations restent dues",
            ),
            None => not_found(),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Attestation = asked.call;
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service indisponible",
                "no healthy upstream",
            )),
            Symptom::Maintenance => Some(
                refusal(StatusCode::SERVICE_UNAVAILABLE, "Technique", "Maintenance")
                    .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(
                StatusCode::CONFLICT,
                "Technique",
                "Deux caisses répondent pour cet établissement",
            )),
            Symptom::RateLimited => Some(
                refusal(
                    StatusCode::TOO_MANY_REQUESTS,
                    "Technique",
                    "Trop d'appels à la minute",
                )
                .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::CredentialsExpired => Some(oauth::invalid_token()),
            Symptom::NotFound => Some(not_found()),
            Symptom::UnderAnalysis | Symptom::Partial => None,
            Symptom::BadFile(kind) => bad_file::itself(kind).map(paper::answer),
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        refusal(StatusCode::NOT_FOUND, "Technique", "Service inconnu")
    }
}

fn not_found() -> Words {
    refusal(
        StatusCode::NOT_FOUND,
        "Fonctionnelle",
        "Aucune caisse ne connaît cet établissement",
    )
}

fn refusal(status: StatusCode, kind: &str, message: &str) -> Words {
    let body = json!({"type": kind, "message": message, "serveur": CANARY});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 2] = [
    ("login", Line::Login),
    ("attestation", Line::Data(Call::Attestation)),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Cibtp>(testing::office));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&[
            "/token",
            "/apiEntreprise/attestationMarche?siret=41816609600069",
        ])) {
            testing::survives::<Cibtp>(&request, &testing::world());
        }
    }
}
