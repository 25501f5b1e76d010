//! URSSAF: the attestation of vigilance (facts 152–153).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /token` (or the real `/api/oauth/v1/token`), form `grant_type=client_credentials&client_id&client_secret`; the token lives 1 h |
//! | `attestation` | `POST /attn/entreprise/v1/demandes/api_entreprise`, `Authorization: Bearer …`, `{"typeAttestation":"AVG_UR","siren":"…","idClient":"…","beneficiaire":"…"}` |
//!
//! Success is a PDF in base64, bare (no quotes, no object), declared `application/json`. A refusal is HTTP 400 and a
//! list: `[{"code":"FUNC517","message":"…","description":"…","trace":"…"}]`.
//!
//! | code | when |
//! |---|---|
//! | `FUNC501` | no SIREN in the question |
//! | `FUNC502` | the account's situation does not allow the attestation |
//! | `FUNC503` | a person looks at the account |
//! | `FUNC504` | an incident holds the attestation up |
//! | `FUNC510` | failed inside |
//! | `FUNC517` | the company is unknown |
//! | `FUNC429` | too many requests; the one with HTTP 429 |
//!
//! Out of service or in maintenance: HTTP 503, an HTML page. No valid bearer: HTTP 401, `{"error":"invalid_token",…}`. A
//! document that is none: HTTP 200, declared `application/json`, a text that is no base64, or a page in base64.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use doublure_fixtures::{
    Siren, World, documents,
    world::{Company, Vigilance},
};
use doublure_scenarios::{BadFile, Symptom};
use http::{Method, Request, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIREN, french, name, names},
    oauth::{self, Grant},
    words::{CANARY, JSON, MAINTENANCE_LEFT, Words},
};

/// URSSAF.
pub(crate) struct Urssaf;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Attestation,
}

/// What is read of a question.
#[derive(Deserialize)]
struct Demand {
    siren: String,
}

impl Urssaf {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Urssaf {
    type Call = Call;

    const ID: &'static str = "urssaf";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = Some(Grant::CLIENT_CREDENTIALS);

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        if request.method() != Method::POST {
            return None;
        }
        match request.uri().path() {
            "/token" | "/api/oauth/v1/token" => Some(Route::LOGIN),
            "/attn/entreprise/v1/demandes/api_entreprise" => {
                let demand = serde_json::from_slice::<Demand>(request.body());
                let siren = demand.map(|demand| demand.siren).unwrap_or_default();
                Some(Route::data(Call::Attestation, &siren, SIREN))
            }
            _ => None,
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Attestation = asked.call;
        let Ok(siren) = asked.entity.parse::<Siren>() else {
            return refusal(
                StatusCode::BAD_REQUEST,
                "FUNC501",
                "Requête invalide",
                "Le siren est absent ou n'a pas la forme attendue",
            );
        };
        let Some(company) = world.company(siren) else {
            return unknown();
        };
        match company.vigilance {
            Vigilance::Delivered => attestation(&company, asked),
            Vigilance::UnderAnalysis => under_analysis(),
            Vigilance::Pending => pending(),
            Vigilance::Refused => refused(),
            Vigilance::Unknown => unknown(),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Attestation = asked.call;
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "503 Service Unavailable",
                "No server is available to handle this request.",
            )),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Service en maintenance",
                    "The server is down for scheduled maintenance.",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(
                StatusCode::BAD_REQUEST,
                "FUNC510",
                "Erreur technique",
                "Le système d'attestations a rencontré une erreur",
            )),
            Symptom::RateLimited => Some(
                refusal(
                    StatusCode::TOO_MANY_REQUESTS,
                    "FUNC429",
                    "Trop de requêtes",
                    "Le nombre de demandes autorisé est dépassé",
                )
                .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::CredentialsExpired => Some(oauth::invalid_token()),
            Symptom::NotFound => Some(unknown()),
            Symptom::UnderAnalysis => Some(under_analysis()),
            // What is empty is no document to URSSAF itself, and it gives no links.
            Symptom::BadFile(BadFile::Empty) | Symptom::Partial => None,
            Symptom::BadFile(kind) => {
                let text = bad_file::in_base64(kind)?;
                Some(Words::new(StatusCode::OK, DECLARED, text))
            }
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        let body = json!({
            "status": 404,
            "error": "Not Found",
            "path": request.uri().path(),
            "serveur": CANARY,
        });
        Words::json(StatusCode::NOT_FOUND, &body)
    }
}

fn attestation(company: &Company, asked: &Asked<'_, Call>) -> Words {
    let lines = [
        format!("Siren : {}", company.siren),
        format!("Entreprise : {}", name(&company.identity)),
        format!("Fait le {}", french(asked.day())),
        format!("CODE DE SECURITE : {}", security_code(company.siren, asked)),
        "Aucune cotisation ne reste due à ce jour.".to_owned(),
    ];
    let pdf = documents::pdf("Attestation de vigilance", &lines, asked.now.unix_seconds());
    Words::new(StatusCode::OK, DECLARED, BASE64_STANDARD.encode(pdf))
}

/// Fifteen capitals and digits, other ones for each company and day.
fn security_code(siren: Siren, asked: &Asked<'_, Call>) -> String {
    let day = asked.day();
    let number =
        u64::from(siren.as_u32()) * 10_000_000 + u64::from(day.day_of_year().unsigned_abs());
    let mut rest = number.wrapping_mul(MIX) ^ u64::from(day.year().unsigned_abs());
    let digits = (0..13).map(|_| {
        let digit = rest % 36;
        rest /= 36;
        u32::try_from(digit)
            .ok()
            .and_then(|digit| char::from_digit(digit, 36))
    });
    let digits: String = digits.flatten().collect();
    format!("AV{}", digits.to_uppercase())
}

fn unknown() -> Words {
    refusal(
        StatusCode::BAD_REQUEST,
        "FUNC517",
        "Siren inconnu",
        "Ce siren est radié, hors du périmètre ou absent du système d'attestations",
    )
}

fn under_analysis() -> Words {
    refusal(
        StatusCode::BAD_REQUEST,
        "FUNC503",
        "Compte en cours d'examen",
        "Un agent examine la situation du compte avant toute délivrance",
    )
}

fn pending() -> Words {
    refusal(
        StatusCode::BAD_REQUEST,
        "FUNC504",
        "Traitement suspendu",
        "Un incident informatique retarde les attestations de ce compte",
    )
}

fn refused() -> Words {
    refusal(
        StatusCode::BAD_REQUEST,
        "FUNC502",
        "Attestation non délivrable",
        "Des déclarations ou des paiements manquent à ce compte",
    )
}

fn refusal(status: StatusCode, code: &str, message: &str, description: &str) -> Words {
    let body = json!([{
        "code": code,
        "message": message,
        "description": description,
        "trace": format!("attn-pool - jdbc:postgresql://{CANARY}:5432/attestations"),
    }]);
    Words::new(status, JSON, body.to_string())
}

/// Spreads near numbers far apart.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

const CALLS: [(&str, Line<Call>); 2] = [
    ("login", Line::Login),
    ("attestation", Line::Data(Call::Attestation)),
];

/// What documents are declared as, though they are none of it.
const DECLARED: &str = "application/json";

#[cfg(test)]
mod tests;
