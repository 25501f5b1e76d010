//! RNM: the register of crafts (facts 161), asked of CMA France.
//!
//! | call | request |
//! |---|---|
//! | `entreprise` | `GET /v2/entreprises/{siren}?format=json` |
//!
//! Success is one flat record, its fields named by a prefix (`ent_act_…`, `gest_…`, `dir_…`), days as `12/07/1998`, flags as
//! `0` and `1`; `ent_act_modalite_exercice` is `P`, `S` or `NR`. A company that is not in the register, and every failure: an
//! HTML page of the server before it (IIS). There is no log-in. The wording of the pages is *invented*.

use bytes::Bytes;
use doublure_fixtures::{
    Siren, World,
    world::{
        Company, Identity,
        crafts::{Craft, Season},
    },
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIREN, french, name, names},
    oauth::Grant,
    words::{MAINTENANCE_LEFT, Words},
};

/// RNM.
pub(crate) struct Rnm;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Entreprise,
}

impl Rnm {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Rnm {
    type Call = Call;

    const ID: &'static str = "rnm";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let siren = request.uri().path().strip_prefix(ROOT)?;
        (request.method() == Method::GET).then(|| Route::data(Call::Entreprise, siren, SIREN))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Entreprise = asked.call;
        let siren = asked.entity.parse::<Siren>().ok();
        let company = siren.and_then(|siren| world.company(siren));
        let entered = company.and_then(|company| Some((world.craft(&company)?, company)));
        entered.map_or_else(not_found, |(craft, company)| {
            Words::json(StatusCode::OK, &record(&company, &craft))
        })
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Entreprise = asked.call;
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service Unavailable",
                "HTTP Error 503. The service is unavailable.",
            )),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Site en maintenance",
                    "app_offline.htm",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(Words::page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Server Error in '/' Application.",
                "System.Data.SqlClient.SqlException: SELECT TOP 1 * FROM dbo.Entreprises",
            )),
            Symptom::RateLimited => Some(Words::page(
                StatusCode::TOO_MANY_REQUESTS,
                "Too Many Requests",
                "Dynamic IP Restriction",
            )),
            Symptom::NotFound => Some(not_found()),
            // It asks for no credentials and sends no documents.
            Symptom::CredentialsExpired
            | Symptom::UnderAnalysis
            | Symptom::Partial
            | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        not_found()
    }
}

fn record(company: &Company, craft: &Craft) -> Value {
    let address = &company.establishments[0].address;
    json!({
        "id": format!("{}{}", craft.department, company.siren),
        "ent_id_siren": company.siren.to_string(),
        "ent_act_modalite_exercice": season(craft.season),
        "ent_act_non_sedentaire": if craft.itinerant { "1" } else { "0" },
        "ent_act_denomination_sociale": denomination(&company.identity),
        "ent_act_code_nafa_principal": craft.craft.code,
        "gest_libelle_code_nafa": craft.craft.label,
        "ent_act_date_immat_rm": french(craft.registered),
        "ent_act_date_debut_activite": french(company.created),
        "ent_act_date_radiation": null,
        "ent_adr_numero_voie": address.number,
        "ent_adr_adresse": format!("{}  {}", address.street_kind, address.street),
        "ent_adr_code_postal": address.post_code,
        "ent_adr_commune": address.commune,
        "gest_dept": craft.department,
        "gest_label_forme_juridique": company.legal_form.label,
    })
}

fn denomination(identity: &Identity) -> Option<String> {
    matches!(identity, Identity::Legal { .. }).then(|| name(identity))
}

const fn season(season: Season) -> &'static str {
    match season {
        Season::AllYear => "P",
        Season::PartOfTheYear => "S",
        Season::Unknown => "NR",
    }
}

fn not_found() -> Words {
    Words::page(
        StatusCode::NOT_FOUND,
        "404 - File or directory not found.",
        "The resource you are looking for might have been removed.",
    )
}

const CALLS: [(&str, Line<Call>); 1] = [("entreprise", Line::Data(Call::Entreprise))];

const ROOT: &str = "/v2/entreprises/";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{self, world};

    #[test]
    fn every_refusal_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::refusals::<Rnm>());
    }

    #[test]
    fn every_answer_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::answers::<Rnm>(&world(), |_, siren| siren.to_owned()));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/v2/entreprises/111111118?format=json"])) {
            testing::survives::<Rnm>(&request, &world());
        }
    }
}
