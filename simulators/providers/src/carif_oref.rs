//! CARIF-OREF: training bodies, Qualiopi, and what France compétences lets them do (facts 160).
//!
//! | call | request |
//! |---|---|
//! | `organisme` | `GET /organisme/{siret}`, `token-connexion: …` |
//!
//! Success is one object: yes and no read `"True"` and `"False"`, days of accreditations `30/01/2020`, accreditations that
//! were taken back have `"etat_habilitation":"Supprimé"`. Not found is HTTP 200 with nothing but nulls. How Qualiopi was come
//! by is told in words: `direct sur le NDA`, `par propagation via …`, nothing if it was not asked for. The refusals are
//! *invented*: `{"detail":"…"}`.

use bytes::Bytes;
use doublure_fixtures::{
    Date, World,
    world::{
        Company,
        certificates::training::{Accreditation, Declaration, Obtained, Training},
    },
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIRET, french, names},
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// CARIF-OREF.
pub(crate) struct CarifOref;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Organisme,
}

impl CarifOref {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for CarifOref {
    type Call = Call;

    const ID: &'static str = "carif_oref";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let siret = request.uri().path().strip_prefix("/organisme/")?;
        (request.method() == Method::GET).then(|| Route::data(Call::Organisme, siret, SIRET))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Organisme = asked.call;
        let body = asked.place(world).and_then(|(company, place)| {
            let training = world.training(&company, &place)?;
            Some(record(asked.entity, &company, &training))
        });
        Words::json(StatusCode::OK, &body.unwrap_or_else(nothing))
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Organisme = asked.call;
        match symptom {
            Symptom::Unavailable => Some(refusal(StatusCode::SERVICE_UNAVAILABLE)),
            Symptom::Maintenance => Some(
                refusal(StatusCode::SERVICE_UNAVAILABLE)
                    .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(StatusCode::INTERNAL_SERVER_ERROR)),
            Symptom::RateLimited => Some(refusal(StatusCode::TOO_MANY_REQUESTS)),
            Symptom::CredentialsExpired => Some(refusal(StatusCode::UNAUTHORIZED)),
            Symptom::NotFound => {
                let mut body = nothing();
                body["serveur"] = json!(CANARY);
                Some(Words::json(StatusCode::OK, &body))
            }
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        refusal(StatusCode::NOT_FOUND)
    }
}

fn record(siret: &str, company: &Company, training: &Training) -> Value {
    let declarations = training.declarations.iter();
    json!({
        "siret_actif": siret,
        "etablissement": {"siret": siret, "uai": training.school},
        "unite_legale": {
            "siren": company.siren.to_string(),
            "multinda": spelt(training.several_declarations),
        },
        "nda": declarations.map(|own| declaration(company, own)).collect::<Vec<_>>(),
        "habilitations": training.accreditations.iter().map(accreditation).collect::<Vec<_>>(),
    })
}

fn declaration(company: &Company, own: &Declaration) -> Value {
    let [training, assessment, experience, apprenticeship] = own.qualiopi.map(spelt);
    let speciality = |place: usize| own.specialities.get(place);
    let code = |place| speciality(place).map(|(code, _)| *code);
    let label = |place| speciality(place).map(|(_, label)| label.replacen(' ', "  ", 1));
    json!({
        "nda": own.number,
        "actif": "True",
        "date_derniere_declaration": own.reported.to_string(),
        "debut_exercice": own.year.0.to_string(),
        "fin_exercice": own.year.1.to_string(),
        "qualiopi_action_formation": training,
        "qualiopi_bilan_comptence": assessment,
        "qualiopi_vae": experience,
        "qualiopi_apprentissage": apprenticeship,
        "obtention_qualiopi": own.obtained.map(|how| obtained(company, how)),
        "code_specialite_1": code(0),
        "libelle_specialite_1": label(0),
        "code_specialite_2": code(1),
        "libelle_specialite_2": label(1),
        "code_specialite_3": code(2),
        "libelle_specialite_3": label(2),
    })
}

fn obtained(company: &Company, how: Obtained) -> String {
    match how {
        Obtained::Itself => "Qualiopi obtenu en direct sur le NDA".to_owned(),
        Obtained::ByCompany => format!("Qualiopi obtenu par propagation via {}", company.siren),
    }
}

fn accreditation(own: &Accreditation) -> Value {
    let certifiers = own.certifiers.iter();
    let day = |day: Option<Date>| day.map(french);
    json!({
        "code_fc": own.code,
        "actif": spelt(own.active),
        "etat_habilitation": if own.removed { "Supprimé" } else { "Validé" },
        "date_habilitation": day(own.since),
        "date_fin_enregistrement": day(own.until),
        "date_decision": day(own.decided),
        "a_former": spelt(own.trains),
        "a_organiser": spelt(own.examines),
        "certificateur": certifiers
            .map(|siret| json!({"siret": siret.to_string()}))
            .collect::<Vec<_>>(),
    })
}

/// Nothing is known.
fn nothing() -> Value {
    json!({
        "siret_actif": null,
        "etablissement": null,
        "unite_legale": null,
        "nda": null,
        "habilitations": null,
    })
}

/// Yes and no, as this house spells them.
const fn spelt(yes: bool) -> &'static str {
    if yes { "True" } else { "False" }
}

fn refusal(status: StatusCode) -> Words {
    let body = json!({"detail": format!("{status} on {CANARY}")});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 1] = [("organisme", Line::Data(Call::Organisme))];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<CarifOref>(testing::office));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/organisme/41816609600069"])) {
            testing::survives::<CarifOref>(&request, &testing::world());
        }
    }
}
