//! The directory of associations (API Asso), which two offices open to us: MI and DJEPVA (facts 161).
//!
//! | call | request |
//! |---|---|
//! | `structure` | `GET /apim/api-asso-partenaires/api/structure/{siren, siret or rna}?proxy_only=true`, `X-Gravitee-Api-Key: …` |
//! | `document` | `GET /apim/api-asso/documents/{uuid}`, `X-Gravitee-Api-Key: …` |
//!
//! Success is XML, `<asso>`, without attributes but for years; what is not known is left out or, for days, `0001-01-01`. Links to
//! documents lead to the inside of the directory, `http://localhost:8181/services/documents/{uuid}`: whoever fetches them must
//! put the path of `document` in the place of what stands before `/documents/`. Documents are images in PDF.
//!
//! An association that is unknown is HTTP 200 and
//! `<asso><erreur><proxy_correspondance>… with statusCode: 404</proxy_correspondance></erreur></asso>`; so is a number that is
//! none. A company that is no association is a 200 with `<identite>` and without register. Out of service: an empty body with
//! 200. A key that is missing or withdrawn: 401, JSON. The names of what stands before it in these pages are *invented*.

use std::marker::PhantomData;

use bytes::Bytes;
use doublure_fixtures::{
    World, documents,
    world::associations::{AssociationKey, Flaw},
};
use doublure_scenarios::{BadFile, Symptom};
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, names},
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
    xml::{element, text},
};

mod asso;
mod elements;
mod life;

/// The directory, as one of two offices opens it.
pub(crate) struct Associations<O>(PhantomData<O>);

/// An office that opens the directory.
pub(crate) trait Office: Send + Sync + 'static {
    /// Id of the provider.
    const ID: &'static str;
}

/// The ministry of the interior.
pub(crate) struct Mi;

/// The delegation to youth and associative life.
pub(crate) struct Djepva;

/// Its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Structure,
    Document,
}

impl Office for Mi {
    const ID: &'static str = "associations";
}

impl Office for Djepva {
    const ID: &'static str = "djepva";
}

impl<O> Associations<O> {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl<O: Office> Dialect for Associations<O> {
    type Call = Call;

    const ID: &'static str = O::ID;
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        if request.method() != Method::GET || !has_key(request) {
            return None;
        }
        let path = request.uri().path();
        if let Some(number) = path.strip_prefix(STRUCTURE) {
            return Some(Route {
                line: Line::Data(Call::Structure),
                entity: number
                    .parse::<AssociationKey>()
                    .is_ok()
                    .then(|| number.to_owned()),
            });
        }
        let id = path.strip_prefix(DOCUMENT)?;
        let plausible = id.len() == 36
            && id
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        Some(Route {
            line: Line::Data(Call::Document),
            entity: plausible.then(|| id.to_owned()),
        })
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        match asked.call {
            Call::Structure => structure(asked, world),
            Call::Document => document(asked, world),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        match symptom {
            Symptom::Unavailable => Some(no_service()),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Maintenance en cours",
                    "Le compte asso et ses services sont en maintenance.",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(Words::page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "HTTP ERROR 500",
                "org.apache.camel.CamelExecutionException: java.net.SocketTimeoutException",
            )),
            Symptom::RateLimited => Some(gateway(
                StatusCode::TOO_MANY_REQUESTS,
                "Rate limit exceeded ! You reached the limit of 100 requests per 1 minutes",
            )),
            Symptom::CredentialsExpired => Some(unauthorized()),
            Symptom::NotFound => Some(match asked.call {
                Call::Structure => unknown(asked.entity),
                Call::Document => lost(),
            }),
            Symptom::BadFile(kind) => bad_document(asked, kind),
            Symptom::UnderAnalysis | Symptom::Partial => None,
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        if !has_key(request) {
            return unauthorized();
        }
        gateway(
            StatusCode::NOT_FOUND,
            "No context-path matches the request URI.",
        )
    }
}

fn has_key(request: &Request<Bytes>) -> bool {
    let key = request.headers().get("x-gravitee-api-key");
    key.is_some_and(|key| !key.is_empty())
}

fn structure(asked: &Asked<'_, Call>, world: &World) -> Words {
    let Ok(key) = asked.entity.parse::<AssociationKey>() else {
        return unknown(asked.entity);
    };
    if let Some(association) = world.association(key) {
        return xml(&asso::asso(&association));
    }
    let company = match key {
        AssociationKey::Siren(siren) => world.company(siren),
        AssociationKey::Siret(siret) => world.establishment(siret).map(|(company, _)| company),
        AssociationKey::Rna(_) => None,
    };
    company.map_or_else(
        || unknown(asked.entity),
        |company| xml(&asso::other(&company)),
    )
}

fn document(asked: &Asked<'_, Call>, world: &World) -> Words {
    let found = world.association_paper(asked.entity);
    let Some((association, title, flaw)) = found else {
        return lost();
    };
    match flaw {
        Some(Flaw::Lost | Flaw::NoUrl) => lost(),
        Some(Flaw::WrongType) => Words::new(
            StatusCode::OK,
            PDF,
            "{\\rtf1\\ansi Document en cours de reprise}",
        ),
        Some(Flaw::Empty) => Words::new(StatusCode::OK, PDF, ""),
        None => {
            let number = association
                .rna
                .map(|rna| rna.to_string())
                .unwrap_or_default();
            let lines = [association.name, number];
            // Scanned once, whenever it is fetched.
            let pdf = documents::scanned_pdf(&title, &lines, 0);
            Words::new(StatusCode::OK, PDF, pdf)
        }
    }
}

/// What a bad document looks like from one of its calls: a link that is none stands in the record.
fn bad_document(asked: &Asked<'_, Call>, kind: BadFile) -> Option<Words> {
    match asked.call {
        Call::Structure => {
            bad_file::link(kind).map(|link| xml(&asso::with_link(asked.entity, &link)))
        }
        Call::Document => bad_file::fetched(kind, PDF),
    }
}

fn xml(asso: &str) -> Words {
    Words::new(
        StatusCode::OK,
        "application/xml;charset=UTF-8",
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{asso}"),
    )
}

fn unknown(entity: &str) -> Words {
    let trace = format!(
        "org.apache.camel.http.common.HttpOperationFailedException: HTTP operation failed invoking \
         http://{CANARY}:8181/services/proxy_db_asso/correspondance/{entity} with statusCode: 404"
    );
    xml(&element(
        "asso",
        &[],
        &element("erreur", &[], &text("proxy_correspondance", &trace)),
    ))
}

/// The service bus has lost its services: a page where XML should be.
fn no_service() -> Words {
    Words::page(
        StatusCode::SERVICE_UNAVAILABLE,
        "Service Unavailable",
        "No service was found.",
    )
}

fn lost() -> Words {
    Words::page(
        StatusCode::NOT_FOUND,
        "HTTP ERROR 404",
        "Document not found",
    )
}

fn unauthorized() -> Words {
    gateway(StatusCode::UNAUTHORIZED, "Unauthorized")
}

/// What the gateway in front of the directory says of itself.
fn gateway(status: StatusCode, message: &str) -> Words {
    let body = json!({
        "message": message,
        "http_status_code": status.as_u16(),
        "gateway": CANARY,
    });
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 2] = [
    ("structure", Line::Data(Call::Structure)),
    ("document", Line::Data(Call::Document)),
];

const STRUCTURE: &str = "/apim/api-asso-partenaires/api/structure/";
const DOCUMENT: &str = "/apim/api-asso/documents/";
const PDF: &str = "application/pdf";

#[cfg(test)]
mod tests;
