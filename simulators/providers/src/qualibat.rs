//! Qualibat: certificates of building firms (facts 158).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /token`, `Authorization: Basic …`, form `grant_type=client_credentials`; the token lives 1 h |
//! | `certificat` | `GET /certificat?SIRET=…`, `Authorization: Bearer …` |
//!
//! Success is the PDF itself; the data of version 4 stand in its text and nowhere else:
//!
//! | line | says |
//! |---|---|
//! | `Emis le 12/03/2024`, `Valable jusqu'au 12/03/2028` | when it holds; both are missing in some |
//! | `Assurance travaux : SMABTP, contrat 0123456789`, `Assurance civile : …` | who insures; one is missing in some |
//! | `Qualification 3511 du 04/06/2021, RGE` and its label on the next line | a qualification |
//!
//! A place without a certificate: HTTP 200, `{"status_code":404,"error":"…","message":"Entreprise non certifiée"}`. A
//! certificate that is lost: HTTP 200 and nothing. The path, the lines and the other refusals are *invented*.

use bytes::Bytes;
use doublure_fixtures::{
    World,
    world::certificates::building::{BuildingCertificate, BuildingQualification, Insurer},
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIRET, french, names},
    form,
    oauth::{self, Grant},
    paper,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// Qualibat.
pub(crate) struct Qualibat;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Certificat,
}

impl Qualibat {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Qualibat {
    type Call = Call;

    const ID: &'static str = "qualibat";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = Some(Grant::CLIENT_CREDENTIALS);

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/token") => Some(Route::LOGIN),
            (&Method::GET, "/certificat") => {
                let query = request.uri().query().unwrap_or_default();
                let siret = form::value(query, "SIRET").unwrap_or_default();
                Some(Route::data(Call::Certificat, &siret, SIRET))
            }
            _ => None,
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Certificat = asked.call;
        let certified = asked
            .place(world)
            .and_then(|(company, _)| Some((world.building_certificate(&company)?, company)));
        certified.map_or_else(not_found, |(certificate, company)| {
            let title = "Certificat Qualibat";
            paper::answer(paper::about(&company, asked, title, lines(&certificate)))
        })
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Certificat = asked.call;
        match symptom {
            Symptom::Unavailable => Some(refusal(StatusCode::BAD_GATEWAY, "Service indisponible")),
            Symptom::Maintenance => Some(
                refusal(StatusCode::SERVICE_UNAVAILABLE, "Maintenance")
                    .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Erreur du serveur",
            )),
            Symptom::RateLimited => Some(
                refusal(StatusCode::TOO_MANY_REQUESTS, "Trop d'appels")
                    .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::CredentialsExpired => Some(oauth::invalid_token()),
            Symptom::NotFound => Some(not_found()),
            Symptom::UnderAnalysis | Symptom::Partial => None,
            Symptom::BadFile(kind) => bad_file::itself(kind).map(paper::answer),
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        refusal(StatusCode::NOT_FOUND, "Ressource inconnue")
    }
}

fn lines(certificate: &BuildingCertificate) -> Vec<String> {
    let mut lines = vec![format!("Certificat {}", certificate.number)];
    if let Some((issued, last)) = certificate.validity {
        lines.push(format!("Emis le {}", french(issued)));
        lines.push(format!("Valable jusqu'au {}", french(last)));
    }
    lines.extend(insured("travaux", certificate.works_insurer.as_ref()));
    lines.extend(insured("civile", certificate.liability_insurer.as_ref()));
    lines.extend(certificate.qualifications.iter().flat_map(qualification));
    lines
}

fn insured(what: &str, insurer: Option<&Insurer>) -> Option<String> {
    let Insurer { name, contract } = insurer?;
    Some(format!("Assurance {what} : {name}, contrat {contract}"))
}

fn qualification(own: &BuildingQualification) -> [String; 2] {
    let rge = if own.rge.is_some() { ", RGE" } else { "" };
    let given = french(own.given);
    [
        format!("Qualification {} du {given}{rge}", own.code),
        own.label.replacen(' ', "  ", 1),
    ]
}

/// With HTTP 200, as it does.
fn not_found() -> Words {
    Words {
        status: StatusCode::OK,
        ..refusal(StatusCode::NOT_FOUND, "Entreprise non certifiée")
    }
}

fn refusal(status: StatusCode, message: &str) -> Words {
    let body = json!({
        "status_code": status.as_u16(),
        "error": status.canonical_reason(),
        "message": message,
        "host": CANARY,
    });
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 2] = [
    ("login", Line::Login),
    ("certificat", Line::Data(Call::Certificat)),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Qualibat>(testing::office));
    }

    #[test]
    fn a_certificate_tells_what_is_known_and_leaves_out_the_rest() {
        let world = testing::world();
        let of = |name| {
            let company = world
                .company(testing::siren(name).parse().unwrap())
                .unwrap();
            lines(&world.building_certificate(&company).unwrap()).join("\n")
        };

        insta::assert_snapshot!(format!(
            "{}\n\n{}",
            of("all-in-order"),
            of("odd-certificates")
        ));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/token", "/certificat?SIRET=41816609600069"])) {
            testing::survives::<Qualibat>(&request, &testing::world());
        }
    }
}
