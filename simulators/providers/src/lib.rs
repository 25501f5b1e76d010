//! The data providers, each in its own dialect (facts §15).

use std::sync::Arc;

use doublure_fixtures::World;
use doublure_kernel::{Service, Session};
use doublure_scenarios::Symptom;

/// Ids of the providers that exist, in the order of the contract table.
pub const IDS: [&str; 4] = ["insee", "infogreffe", "urssaf", "dgfip"];

/// A provider of a session; none for an unknown id. Its state (log-ins) is its own.
pub fn provider(id: &str, session: &Session, world: Arc<World>) -> Option<Arc<dyn Service>> {
    let _ = (id, session, world);
    todo!()
}

/// Whether a provider has words for a symptom in one of its calls.
pub fn speaks(id: &str, symptom: Symptom) -> bool {
    todo!("{id} {symptom:?}")
}

/// Names of a provider's own calls: `login`, `unite-legale`, …
pub fn calls(id: &str) -> &'static [&'static str] {
    todo!("{id}")
}
