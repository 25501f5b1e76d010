//! European Commission, VIES: whether a number for value added tax is valid (facts 147–148).
//!
//! | call | request |
//! |---|---|
//! | `numero-tva` | `GET /taxation_customs/vies/rest-api/ms/FR/vat/{key and SIREN, without FR}`; it stands open |
//!
//! Whatever there is to say is said with HTTP 200:
//! `{"isValid":…,"requestDate":"…","userError":"VALID","name":"…","address":"…","requestIdentifier":"…","vatNumber":"…","viesApproximate":{…}}`.
//!
//! | `userError` | when |
//! |---|---|
//! | `VALID` | the number is valid |
//! | `INVALID` | it is not, or its key does not fit |
//! | `INVALID_INPUT` | it is no number at all |
//! | `MS_UNAVAILABLE` | the member state's own register is out of service |
//! | `MS_MAX_CONCURRENT_REQ` | too many requests |
//!
//! Its own failure is HTTP 500 and an HTML page. *Invented*: the host name in `requestIdentifier` of what is refused, and
//! names and addresses padded with spaces.

use bytes::Bytes;
use doublure_fixtures::{
    World,
    identifiers::VatNumber,
    world::{Address, Company},
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIREN, names},
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// VIES.
pub(crate) struct Vies;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    NumeroTva,
}

impl Vies {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Vies {
    type Call = Call;

    const ID: &'static str = "vies";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let number = number(request)?;
        let siren = number.get(2..).unwrap_or_default();
        Some(Route::data(Call::NumeroTva, siren, SIREN))
    }

    fn details(request: &Request<Bytes>) -> String {
        let number = number(request).unwrap_or_default();
        number.chars().take(LONGEST).collect()
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::NumeroTva = asked.call;
        if asked.entity.is_empty() {
            return said(asked, "INVALID_INPUT", None);
        }
        let number = asked.details.parse::<VatNumber>().ok();
        let company = number.and_then(|number| {
            let company = world.company(number.siren())?;
            (world.vat_number(&company) == Some(number)).then_some(company)
        });
        match company {
            Some(company) => said(asked, "VALID", Some(&company)),
            None => said(asked, "INVALID", None),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::NumeroTva = asked.call;
        match symptom {
            Symptom::Unavailable => Some(said(asked, "MS_UNAVAILABLE", None)),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Maintenance",
                    "The service is closed for maintenance.",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(Words::page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal Server Error",
                "Please contact your network support team.",
            )),
            Symptom::RateLimited => Some(said(asked, "MS_MAX_CONCURRENT_REQ", None)),
            Symptom::NotFound => Some(said(asked, "INVALID", None)),
            Symptom::CredentialsExpired
            | Symptom::UnderAnalysis
            | Symptom::Partial
            | Symptom::BadFile(_) => None,
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        let body = json!({
            "actionSucceed": false,
            "errorWrappers": [{"error": "RESOURCE_NOT_FOUND", "message": request.uri().path()}],
            "requestIdentifier": CANARY,
        });
        Words::json(StatusCode::NOT_FOUND, &body)
    }
}

fn number(request: &Request<Bytes>) -> Option<&str> {
    let number = request.uri().path().strip_prefix(PATH)?;
    (request.method() == Method::GET && !number.contains('/')).then_some(number)
}

fn said(asked: &Asked<'_, Call>, error: &str, company: Option<&Company>) -> Words {
    let body = json!({
        "isValid": company.is_some(),
        "requestDate": asked.now.to_string(),
        "userError": error,
        "name": company.map_or_else(|| "---".to_owned(), name),
        "address": company.map_or_else(|| "---".to_owned(), address),
        "requestIdentifier": if company.is_some() { "" } else { CANARY },
        "originalVatNumber": asked.details,
        "vatNumber": asked.details,
        "viesApproximate": approximate(),
    });
    Words::json(StatusCode::OK, &body)
}

fn name(company: &Company) -> String {
    let form = company
        .registration
        .as_ref()
        .map(|entry| entry.legal_form.code.as_str());
    format!(
        "{}  {}",
        form.unwrap_or_default(),
        company.identity.full_name()
    )
}

fn address(company: &Company) -> String {
    let Address {
        number,
        street_kind,
        street,
        post_code,
        commune,
        ..
    } = &company.establishments[0].address;
    format!("{number} {street_kind} {street}\n{post_code}  {commune}")
}

fn approximate() -> Value {
    let members = ["name", "street", "postalCode", "city", "companyType"];
    let empty = members.map(|member| (member.to_owned(), json!("---")));
    Value::Object(empty.into_iter().collect())
}

/// More digits than any member state's numbers have.
const LONGEST: usize = 16;

const PATH: &str = "/taxation_customs/vies/rest-api/ms/FR/vat/";

const CALLS: [(&str, Line<Call>); 1] = [("numero-tva", Line::Data(Call::NumeroTva))];

#[cfg(test)]
mod tests;
