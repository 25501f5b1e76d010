//! The page at `/`: what is played, and lines to copy.

use askama::Template;
use bytes::Bytes;
use doublure_fixtures::{
    World,
    contract::{Operation, Whom},
};
use doublure_gateway::Page;

use super::{ALL_IN_ORDER, Front, TRACING};

/// The page, as it is asked for under `base`.
pub(super) fn page(front: &Front, base: &str) -> Page {
    let written = Written::of(front, base).render();
    Page {
        media: "text/html; charset=utf-8",
        // The template writes strings alone, and that does not fail.
        body: Bytes::from(written.unwrap_or_else(|error| error.to_string())),
        any_origin: false,
    }
}

/// What the template is filled with.
#[derive(Template)]
#[template(path = "page.html")]
struct Written<'a> {
    version: &'static str,
    edition: String,
    scenario: String,
    session: &'a str,
    seed: u64,
    now: String,
    tokens: Vec<Token<'a>>,
    providers: Vec<Provider<'a>>,
    companies: Vec<Known>,
    operations: Vec<Served<'a>>,
}

struct Token<'a> {
    name: &'a str,
    shows: &'a str,
    raw: &'a str,
}

struct Provider<'a> {
    id: &'a str,
    name: &'a str,
    address: &'a str,
}

struct Known {
    name: &'static str,
    siren: &'static str,
    shows: &'static str,
}

struct Served<'a> {
    path: &'a str,
    providers: String,
    scopes: String,
    quota: &'a str,
    deprecated: bool,
    curl: String,
}

impl<'a> Written<'a> {
    fn of(front: &'a Front, base: &'a str) -> Self {
        let session = &front.session;
        Self {
            version: env!("CARGO_PKG_VERSION"),
            edition: front.edition.to_string(),
            scenario: session.engine().scenario().name.clone(),
            session: session.name(),
            seed: session.seed(),
            now: session.clock().now().to_string(),
            tokens: tokens(front),
            providers: providers(front),
            companies: companies(),
            operations: operations(front, base),
        }
    }
}

fn tokens(front: &Front) -> Vec<Token<'_>> {
    let tokens = front.tokens.iter();
    tokens
        .map(|token| Token {
            name: token.name,
            shows: token.shows,
            raw: &token.raw,
        })
        .collect()
}

fn providers(front: &Front) -> Vec<Provider<'_>> {
    let row = |id: &'_ str| front.contract.provider(id);
    front
        .providers
        .iter()
        .map(|(id, address)| Provider {
            id,
            name: row(id).map_or(
                "the shape of version 3, for gateways that only forward",
                |row| row.name.as_str(),
            ),
            address,
        })
        .collect()
}

fn companies() -> Vec<Known> {
    let known = World::well_known().iter();
    known
        .map(|known| Known {
            name: known.name,
            siren: known.siren,
            shows: known.shows,
        })
        .collect()
}

fn operations<'a>(front: &'a Front, base: &str) -> Vec<Served<'a>> {
    let whom = whom();
    let served = front.contract.operations().iter();
    served
        .map(|operation| {
            let quota = operation.quota.of(front.edition).as_ref();
            Served {
                path: &operation.path,
                providers: operation.providers.join(", "),
                scopes: operation.scopes.join(", "),
                quota: quota.map_or("", |quota| quota.group.as_str()),
                deprecated: operation.deprecated,
                curl: curl(operation, whom, base),
            }
        })
        .collect()
}

fn curl(operation: &Operation, whom: Option<Whom>, base: &str) -> String {
    let path = match whom {
        Some(whom) => operation.path_for(whom),
        None => operation.path.clone(),
    };
    let query = TRACING
        .map(|(name, value)| format!("{name}={value}"))
        .join("&");
    let query = if operation.tracing {
        format!("?{query}")
    } else {
        String::new()
    };
    format!(r#"curl -sS -H "Authorization: Bearer $DOUBLURE_TOKEN" "{base}{path}{query}""#)
}

/// The company of the examples and its head office.
fn whom() -> Option<Whom> {
    let known = World::well_known().iter();
    let siren = known
        .filter(|known| known.name == ALL_IN_ORDER)
        .find_map(|known| known.siren.parse().ok())?;
    let company = World::new(0, 0).company(siren)?;
    Some(Whom {
        siren,
        siret: company.establishments.first()?.siret,
    })
}
