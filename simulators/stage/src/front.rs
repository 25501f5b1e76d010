//! What stands beside the operations at the gateway's port, for people and for generators of clients.
//!
//! - `page`: the page at `/`.
//! - `openapi`: the OpenAPI document, at `/v3/openapi.yaml` and `/v3/openapi.json`.
//! - `shape`: a schema that is drawn from values.
//! - `samples`: the values, which a gateway like this one answers.
//!
//! All of it follows from the contract table and from what is served: a new operation needs nothing here.

mod openapi;
mod page;
mod samples;
mod shape;

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use doublure_fixtures::{Contract, Edition, contract::Operation, tokens::NamedToken};
use doublure_gateway::{MakingPage, Page, Pages};
use doublure_kernel::Session;
use serde_json::Value;
use tokio::sync::OnceCell;

/// The pages of a session.
pub(crate) struct Front {
    /// The session, for its name, time and scenario.
    pub(crate) session: Session,
    /// The tables.
    pub(crate) contract: Arc<Contract>,
    /// The edition.
    pub(crate) edition: Edition,
    /// The session's own tokens.
    pub(crate) tokens: Vec<NamedToken>,
    /// Where providers listen, by id.
    pub(crate) providers: BTreeMap<String, String>,
}

impl Pages for Front {
    fn has(&self, path: &str) -> bool {
        [PAGE, YAML, JSON].contains(&path)
    }

    fn make(&self, path: &str, base: &str) -> MakingPage {
        let write = match path {
            YAML => openapi::yaml,
            JSON => openapi::json,
            _ => {
                let page = page::page(self, base);
                return Box::pin(async move { page });
            }
        };
        let (contract, edition) = (Arc::clone(&self.contract), self.edition);
        let base = base.to_owned();
        Box::pin(async move {
            let mut document = described(&contract, edition).await.clone();
            openapi::serve_from(&mut document, &base);
            let (media, text) = write(&document);
            Page {
                media,
                body: Bytes::from(text),
                any_origin: true,
            }
        })
    }
}

/// What an edition serves, without the servers. It is the same in every session, and takes a second to find out.
async fn described(contract: &Arc<Contract>, edition: Edition) -> &'static Value {
    static DOCUMENTS: [OnceCell<Value>; Edition::ALL.len()] =
        [const { OnceCell::const_new() }; Edition::ALL.len()];
    let [documented, documented_v2, observed] = &DOCUMENTS;
    let document = match edition {
        Edition::Documented => documented,
        Edition::DocumentedV2 => documented_v2,
        Edition::Observed => observed,
    };
    let drawn = || async {
        let shapes = samples::shapes(contract, edition).await;
        openapi::document(contract, edition, &shapes)
    };
    document.get_or_init(drawn).await
}

/// The operations that an edition serves in its own versions: what is left of version 2 has no document of its own.
fn served(contract: &Contract) -> impl Iterator<Item = &Arc<Operation>> {
    contract
        .operations()
        .iter()
        .filter(|operation| operation.version != 2)
}

const PAGE: &str = "/";
const YAML: &str = "/v3/openapi.yaml";
const JSON: &str = "/v3/openapi.json";

/// Why, for whom and in what frame examples call.
const TRACING: [(&str, &str); 3] = [
    ("context", "essai"),
    ("object", "essai"),
    ("recipient", "13002526500013"),
];

/// The company that examples are about.
const ALL_IN_ORDER: &str = "all-in-order";
