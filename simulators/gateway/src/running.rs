//! The calls that are running, so that the same one does not run twice at once (facts 49).

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex},
};

use crate::{arguments::Arguments, locked, query::Query};

/// The calls that are running.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningCalls(Arc<Mutex<HashSet<u64>>>);

/// A call that is running; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    calls: RunningCalls,
    key: u64,
}

impl RunningCalls {
    /// Lets a call begin; none: the same one is running.
    pub(crate) fn begin(&self, key: u64) -> Option<Running> {
        locked(&self.0).insert(key).then(|| Running {
            calls: self.clone(),
            key,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        locked(&self.calls.0).remove(&self.key);
    }
}

/// What makes two calls the same: operation, all parameters in any order, user.
pub(crate) fn key(operation: &str, arguments: &Arguments, query: &Query, user: &str) -> u64 {
    let mut parameters: Vec<(&str, &str)> = query.iter().collect();
    parameters.sort_unstable();
    let mut hasher = DefaultHasher::new();
    (operation, arguments, parameters, user).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(query: &str) -> u64 {
        key_by(query, "user")
    }

    fn key_by(query: &str, user: &str) -> u64 {
        let arguments = Arguments::such([("siren", "418166096")]);
        key("op", &arguments, &Query::of(Some(query)), user)
    }

    #[test]
    fn the_same_call_begins_again_only_when_the_first_has_ended() {
        let calls = RunningCalls::default();

        let first = calls.begin(1);
        let second = calls.begin(1);
        let other = calls.begin(2);
        drop(first);
        let third = calls.begin(1);

        assert!(second.is_none());
        assert!(other.is_some() && third.is_some());
    }

    #[test]
    fn calls_are_the_same_in_any_order_of_parameters_and_differ_in_any_value() {
        assert_eq!(key_of("a=1&b=2"), key_of("b=2&a=1"));
        assert_ne!(key_of("a=1&b=2"), key_of("a=1&b=3"));
        assert_ne!(key_of("a=1"), key_by("a=1", "other"));
    }
}
