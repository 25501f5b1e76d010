//! OPQIBI: certificates of engineers (facts 159).
//!
//! | call | request |
//! |---|---|
//! | `certificat` | `GET /certificats/{siren}` |
//!
//! Success is one object; what is RGE reads `"1"`, what is not `"0"`, days stand as `28/01/2021`. Without a certificate: 404,
//! an HTML text. The form of its days and the other refusals, all of them HTML, are *invented*; the
//! address of its page leads nowhere, so that nobody's server is asked for what is invented.

use bytes::Bytes;
use doublure_fixtures::{
    World,
    world::certificates::engineering::{EngineeringCertificate, EngineeringQualification},
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIREN, french, names},
    oauth::Grant,
    words::{MAINTENANCE_LEFT, Words},
};

/// OPQIBI.
pub(crate) struct Opqibi;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Certificat,
}

impl Opqibi {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Opqibi {
    type Call = Call;

    const ID: &'static str = "opqibi";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let siren = request.uri().path().strip_prefix("/certificats/")?;
        (request.method() == Method::GET).then(|| Route::data(Call::Certificat, siren, SIREN))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Certificat = asked.call;
        let certificate = asked
            .company(world)
            .and_then(|company| world.engineering_certificate(&company));
        certificate.map_or_else(not_found, |certificate| {
            Words::json(StatusCode::OK, &record(&certificate))
        })
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Certificat = asked.call;
        match symptom {
            Symptom::Unavailable => Some(page(StatusCode::SERVICE_UNAVAILABLE)),
            Symptom::Maintenance => Some(
                page(StatusCode::SERVICE_UNAVAILABLE).with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(page(StatusCode::INTERNAL_SERVER_ERROR)),
            Symptom::RateLimited => Some(page(StatusCode::TOO_MANY_REQUESTS)),
            Symptom::NotFound => Some(not_found()),
            // Nobody logs in, and no document comes.
            Symptom::CredentialsExpired
            | Symptom::UnderAnalysis
            | Symptom::Partial
            | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        page(StatusCode::NOT_FOUND)
    }
}

fn record(certificate: &EngineeringCertificate) -> Value {
    let (probation, until) = certificate
        .on_probation
        .as_ref()
        .map_or((&[][..], None), |(own, until)| (&own[..], Some(*until)));
    json!({
        "numero_certificat": certificate.number,
        "url": format!("https://www.opqibi.example/fiche/{}", certificate.page),
        "date_de_delivrance_du_certificat": french(certificate.issued),
        "duree_de_validite_du_certificat": "valable  un an",
        "assurance": certificate.insurers.join(" -  "),
        "qualifications": qualifications(&certificate.qualifications),
        "date_de_validite_des_qualification": french(certificate.valid_until),
        "qualifications_probatoires": qualifications(probation),
        "date_de_validite_des_qualifications_probatoires": until.map(french),
    })
}

fn qualifications(list: &[&EngineeringQualification]) -> Vec<Value> {
    let one = |own: &&EngineeringQualification| {
        json!({
            "Nom": own.name,
            "CodeQualification": own.code,
            "Definition": format!("{} ", own.definition),
            "rge": if own.rge.is_some() { "1" } else { "0" },
        })
    };
    list.iter().map(one).collect()
}

fn not_found() -> Words {
    Words::page(
        StatusCode::NOT_FOUND,
        "requéte incorrecte",
        "aucun certificat pour ce numéro",
    )
}

fn page(status: StatusCode) -> Words {
    Words::page(status, &format!("Erreur {}", status.as_u16()), "nginx")
}

const CALLS: [(&str, Line<Call>); 1] = [("certificat", Line::Data(Call::Certificat))];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Opqibi>(str::to_owned));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/certificats/418166096"])) {
            testing::survives::<Opqibi>(&request, &testing::world());
        }
    }
}
