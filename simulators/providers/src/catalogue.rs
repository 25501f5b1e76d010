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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CANARY, testing};

    #[test]
    fn calls_are_named_log_in_first() {
        assert_eq!(
            IDS.map(calls),
            [
                &[
                    "login",
                    "unite-legale",
                    "etablissement",
                    "siege",
                    "successions"
                ][..],
                &["extrait"],
                &["login", "attestation"],
                &["login", "attestation-fiscale"],
            ]
        );
        assert!(calls("nobody").is_empty());
    }

    #[test]
    fn a_provider_speaks_what_one_of_its_calls_has_words_for() {
        let spoken = |id| Symptom::ALL.map(|symptom| speaks(id, symptom));

        assert_eq!(
            spoken("insee"),
            [true, true, true, true, true, false, false]
        );
        assert_eq!(
            spoken("infogreffe"),
            [true, true, false, true, true, false, false]
        );
        assert_eq!(spoken("urssaf"), [true; 7]);
        assert_eq!(spoken("dgfip"), [true, true, true, true, true, false, true]);
        assert_eq!(spoken("nobody"), [false; 7]);
    }

    #[test]
    fn the_canary_stands_in_every_refusal() {
        fn assert_everywhere<D: Dialect>() {
            for (case, words) in testing::every_refusal::<D>() {
                let body = String::from_utf8_lossy(&words.body);
                assert!(body.contains(CANARY), "{} {case}: {body}", D::ID);
            }
        }

        assert_everywhere::<Insee>();
        assert_everywhere::<Infogreffe>();
        assert_everywhere::<Urssaf>();
        assert_everywhere::<Dgfip>();
    }
}
