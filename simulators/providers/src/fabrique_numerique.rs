//! Fabrique numérique des ministères sociaux: the collective agreements of a place (facts 160).
//!
//! | call | request |
//! |---|---|
//! | `conventions` | `GET /siret2idcc/{siret}` |
//!
//! Success is a list of one: `[{"conventions":[…],"siret":"…"}]`; nothing found is the same without conventions. Their
//! state reads `VIGUEUR` or `VIGUEUR_ETEN`, their day `1988-01-01T00:00:00.000Z`; `synonymes` is null where there are
//! none. The path and the refusals are *invented*: `{"message":"…"}`.

use bytes::Bytes;
use doublure_fixtures::{World, world::certificates::agreements::Agreement};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIRET, names},
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// Fabrique numérique des ministères sociaux.
pub(crate) struct FabriqueNumerique;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Conventions,
}

impl FabriqueNumerique {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for FabriqueNumerique {
    type Call = Call;

    const ID: &'static str = "fabrique_numerique";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let siret = request.uri().path().strip_prefix("/siret2idcc/")?;
        (request.method() == Method::GET).then(|| Route::data(Call::Conventions, siret, SIRET))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Conventions = asked.call;
        let agreements = asked
            .place(world)
            .map(|(company, place)| world.agreements(&company, &place));
        let records = agreements.unwrap_or_default().into_iter().map(record);
        let body = json!([{
            "conventions": records.collect::<Vec<_>>(),
            "siret": asked.entity,
        }]);
        Words::json(StatusCode::OK, &body)
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Conventions = asked.call;
        match symptom {
            Symptom::Unavailable => Some(refusal(StatusCode::BAD_GATEWAY)),
            Symptom::Maintenance => Some(
                refusal(StatusCode::SERVICE_UNAVAILABLE)
                    .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(StatusCode::INTERNAL_SERVER_ERROR)),
            Symptom::RateLimited => Some(refusal(StatusCode::TOO_MANY_REQUESTS)),
            Symptom::NotFound => {
                let body = json!([{"conventions": [], "siret": asked.entity, "host": CANARY}]);
                Some(Words::json(StatusCode::OK, &body))
            }
            // Nobody logs in, and no document comes.
            Symptom::CredentialsExpired
            | Symptom::UnderAnalysis
            | Symptom::Partial
            | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        refusal(StatusCode::NOT_FOUND)
    }
}

fn record(agreement: &Agreement) -> Value {
    let synonyms = agreement.synonyms;
    let state = if agreement.extended {
        "VIGUEUR_ETEN"
    } else {
        "VIGUEUR"
    };
    let text = "https://www.legifrance.gouv.fr/affichIDCC.do?idConvention=";
    json!({
        "id": agreement.id,
        "num": agreement.number,
        "title": format!(" {}", agreement.title.replacen(' ', "  ", 1)),
        "shortTitle": format!("{} ", agreement.short_title),
        "active": true,
        "etat": state,
        "url": format!("{text}{}", agreement.id),
        "synonymes": (!synonyms.is_empty()).then_some(synonyms),
        "date_publi": format!("{}T00:00:00.000Z", agreement.published),
    })
}

fn refusal(status: StatusCode) -> Words {
    let body = json!({"message": format!("{status} on {CANARY}")});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 1] = [("conventions", Line::Data(Call::Conventions))];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<FabriqueNumerique>(testing::office));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/siret2idcc/41816609600069"])) {
            testing::survives::<FabriqueNumerique>(&request, &testing::world());
        }
    }
}
