//! Banque de France: the three latest balance sheets of a company (facts 159).
//!
//! | call | request |
//! |---|---|
//! | `bilans` | `GET /ws/BILAN_APIEntreprise_1_0_0_PRD/bilans/json?siren=…`; who asks is known by a certificate |
//!
//! Whatever there is to say is said with HTTP 200:
//! `{"siren":"…","denominationSociale":"…","code-retour":200,"message":"…","date":"15 janvier 2026 11:00:00","monnaie":"kEuros","bilans":[…]}`.
//! Figures are thousands of euros as text, changes are `+9.45%` or nothing; one name of a figure is misspelt and one of a
//! change stammers, as in the real service. A sheet of a short year has `"dureeExercice":"-"` and no figures.
//!
//! | `code-retour` | when |
//! |---|---|
//! | 200 | `bilans` has something |
//! | 204 | the company is unknown here, or too small |
//! | 400 | no SIREN |
//! | 500 | failed inside |
//!
//! Out of service or in maintenance: HTTP 503, an HTML page. *Invented*: 429, 403 for a certificate that is not known, and
//! the host name in refusals.

mod sheet;

use bytes::Bytes;
use doublure_fixtures::{Siren, World};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIREN, moment_of, names},
    form,
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// Banque de France.
pub(crate) struct BanqueDeFrance;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Bilans,
}

impl BanqueDeFrance {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for BanqueDeFrance {
    type Call = Call;

    const ID: &'static str = "banque_de_france";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let known = request.uri().path() == "/ws/BILAN_APIEntreprise_1_0_0_PRD/bilans/json";
        let query = request.uri().query().unwrap_or_default();
        let siren = form::value(query, "siren").unwrap_or_default();
        (known && request.method() == Method::GET).then(|| Route::data(Call::Bilans, &siren, SIREN))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Bilans = asked.call;
        let Ok(siren) = asked.entity.parse::<Siren>() else {
            return said(asked, 400, "Siren invalide", CANARY, Value::Null);
        };
        let company = world.company(siren);
        let sheets = company
            .as_ref()
            .map(|company| world.balance_sheets(company));
        match (company, sheets.unwrap_or_default().as_slice()) {
            (Some(company), [_, ..]) => {
                let sheets = world.balance_sheets(&company);
                let earlier = world.accounts(&company).into_iter().nth(sheets.len());
                let name = company.identity.full_name().replacen(' ', "  ", 1);
                said(
                    asked,
                    200,
                    "Service Web OK",
                    &name,
                    sheet::all(&sheets, earlier),
                )
            }
            _ => unknown(asked),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Bilans = asked.call;
        match symptom {
            Symptom::Unavailable => Some(page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service indisponible",
            )),
            Symptom::Maintenance => Some(
                page(StatusCode::SERVICE_UNAVAILABLE, "Maintenance")
                    .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(said(
                asked,
                500,
                "Erreur interne du service",
                CANARY,
                Value::Null,
            )),
            Symptom::RateLimited => Some(
                page(StatusCode::TOO_MANY_REQUESTS, "Trop de requêtes")
                    .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::CredentialsExpired => {
                Some(page(StatusCode::FORBIDDEN, "Certificat client refusé"))
            }
            Symptom::NotFound => Some(unknown(asked)),
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_request: &Request<Bytes>) -> Words {
        page(StatusCode::NOT_FOUND, "Service inconnu")
    }
}

fn unknown(asked: &Asked<'_, Call>) -> Words {
    said(asked, 204, "Aucun bilan pour ce siren", CANARY, Value::Null)
}

fn said(asked: &Asked<'_, Call>, code: u16, message: &str, name: &str, sheets: Value) -> Words {
    let now = moment_of(asked.now.unix_seconds());
    let month = MONTHS[usize::from(now.month().unsigned_abs()) - 1];
    let body = json!({
        "siren": asked.entity,
        "denominationSociale": name,
        "code-retour": code,
        "message": message,
        "date": format!("{} {month} {}", now.day(), now.strftime("%Y %H:%M:%S")),
        "monnaie": "kEuros",
        "bilans": sheets,
    });
    Words::json(StatusCode::OK, &body)
}

fn page(status: StatusCode, title: &str) -> Words {
    Words::page(status, title, "ws-dlnuf: BILAN_APIEntreprise_1_0_0_PRD")
}

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

const CALLS: [(&str, Line<Call>); 1] = [("bilans", Line::Data(Call::Bilans))];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{self, world};

    #[test]
    fn every_refusal_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::refusals::<BanqueDeFrance>());
    }

    #[test]
    fn every_answer_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::answers::<BanqueDeFrance>(&world(), |_, siren| {
            siren.to_owned()
        }));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&[
            "/ws/BILAN_APIEntreprise_1_0_0_PRD/bilans/json?siren=111111118",
        ])) {
            testing::survives::<BanqueDeFrance>(&request, &world());
        }
    }
}
