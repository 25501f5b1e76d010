//! The calls that are running, so that the same one does not run twice at once (facts 49).

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex},
};

use doublure_journal::Moment;

use crate::{arguments::Arguments, locked, query::Query};

/// The calls that are running.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningCalls(Arc<Mutex<Calls>>);

/// A call that is running; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    calls: RunningCalls,
    key: u64,
    ordinal: u64,
}

#[derive(Debug, Default)]
struct Calls {
    begun: u64,
    /// By key: which call, and until when it counts as running at most.
    running: HashMap<u64, (u64, Option<Moment>)>,
}

impl RunningCalls {
    /// Lets a call begin; none: the same one is running. It counts as running until `until` at most.
    pub(crate) fn begin(&self, key: u64, now: Moment, until: Option<Moment>) -> Option<Running> {
        let mut calls = locked(&self.0);
        let runs = |&(_, until): &(u64, Option<Moment>)| until.is_none_or(|until| now < until);
        if calls.running.get(&key).is_some_and(runs) {
            return None;
        }
        if calls.running.len() > CAPACITY {
            calls.running.retain(|_, call| runs(call));
        }
        calls.begun += 1;
        let ordinal = calls.begun;
        calls.running.insert(key, (ordinal, until));
        Some(Running {
            calls: self.clone(),
            key,
            ordinal,
        })
    }
}

impl Running {
    /// Ends the call without saying so: it counts as running for as long as it may (facts 52).
    pub(crate) fn forget(mut self) {
        self.ordinal = 0;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut calls = locked(&self.calls.0);
        let is_this = |&(ordinal, _): &(u64, _)| ordinal == self.ordinal;
        if calls.running.get(&self.key).is_some_and(is_this) {
            calls.running.remove(&self.key);
        }
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

/// Calls known; more than that, and those that are over are dropped.
const CAPACITY: usize = 10_000;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Moment = Moment::from_unix_seconds(1_768_471_200);

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

        let first = calls.begin(1, NOW, None);
        let second = calls.begin(1, NOW, None);
        let other = calls.begin(2, NOW, None);
        drop(first);
        let third = calls.begin(1, NOW, None);

        assert!(second.is_none());
        assert!(other.is_some() && third.is_some());
    }

    #[test]
    fn a_call_counts_as_running_until_its_time_is_over_even_where_it_goes_on() {
        let calls = RunningCalls::default();
        let until = NOW + Duration::from_secs(60);

        let first = calls.begin(1, NOW, Some(until));
        let early = calls.begin(1, NOW + Duration::from_secs(59), Some(until));
        let late = calls.begin(1, until, None);
        drop(first);
        let beside = calls.begin(1, until, None);

        assert!(early.is_none() && late.is_some());
        assert!(
            beside.is_none(),
            "the end of the first is not the end of the second"
        );
    }

    #[test]
    fn a_call_that_is_forgotten_goes_on_counting() {
        let calls = RunningCalls::default();
        let until = NOW + Duration::from_secs(60);

        calls.begin(1, NOW, Some(until)).unwrap().forget();

        assert!(calls.begin(1, NOW, Some(until)).is_none());
        assert!(calls.begin(1, until, Some(until)).is_some());
    }

    #[test]
    fn calls_are_the_same_in_any_order_of_parameters_and_differ_in_any_value() {
        assert_eq!(key_of("a=1&b=2"), key_of("b=2&a=1"));
        assert_ne!(key_of("a=1&b=2"), key_of("a=1&b=3"));
        assert_ne!(key_of("a=1"), key_by("a=1", "other"));
    }
}
