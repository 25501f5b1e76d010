//! INPI: the national register of companies, RNE (facts 146).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /api/sso/login`, `{"username":"…","password":"…"}`, answered `{"token":"…","user":{…}}`; the token lives 1 h |
//! | `companies` | `GET /api/companies/{siren}`, `Authorization: Bearer …` |
//! | `attachments` | `GET /api/companies/{siren}/attachments` |
//! | `acte` | `GET /api/actes/{24 hexadecimal digits}/download` |
//! | `bilan` | `GET /api/bilans/{24 hexadecimal digits}/download` |
//! | `extrait` | `GET /export/companies?format=pdf&ids=["{siren}"]` |
//!
//! Companies are records with much nesting ([`formality`]), attachments are `{"actes":[…],"bilans":[…]}`, among them those that
//! are confidential or deleted. Downloads are PDF. Refusals are `{"code":"404","message":"…","type":"notFound"}` with the same
//! HTTP status: 401 no valid bearer, 403 a confidential document, 404 unknown, 429 the account has asked 50 000 times in a day.
//!
//! Out of service the firewall before it answers: HTTP 200 and an HTML page, for downloads 403. A password expires; the log-in
//! then says 401, type `passwordExpired` (*invented*). Paths of log-in and messages are *invented* too.

use bytes::Bytes;
use doublure_fixtures::{
    Siren, World, documents,
    world::{
        Company,
        rne::{Access, Content, Deposit},
    },
};
use doublure_journal::Moment;
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIREN, french, name, names},
    form,
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

mod attachments;
mod formality;
mod owners;
mod spelling;

/// INPI.
pub(crate) struct Inpi;

/// Its calls for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Companies,
    Attachments,
    Acte,
    Bilan,
    Extrait,
}

impl Inpi {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Inpi {
    type Call = Call;

    const ID: &'static str = "inpi";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> =
        Some(Grant::json(&["username", "password"], let_in).limited_to(50_000));

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let path = request.uri().path();
        match *request.method() {
            Method::POST => (path == "/api/sso/login").then_some(Route::LOGIN),
            Method::GET => asked_for(path, request.uri().query().unwrap_or_default()),
            _ => None,
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        if asked.entity.is_empty() {
            return refusal(
                StatusCode::BAD_REQUEST,
                "Identifiant invalide",
                "badRequest",
            );
        }
        match asked.call {
            Call::Companies => companies(asked, world),
            Call::Attachments => attachments(asked, world),
            Call::Acte | Call::Bilan => download(asked, world),
            Call::Extrait => extrait(asked, world),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let is_download = !matches!(asked.call, Call::Companies | Call::Attachments);
        match symptom {
            Symptom::Unavailable => Some(firewall(is_download)),
            Symptom::Maintenance => Some(
                refusal(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Maintenance en cours",
                    "maintenance",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "An exception occurred in driver: SQLSTATE[08006]",
                "internal",
            )),
            Symptom::RateLimited => Some(refusal(
                StatusCode::TOO_MANY_REQUESTS,
                "Quota journalier atteint pour ce compte",
                "tooManyRequests",
            )),
            Symptom::CredentialsExpired => Some(refusal(
                StatusCode::UNAUTHORIZED,
                "Expired JWT Token",
                "unauthorized",
            )),
            Symptom::NotFound => Some(not_found()),
            Symptom::BadFile(kind) if is_download => bad_file::fetched(kind, PDF),
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn refuse_line(line: Line<Call>, entity: &str, now: Moment, symptom: Symptom) -> Option<Words> {
        match (line, symptom) {
            (Line::Login, Symptom::CredentialsExpired) => Some(refusal(
                StatusCode::UNAUTHORIZED,
                "Le mot de passe de ce compte a expiré",
                "passwordExpired",
            )),
            (Line::Login, Symptom::NotFound) => None,
            // The same server answers all of its calls.
            (Line::Login, _) => Self::refuse(&Asked::of(Call::Companies, entity, now), symptom),
            (Line::Data(call), _) => Self::refuse(&Asked::of(call, entity, now), symptom),
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        let text = format!(
            "No route found for \"{} {}\"",
            request.method(),
            request.uri().path()
        );
        refusal(StatusCode::NOT_FOUND, &text, "notFound")
    }
}

fn asked_for(path: &str, query: &str) -> Option<Route<Call>> {
    if path == "/export/companies" {
        let ids = form::value(query, "ids").unwrap_or_default();
        let siren = ids.trim_matches(['[', ']', '"']);
        return Some(Route::data(Call::Extrait, siren, SIREN));
    }
    let (kind, rest) = path.strip_prefix("/api/")?.split_once('/')?;
    match (kind, rest.split_once('/')) {
        ("companies", None) => Some(Route::data(Call::Companies, rest, SIREN)),
        ("companies", Some((siren, "attachments"))) => {
            Some(Route::data(Call::Attachments, siren, SIREN))
        }
        ("actes", Some((number, "download"))) => Some(document(Call::Acte, number)),
        ("bilans", Some((number, "download"))) => Some(document(Call::Bilan, number)),
        _ => None,
    }
}

fn document(call: Call, number: &str) -> Route<Call> {
    let plausible = number.len() == 24 && number.bytes().all(|byte| byte.is_ascii_hexdigit());
    Route {
        line: Line::Data(call),
        entity: plausible.then(|| number.to_owned()),
    }
}

/// The answer to a log-in.
fn let_in(token: &str) -> Value {
    json!({
        "token": token,
        "user": {"email": "api-entreprise@exemple.example", "roles": ["ROLE_USER"]},
    })
}

fn companies(asked: &Asked<'_, Call>, world: &World) -> Words {
    let entered = company(asked, world).and_then(|company| Some((world.rne(&company)?, company)));
    entered.map_or_else(not_found, |(entry, company)| {
        Words::json(StatusCode::OK, &formality::record(&company, &entry))
    })
}

fn attachments(asked: &Asked<'_, Call>, world: &World) -> Words {
    let entered = company(asked, world).and_then(|company| Some((world.rne(&company)?, company)));
    entered.map_or_else(not_found, |(entry, company)| {
        Words::json(StatusCode::OK, &attachments::record(&company, &entry))
    })
}

fn download(asked: &Asked<'_, Call>, world: &World) -> Words {
    let filed = world.deposit(asked.entity).filter(|(_, deposit)| {
        matches!(deposit.content, Content::Deed(_)) == (asked.call == Call::Acte)
    });
    match filed {
        Some((company, deposit)) if deposit.access == Access::Public => {
            let title = match deposit.content {
                Content::Deed(_) => "Acte déposé au greffe",
                Content::Accounts { .. } => "Comptes annuels",
            };
            paper(title, &company, Some(&deposit), asked)
        }
        Some((_, deposit)) if deposit.access == Access::Confidential => {
            refusal(StatusCode::FORBIDDEN, "Document confidentiel", "forbidden")
        }
        _ => not_found(),
    }
}

fn extrait(asked: &Asked<'_, Call>, world: &World) -> Words {
    let entered = company(asked, world).filter(|company| world.rne(company).is_some());
    entered.map_or_else(not_found, |company| {
        paper(
            "Attestation d'immatriculation au RNE",
            &company,
            None,
            asked,
        )
    })
}

fn company(asked: &Asked<'_, Call>, world: &World) -> Option<Company> {
    world.company(asked.entity.parse::<Siren>().ok()?)
}

fn paper(
    title: &str,
    company: &Company,
    deposit: Option<&Deposit>,
    asked: &Asked<'_, Call>,
) -> Words {
    let filed = deposit.map(|deposit| {
        [
            format!("Document : {}", deposit.name),
            format!("Déposé le {}", french(deposit.filed)),
        ]
    });
    let lines: Vec<String> = [
        format!("Siren : {}", company.siren),
        format!("Entreprise : {}", name(&company.identity)),
        format!("Édité le {}", french(asked.day())),
    ]
    .into_iter()
    .chain(filed.into_iter().flatten())
    .collect();
    let pdf = documents::pdf(title, &lines, asked.now.unix_seconds());
    Words::new(StatusCode::OK, PDF, pdf)
}

fn not_found() -> Words {
    refusal(StatusCode::NOT_FOUND, "Ressource introuvable", "notFound")
}

/// What stands before INPI answers in its place, for pages with a success.
fn firewall(is_download: bool) -> Words {
    let status = if is_download {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::OK
    };
    Words::page(
        status,
        "Request Rejected",
        "Attention Required! Your support ID is: 1207",
    )
}

fn refusal(status: StatusCode, message: &str, kind: &str) -> Words {
    let body = json!({
        "code": status.as_str(),
        "message": message,
        "type": kind,
        "instance": CANARY,
    });
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 6] = [
    ("login", Line::Login),
    ("companies", Line::Data(Call::Companies)),
    ("attachments", Line::Data(Call::Attachments)),
    ("acte", Line::Data(Call::Acte)),
    ("bilan", Line::Data(Call::Bilan)),
    ("extrait", Line::Data(Call::Extrait)),
];

const PDF: &str = "application/pdf";

#[cfg(test)]
mod tests;
