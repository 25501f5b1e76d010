//! Every provider there is. A new one is a file and a line in each of these lists.

use std::sync::Arc;

use doublure_fixtures::World;
use doublure_kernel::{Service, Session};
use doublure_scenarios::Symptom;

use crate::{
    dgfip::Dgfip, dialect::Dialect, infogreffe::Infogreffe, insee::Insee, play::Simulated,
    urssaf::Urssaf,
};

/// Ids of the providers that exist, in the order of the contract table.
pub const IDS: [&str; 4] = [Insee::ID, Infogreffe::ID, Urssaf::ID, Dgfip::ID];

/// A provider of a session; none for an unknown id. Its state (log-ins) is its own.
pub fn provider(id: &str, session: &Session, world: Arc<World>) -> Option<Arc<dyn Service>> {
    match id {
        Insee::ID => Some(Arc::new(Simulated::<Insee>::new(session, world))),
        Infogreffe::ID => Some(Arc::new(Simulated::<Infogreffe>::new(session, world))),
        Urssaf::ID => Some(Arc::new(Simulated::<Urssaf>::new(session, world))),
        Dgfip::ID => Some(Arc::new(Simulated::<Dgfip>::new(session, world))),
        _ => None,
    }
}

/// Whether a provider has words for a symptom in one of its calls.
pub fn speaks(id: &str, symptom: Symptom) -> bool {
    match id {
        Insee::ID => Insee::speaks(symptom),
        Infogreffe::ID => Infogreffe::speaks(symptom),
        Urssaf::ID => Urssaf::speaks(symptom),
        Dgfip::ID => Dgfip::speaks(symptom),
        _ => false,
    }
}

/// Names of a provider's own calls: `login`, `unite-legale`, …
pub fn calls(id: &str) -> &'static [&'static str] {
    match id {
        Insee::ID => Insee::NAMES,
        Infogreffe::ID => Infogreffe::NAMES,
        Urssaf::ID => Urssaf::NAMES,
        Dgfip::ID => Dgfip::NAMES,
        _ => &[],
    }
}
