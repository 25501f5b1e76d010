//! CNETP: paid leave and bad weather in public works (facts 157).
//!
//! | call | request |
//! |---|---|
//! | `attestation` | `GET /webservice/doc/attestations/entreprises?id=…&jeton=…&siren=…` |
//!
//! Success is the PDF itself. Without an attestation (unknown, or contributions are missing): 404, a text in ISO-8859-1
//! that is declared `application/pdf`. 401 when the `jeton` is not taken, which is also what it says while it is closed
//! at night. The wording and the other refusals are *invented*.

use bytes::Bytes;
use doublure_fixtures::{World, world::certificates::funds::Dues};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode};

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIREN, names},
    form,
    oauth::Grant,
    paper::{self, PDF},
    words::{CANARY, Words},
};

/// CNETP.
pub(crate) struct Cnetp;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Attestation,
}

impl Cnetp {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Cnetp {
    type Call = Call;

    const ID: &'static str = "cnetp";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let path = request.uri().path();
        if request.method() != Method::GET || path != "/webservice/doc/attestations/entreprises" {
            return None;
        }
        let query = request.uri().query().unwrap_or_default();
        let siren = form::value(query, "siren").unwrap_or_default();
        Some(Route::data(Call::Attestation, &siren, SIREN))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Attestation = asked.call;
        let member = asked
            .company(world)
            .filter(|company| world.funds(company).public_works_leave == Some(Dues::Paid));
        member.map_or_else(not_found, |company| {
            let says = ["L'entreprise a payé ses cotisations à ce jour.".to_owned()];
            let title = "Attestation de congés payés et d'intempéries";
            paper::answer(paper::about(&company, asked, title, says))
        })
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Attestation = asked.call;
        match symptom {
            Symptom::Unavailable => Some(page(StatusCode::SERVICE_UNAVAILABLE)),
            // The same as a `jeton` that is not taken.
            Symptom::Maintenance | Symptom::CredentialsExpired => {
                Some(page(StatusCode::UNAUTHORIZED))
            }
            Symptom::InternalError => Some(page(StatusCode::INTERNAL_SERVER_ERROR)),
            Symptom::RateLimited => Some(page(StatusCode::TOO_MANY_REQUESTS)),
            Symptom::NotFound => Some(not_found()),
            Symptom::UnderAnalysis | Symptom::Partial => None,
            Symptom::BadFile(kind) => bad_file::itself(kind).map(paper::answer),
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        page(StatusCode::NOT_FOUND)
    }
}

/// In ISO-8859-1, whatever it is declared as.
fn not_found() -> Words {
    let mut text = b"Aucune attestation \xe0 d\xe9livrer. ".to_vec();
    text.extend_from_slice(CANARY.as_bytes());
    Words::new(StatusCode::NOT_FOUND, PDF, text)
}

fn page(status: StatusCode) -> Words {
    let title = format!("Erreur {}", status.as_u16());
    Words::page(status, &title, "Apache Tomcat")
}

const CALLS: [(&str, Line<Call>); 1] = [("attestation", Line::Data(Call::Attestation))];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Cnetp>(str::to_owned));
    }

    #[test]
    fn what_is_not_found_is_said_in_another_encoding_than_all_expect() {
        let words = not_found();

        assert!(std::str::from_utf8(&words.body).is_err());
        assert_eq!(words.content_type, "application/pdf");
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&[
            "/webservice/doc/attestations/entreprises?id=1&jeton=j&siren=418166096",
        ])) {
            testing::survives::<Cnetp>(&request, &testing::world());
        }
    }
}
