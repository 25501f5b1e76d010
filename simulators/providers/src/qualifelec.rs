//! Qualifelec: certificates of electricians (facts 159).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /login`, `{"username":"…","password":"…"}`, answered `{"token":"…"}`: a JWT whose `exp` is in an hour |
//! | `certificats` | `GET /certificates/{siret}`, `Authorization: Bearer …` |
//!
//! Success is a list, one certificate a qualification, all days as Unix seconds. `[]`: a firm that it knows and that has no
//! certificate. One that it does not know: 404, `{"code":404,"message":"…"}`, the form of every refusal. The paths and the
//! wording are *invented*; addresses of documents lead nowhere, so that nobody's server is asked for what is invented.

use bytes::Bytes;
use doublure_fixtures::{
    Date, World,
    world::certificates::electrical::{ElectricalCertificate, Insurance, Named},
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIRET, names},
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// Qualifelec.
pub(crate) struct Qualifelec;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Certificats,
}

impl Qualifelec {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Qualifelec {
    type Call = Call;

    const ID: &'static str = "qualifelec";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = Some(Grant::json(
        &["username", "password"],
        |token| json!({ "token": token }),
    ));

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/login") => Some(Route::LOGIN),
            (&Method::GET, path) => {
                let siret = path.strip_prefix("/certificates/")?;
                Some(Route::data(Call::Certificats, siret, SIRET))
            }
            _ => None,
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Certificats = asked.call;
        let Some((company, _)) = asked.place(world) else {
            return not_found();
        };
        let certificates = world.electrical_certificates(&company);
        let records: Vec<Value> = certificates.iter().map(record).collect();
        Words::json(StatusCode::OK, &json!(records))
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Certificats = asked.call;
        match symptom {
            Symptom::Unavailable => Some(refusal(StatusCode::BAD_GATEWAY, "Bad Gateway")),
            Symptom::Maintenance => Some(
                refusal(StatusCode::SERVICE_UNAVAILABLE, "Maintenance")
                    .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal Server Error",
            )),
            Symptom::RateLimited => {
                Some(refusal(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests"))
            }
            Symptom::CredentialsExpired => {
                Some(refusal(StatusCode::UNAUTHORIZED, "Expired JWT Token"))
            }
            Symptom::NotFound => Some(not_found()),
            // Of a document it gives but the address.
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        refusal(StatusCode::NOT_FOUND, "No route found")
    }
}

fn record(certificate: &ElectricalCertificate) -> Value {
    let class = certificate.class;
    let (decennial_from, decennial_to) = covered(&certificate.decennial);
    let (liability_from, liability_to) = covered(&certificate.liability);
    json!({
        "url": format!("https://www.qualifelec.example/certificats/{}.pdf", certificate.number),
        "num": certificate.number,
        "rge": certificate.rge,
        "start_date": unix_seconds(certificate.validity.0),
        "end_date": unix_seconds(certificate.validity.1),
        "label": certificate.label.replacen(' ', "  ", 1),
        "qualification_start_date": unix_seconds(certificate.qualified.0),
        "qualification_end_date": unix_seconds(certificate.qualified.1),
        "indexes": named(&certificate.indices),
        "mentions": named(&certificate.mentions),
        "domains": named(&certificate.domains),
        "classification": {
            "code": class.map(|(code, _)| code),
            "label": class.map(|(_, label)| label),
        },
        "decennial_insurance": certificate.decennial.name,
        "decennial_insurance_start_date": decennial_from,
        "decennial_insurance_end_date": decennial_to,
        "liability_insurance": certificate.liability.name,
        "liability_insurance_start_date": liability_from,
        "liability_insurance_end_date": liability_to,
    })
}

fn named(list: &[Named]) -> Vec<Value> {
    let one = |&(code, label): &Named| json!({"code": code, "label": label});
    list.iter().map(one).collect()
}

fn covered(insurance: &Insurance) -> (Option<i64>, Option<i64>) {
    let days = insurance.covers;
    (
        days.and_then(|(from, _)| unix_seconds(from)),
        days.and_then(|(_, to)| unix_seconds(to)),
    )
}

/// Noon of a day, which is the same day in Paris.
fn unix_seconds(day: Date) -> Option<i64> {
    let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
    Some(noon.timestamp().as_second())
}

fn not_found() -> Words {
    refusal(StatusCode::NOT_FOUND, "Company not found")
}

fn refusal(status: StatusCode, message: &str) -> Words {
    let body = json!({"code": status.as_u16(), "message": message, "host": CANARY});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 2] = [
    ("login", Line::Login),
    ("certificats", Line::Data(Call::Certificats)),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Qualifelec>(testing::office));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/login", "/certificates/41816609600069"])) {
            testing::survives::<Qualifelec>(&request, &testing::world());
        }
    }
}
