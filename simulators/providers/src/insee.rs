//! INSEE: Sirene 3.11, in JSON with a `header` of its own (facts 142–144).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /token`, form `grant_type=password&client_id&client_secret&username&password`; the token lives 7 days |
//! | `unite-legale` | `GET /api-sirene/prive/3.11/siren/{siren}`, `Authorization: Bearer …` |
//! | `etablissement` | `GET /api-sirene/prive/3.11/siret/{siret}` |
//! | `siege` | `GET /api-sirene/prive/3.11/siret?q=etablissementSiege:true AND siren:{siren}` |
//! | `successions` | `GET /api-sirene/prive/3.11/siret/liensSuccession?q=siretEtablissementSuccesseur:{siret} OR siretEtablissementPredecesseur:{siret}` |
//!
//! Answers hold `header` and `uniteLegale`, `etablissement`, `etablissements` (a list of one) or `liensSuccession`, with
//! the field names of the real register. What changed in a company's life stands in `periodesUniteLegale` and `periodesEtablissement`,
//! latest first, `dateFin` null in the current one; a ceased company has two periods, and the day it ceased is the
//! `dateDebut` of the first. Days are `1998-07-12`, `dateDernierTraitement…` has a time: `2025-11-03T00:00:00`. Codes
//! come without labels; the kind of street is abbreviated (`AV`, `BD`). `statutDiffusion…` is `O`, `P` (in part) or, for
//! a company that is shown but not for commerce, `N`.
//!
//! Refusals are `{"header":{"statut":404,"message":"…"},"serveur":"…"}` with the same HTTP status: 400 a question that
//! is none, 401 no valid bearer, 403 a company that is shown to nobody, 404 unknown, 503; 301 with `Location` for a
//! company that was merged into another; 429 and 500 come from what stands before the register: `{"fault":{…}}` and an
//! HTML page.

use bytes::Bytes;
use doublure_fixtures::{
    Siren, Siret, World,
    world::{Company, Diffusion, Establishment},
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIREN, SIRET, names},
    form,
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

mod register;

/// INSEE.
pub(crate) struct Insee;

/// Its calls for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    UniteLegale,
    Etablissement,
    Siege,
    Successions,
}

impl Insee {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Insee {
    type Call = Call;

    const ID: &'static str = "insee";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = Some(Grant::PASSWORD);

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let path = request.uri().path();
        if request.method() == Method::POST {
            return (path == "/token").then_some(Route::LOGIN);
        }
        if request.method() != Method::GET {
            return None;
        }
        let resource = path.strip_prefix(ROOT)?;
        if resource == "siret" {
            let siren = siren_asked(request.uri().query()).unwrap_or_default();
            return Some(Route::data(Call::Siege, &siren, SIREN));
        }
        if resource == "siret/liensSuccession" {
            let siret = siret_asked(request.uri().query()).unwrap_or_default();
            return Some(Route::data(Call::Successions, &siret, SIRET));
        }
        match resource.split_once('/')? {
            ("siren", number) => Some(Route::data(Call::UniteLegale, number, SIREN)),
            ("siret", number) => Some(Route::data(Call::Etablissement, number, SIRET)),
            _ => None,
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        if asked.entity.is_empty() {
            return refusal(
                StatusCode::BAD_REQUEST,
                "Erreur de syntaxe dans la requête : numéro ou paramètre q mal formé",
            );
        }
        match asked.call {
            Call::UniteLegale => unite_legale(asked, world),
            Call::Etablissement => etablissement(asked, world),
            Call::Siege => siege(asked, world),
            Call::Successions => successions(asked, world),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        match symptom {
            Symptom::Unavailable => Some(refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service momentanément indisponible",
            )),
            Symptom::Maintenance => Some(
                refusal(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "API Sirene est fermée pour maintenance",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(Words::page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Erreur interne du serveur",
                &format!(
                    "org.postgresql.util.PSQLException: FATAL: connection to {CANARY}:5432 refused\n\
                     \tat fr.insee.sirene.dao.UniteLegaleDao.find(UniteLegaleDao.java:214)\n\
                     SELECT * FROM unite_legale WHERE siren = '{}'",
                    asked.entity
                ),
            )),
            Symptom::RateLimited => Some(throttled()),
            Symptom::CredentialsExpired => Some(
                refusal(
                    StatusCode::UNAUTHORIZED,
                    "Jeton d'accès absent, inconnu ou expiré",
                )
                .with(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
            ),
            Symptom::NotFound => Some(not_found(asked)),
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        let body = json!({
            "code": "404",
            "type": "Status report",
            "message": "Not Found",
            "description": format!("{} n'est pas une ressource de {CANARY}", request.uri().path()),
        });
        Words::json(StatusCode::NOT_FOUND, &body)
    }
}

fn unite_legale(asked: &Asked<'_, Call>, world: &World) -> Words {
    let Some(company) = company(asked.entity, world) else {
        return not_found(asked);
    };
    if let Some(heir) = company.merged_into {
        let path = format!("{ROOT}siren/{heir}");
        return moved(
            "Unité légale doublon, redirection vers l'unité légale",
            heir,
            &path,
        );
    }
    if company.diffusion == Diffusion::Never {
        return hidden("Unité légale", asked.entity);
    }
    success("uniteLegale", register::unite_legale(&company))
}

fn etablissement(asked: &Asked<'_, Call>, world: &World) -> Words {
    let number = asked.entity.parse::<Siret>().ok();
    let Some((company, place)) = number.and_then(|siret| world.establishment(siret)) else {
        return not_found(asked);
    };
    let heir = company.merged_into.and_then(|siren| world.company(siren));
    if let Some(office) = heir.as_ref().and_then(head_office) {
        let path = format!("{ROOT}siret/{}", office.siret);
        return moved(
            "Établissement doublon, redirection vers l'établissement",
            office.siret,
            &path,
        );
    }
    if company.diffusion == Diffusion::Never {
        return hidden("Établissement", asked.entity);
    }
    success("etablissement", register::etablissement(&company, &place))
}

fn siege(asked: &Asked<'_, Call>, world: &World) -> Words {
    let company = company(asked.entity, world)
        .filter(|company| company.merged_into.is_none() && company.diffusion != Diffusion::Never);
    let Some((company, office)) = company
        .as_ref()
        .and_then(|company| Some((company, head_office(company)?)))
    else {
        return not_found(asked);
    };
    let body = json!({
        "header": {"statut": 200, "message": "OK", "total": 1, "debut": 0, "nombre": 1},
        "etablissements": [register::etablissement(company, office)],
    });
    Words::json(StatusCode::OK, &body)
}

fn successions(asked: &Asked<'_, Call>, world: &World) -> Words {
    let known = asked.entity.parse::<Siret>().ok();
    let shown = known
        .and_then(|siret| world.establishment(siret))
        .filter(|(company, _)| company.diffusion != Diffusion::Never);
    let links = shown.map_or_else(Vec::new, |(_, place)| world.successions(place.siret));
    if links.is_empty() {
        return not_found(asked);
    }
    let (total, links) = (links.len(), links.iter().map(register::lien));
    let body = json!({
        "header": {"statut": 200, "message": "OK", "total": total, "debut": 0, "nombre": total},
        "liensSuccession": links.collect::<Vec<_>>(),
    });
    Words::json(StatusCode::OK, &body)
}

fn company(entity: &str, world: &World) -> Option<Company> {
    world.company(entity.parse::<Siren>().ok()?)
}

fn head_office(company: &Company) -> Option<&Establishment> {
    company
        .establishments
        .iter()
        .find(|place| place.head_office)
}

fn success(name: &str, value: Value) -> Words {
    let body = json!({"header": {"statut": 200, "message": "OK"}, name: value});
    Words::json(StatusCode::OK, &body)
}

fn moved(message: &str, heir: impl std::fmt::Display, path: &str) -> Words {
    refusal(
        StatusCode::MOVED_PERMANENTLY,
        &format!("{message} : {heir}"),
    )
    .with(header::LOCATION, path)
}

fn hidden(kind: &str, entity: &str) -> Words {
    refusal(
        StatusCode::FORBIDDEN,
        &format!("{kind} non diffusable ({entity})"),
    )
}

fn not_found(asked: &Asked<'_, Call>) -> Words {
    let number = match asked.call {
        Call::UniteLegale | Call::Siege => "siren",
        Call::Etablissement | Call::Successions => "siret",
    };
    refusal(
        StatusCode::NOT_FOUND,
        &format!("Aucun élément trouvé pour le {number} {}", asked.entity),
    )
}

fn throttled() -> Words {
    let body = json!({"fault": {
        "code": 900_804,
        "message": "Message throttled out",
        "description": format!("Quota de {CANARY} dépassé"),
    }});
    Words::json(StatusCode::TOO_MANY_REQUESTS, &body).with(header::RETRY_AFTER, "60")
}

fn refusal(status: StatusCode, message: &str) -> Words {
    let body = json!({
        "header": {"statut": status.as_u16(), "message": message},
        "serveur": CANARY,
    });
    Words::json(status, &body)
}

/// The SIREN in `q=etablissementSiege:true AND siren:…`; none: it is another question.
fn siren_asked(query: Option<&str>) -> Option<String> {
    let question = form::value(query?, "q")?;
    let mut siren = None;
    let mut head_office = false;
    for condition in question.split(" AND ") {
        match condition.trim().split_once(':')? {
            ("siren", number) => siren = Some(number.to_owned()),
            ("etablissementSiege", "true") => head_office = true,
            _ => return None,
        }
    }
    siren.filter(|_| head_office)
}

/// The SIRET in `q=siretEtablissementSuccesseur:… OR siretEtablissementPredecesseur:…`; none: another question.
fn siret_asked(query: Option<&str>) -> Option<String> {
    let question = form::value(query?, "q")?;
    let (successor, predecessor) = question.split_once(" OR ")?;
    let siret = successor.strip_prefix("siretEtablissementSuccesseur:")?;
    let same = predecessor.strip_prefix("siretEtablissementPredecesseur:")? == siret;
    same.then(|| siret.to_owned())
}

const CALLS: [(&str, Line<Call>); 5] = [
    ("login", Line::Login),
    ("unite-legale", Line::Data(Call::UniteLegale)),
    ("etablissement", Line::Data(Call::Etablissement)),
    ("siege", Line::Data(Call::Siege)),
    ("successions", Line::Data(Call::Successions)),
];

const ROOT: &str = "/api-sirene/prive/3.11/";

#[cfg(test)]
mod tests;
