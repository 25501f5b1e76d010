//! MSA, the social office of farming: whether contributions are in order (facts 155).
//!
//! | call | request |
//! |---|---|
//! | `conformite` | `GET /ws/top-rmp/{SIRET}`; it stands open |
//!
//! What it knows is one letter, with HTTP 200: `{"TopRMPResponse":{"identifiantDebiteur":"…","topRegMarchePublic":"O"}}`.
//!
//! | letter | when |
//! |---|---|
//! | `O` | in order |
//! | `N` | not in order |
//! | `A` | an agent looks at the account |
//! | `S` | the establishment is unknown |
//!
//! A failure is told by what stands before it: HTTP 500, `{"Erreur":{"Code":"soap:Server","Message":"504 Gateway Timeout"}}`.
//! Out of service: HTTP 503, an HTML page. *Invented*: the path, the refusals of a malformed SIRET (400) and of too many
//! requests (429), and the host name in what is refused.

use bytes::Bytes;
use doublure_fixtures::{Siret, World, world::FarmContributions};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIRET, names},
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// MSA.
pub(crate) struct Msa;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Conformite,
}

impl Msa {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Msa {
    type Call = Call;

    const ID: &'static str = "msa";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let siret = request.uri().path().strip_prefix("/ws/top-rmp/")?;
        (request.method() == Method::GET).then(|| Route::data(Call::Conformite, siret, SIRET))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Conformite = asked.call;
        let Ok(siret) = asked.entity.parse::<Siret>() else {
            return fault(StatusCode::BAD_REQUEST, "soap:Client", "Siret invalide");
        };
        match world.farm_contributions(siret) {
            FarmContributions::UpToDate => letter(asked, "O"),
            FarmContributions::Late => letter(asked, "N"),
            FarmContributions::UnderReview => letter(asked, "A"),
            FarmContributions::Unknown => unknown(asked),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Conformite = asked.call;
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "503 Service Unavailable",
                "The server is temporarily unable to service your request.",
            )),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Maintenance",
                    "Le service est fermé pour maintenance.",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(fault(
                StatusCode::INTERNAL_SERVER_ERROR,
                "soap:Server",
                "504 Gateway Timeout",
            )),
            Symptom::RateLimited => Some(
                fault(
                    StatusCode::TOO_MANY_REQUESTS,
                    "soap:Server",
                    "429 Too Many Requests",
                )
                .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::NotFound => Some(unknown(asked)),
            Symptom::CredentialsExpired
            | Symptom::UnderAnalysis
            | Symptom::Partial
            | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_request: &Request<Bytes>) -> Words {
        fault(StatusCode::NOT_FOUND, "soap:Client", "404 Not Found")
    }
}

fn letter(asked: &Asked<'_, Call>, letter: &str) -> Words {
    let body = json!({"TopRMPResponse": {
        "identifiantDebiteur": asked.entity,
        "topRegMarchePublic": letter,
    }});
    Words::json(StatusCode::OK, &body)
}

fn unknown(asked: &Asked<'_, Call>) -> Words {
    let body = json!({
        "TopRMPResponse": {
            "identifiantDebiteur": asked.entity,
            "topRegMarchePublic": "S",
        },
        "Serveur": CANARY,
    });
    Words::json(StatusCode::OK, &body)
}

fn fault(status: StatusCode, code: &str, message: &str) -> Words {
    let body = json!({"Erreur": {"Code": code, "Message": message, "Serveur": CANARY}});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 1] = [("conformite", Line::Data(Call::Conformite))];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{self, siren, world};

    #[test]
    fn every_refusal_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::refusals::<Msa>());
    }

    #[test]
    fn every_answer_is_as_the_snapshot_shows() {
        let office = |name| {
            let siret = Siret::of(siren(name).parse().unwrap(), 1);
            (name, format!("/ws/top-rmp/{siret}"))
        };
        let cases = [
            office("all-in-order"),
            office("farm-in-arrears"),
            office("farm-under-review"),
            office("ceased"),
            office("unknown"),
            ("no SIRET", "/ws/top-rmp/11111111800011".to_owned()),
        ];

        insta::assert_snapshot!(testing::replies::<Msa>(&world(), &cases));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/ws/top-rmp/11111111800018"])) {
            testing::survives::<Msa>(&request, &world());
        }
    }
}
