//! Which state of each set holds.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use doublure_scenarios::states::{initial_of, set_of};

use crate::lock::locked;

/// The state that holds in each set that has left its first one.
#[derive(Debug, Default)]
pub(super) struct States(Mutex<HashMap<String, Arc<str>>>);

impl States {
    /// The one that holds in the set of `state`.
    pub(super) fn now(&self, state: &str) -> Arc<str> {
        let set = set_of(state);
        let known = locked(&self.0).get(set).cloned();
        known.unwrap_or_else(|| initial_of(set).into())
    }

    /// Holds from now on in its set.
    pub(super) fn enter(&self, state: &Arc<str>) {
        locked(&self.0).insert(set_of(state).to_owned(), Arc::clone(state));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_begins_by_itself_and_moves_by_itself() {
        let states = States::default();

        states.enter(&"a.down".into());

        let now = ["a.initial", "b.down", "down"].map(|state| states.now(state));
        assert_eq!(
            now.map(|state| state.to_string()),
            ["a.down", "b.initial", "initial"]
        );
    }
}
