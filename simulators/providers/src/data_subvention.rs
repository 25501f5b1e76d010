//! DataSubvention: grants of the State to associations (facts 161).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /auth/login`, `{"email":"…","password":"…"}`, answered `{"user":{…,"jwt":{"token":"…","expirateDate":"…"}}}`; the token lives 1 h |
//! | `grants` | `GET /association/{siren, siret or rna}/grants`, `x-access-token: …` |
//!
//! Success is `{"subventions":[{"application":{…}|null,"payments":[…]|null}]}`, in which every value is a record of its own:
//! `{"value":…,"provider":"OSIRIS","last_update":"2019-01-01T00:00:00.000Z","type":"number"}`. An association without grants is
//! an empty list, no association 404, a number that is none 400; every refusal is `{"message":"…","code":…}`.

use bytes::Bytes;
use doublure_fixtures::{
    Date, World,
    world::{
        associations::AssociationKey,
        grants::{Application, Decision, Grant as Subsidy, Payment},
    },
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, names},
    oauth::{self, Grant},
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// DataSubvention.
pub(crate) struct DataSubvention;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Grants,
}

impl DataSubvention {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for DataSubvention {
    type Call = Call;

    const ID: &'static str = "data_subvention";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> =
        Some(Grant::json(&["email", "password"], let_in).carried_in("x-access-token"));

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/auth/login") => Some(Route::LOGIN),
            (&Method::GET, path) => {
                let number = path
                    .strip_prefix("/association/")?
                    .strip_suffix("/grants")?;
                let known = number.parse::<AssociationKey>().is_ok();
                Some(Route {
                    line: Line::Data(Call::Grants),
                    entity: known.then(|| number.to_owned()),
                })
            }
            _ => None,
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Grants = asked.call;
        let Ok(key) = asked.entity.parse::<AssociationKey>() else {
            return refusal(
                StatusCode::BAD_REQUEST,
                "You must provide a valid SIREN, SIRET or RNA",
            );
        };
        world
            .association(key)
            .map_or_else(not_found, |association| {
                let places = association.places.iter();
                let siret = places
                    .map(|place| place.establishment.siret.to_string())
                    .next();
                let siret = siret.unwrap_or_default();
                let grants = world.grants(&association);
                let grants: Vec<Value> =
                    grants.iter().map(|grant| subsidy(grant, &siret)).collect();
                Words::json(StatusCode::OK, &json!({ "subventions": grants }))
            })
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Grants = asked.call;
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::BAD_GATEWAY,
                "502 Bad Gateway",
                "upstream prematurely closed connection",
            )),
            Symptom::Maintenance => Some(
                refusal(StatusCode::SERVICE_UNAVAILABLE, "Service under maintenance")
                    .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "MongoServerSelectionError: connection timed out",
            )),
            Symptom::RateLimited => Some(
                refusal(StatusCode::TOO_MANY_REQUESTS, "Too many requests")
                    .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::CredentialsExpired => Some(refusal(
                StatusCode::UNAUTHORIZED,
                "JWT does not exist or has expired",
            )),
            Symptom::NotFound => Some(not_found()),
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        refusal(StatusCode::NOT_FOUND, "Not Found")
    }
}

/// The answer to a log-in.
fn let_in(token: &str) -> Value {
    json!({"user": {
        "email": "api-entreprise@exemple.example",
        "roles": ["user"],
        "active": true,
        "jwt": {"token": token, "expirateDate": oauth::end_of(token)},
    }})
}

fn subsidy(grant: &Subsidy, siret: &str) -> Value {
    let payments: Vec<Value> = grant.payments.iter().map(payment).collect();
    json!({
        "application": grant.application.as_ref().map(|asked| application(asked, siret)),
        "payments": (!payments.is_empty()).then_some(payments),
    })
}

fn application(asked: &Application, siret: &str) -> Value {
    let told = Source {
        system: asked.system,
        updated: asked.updated,
    };
    let projects = (1..).zip(&asked.projects);
    let projects: Vec<Value> = projects
        .map(|(rank, title)| project(rank, title, &told))
        .collect();
    let (scheme, part) = asked.scheme;
    json!({
        "siret": told.text(siret),
        "annee_demande": told.number(asked.year),
        "ej": asked.commitment.as_deref().map(|number| told.text(number)),
        "versementKey": asked.commitment.as_deref().map(|number| told.text(number)),
        "dispositif": told.text(scheme),
        "sous_dispositif": told.text(part),
        "service_instructeur": told.text(asked.office),
        "date_commision": asked.decided.map(|day| told.day(day)),
        "statut_label": told.text(decision(asked.decision)),
        "montants": {
            "total": told.number(asked.cost),
            "demande": told.number(asked.asked),
            "accorde": told.number(asked.granted),
        },
        "actions_proposee": projects,
    })
}

fn project(rank: u32, title: &str, told: &Source<'_>) -> Value {
    json!({
        "rang": told.number(rank),
        "intitule": told.text(title),
        "objectifs": told.text("Faire vivre le quartier"),
        "objectifs_operationnels": told.text("Douze séances dans l'année"),
        "description": told.text("Des séances ouvertes à tous, menées par des bénévoles."),
        "nature_aide": told.text("Projets associatifs"),
        "modalite_aide": told.text("Aide au projet"),
        "modalite_ou_dispositif": told.text("Fonctionnement"),
        "cofinanceurs": {"noms": told.text("Conseil départemental;Commune;")},
    })
}

fn payment(paid: &Payment) -> Value {
    let told = Source {
        system: "Chorus",
        updated: paid.paid,
    };
    let (number, label) = paid.programme;
    json!({
        "ej": told.text(&paid.commitment),
        "versementKey": told.text(&paid.commitment),
        "amount": told.number(paid.amount),
        "dateOperation": told.day(paid.paid),
        "centreFinancier": told.text("UO Region Bretagne"),
        "domaineFonctionnel": told.text("vie associative"),
        "activitee": told.text("formation  des bénévoles"),
        "bop": told.text(number),
        "programme": told.text(number),
        "libelleProgramme": told.text(label),
    })
}

/// Where values come from.
struct Source<'a> {
    system: &'a str,
    updated: Date,
}

impl Source<'_> {
    fn text(&self, value: &str) -> Value {
        self.told(json!(value), "string")
    }

    fn number(&self, value: impl Into<i64>) -> Value {
        self.told(json!(value.into()), "number")
    }

    fn day(&self, value: Date) -> Value {
        self.told(json!(midnight(value)), "object")
    }

    fn told(&self, value: Value, kind: &str) -> Value {
        json!({
            "value": value,
            "provider": self.system,
            "last_update": midnight(self.updated),
            "type": kind,
        })
    }
}

fn midnight(day: Date) -> String {
    format!("{day}T00:00:00.000Z")
}

const fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Granted => "Accordé",
        Decision::Refused => "Refusé",
        Decision::UnderWay => "En instruction",
        Decision::Waiting => "En attente",
    }
}

fn not_found() -> Words {
    refusal(
        StatusCode::NOT_FOUND,
        "Could not match association with given identifier",
    )
}

fn refusal(status: StatusCode, message: &str) -> Words {
    let body = json!({"message": format!("{message} ({CANARY})"), "code": status.as_u16()});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 2] =
    [("login", Line::Login), ("grants", Line::Data(Call::Grants))];

#[cfg(test)]
mod tests {
    use doublure_fixtures::Siret;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{self, world};

    #[test]
    fn every_refusal_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::refusals::<DataSubvention>());
    }

    #[test]
    fn every_answer_is_as_the_snapshot_shows() {
        let answers = testing::answers::<DataSubvention>(&world(), |_, siren| siren.to_owned());

        insta::assert_snapshot!(answers);
    }

    #[test]
    fn an_association_may_be_asked_for_by_each_of_its_numbers() {
        let by = |number: &str| {
            DataSubvention::answer(&Asked::of(Call::Grants, number, testing::now()), &world())
        };

        let siret = Siret::of("123456782".parse().unwrap(), 1).to_string();

        assert_eq!(by("123456782").body, by("W353999998").body);
        assert_eq!(by("123456782").body, by(&siret).body);
        assert_eq!(by("W75999").status, StatusCode::BAD_REQUEST);
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/association/123456782/grants", "/auth/login"])) {
            testing::survives::<DataSubvention>(&request, &world());
        }
    }
}
