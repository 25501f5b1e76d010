//! When a run began and how long it took, for whoever looked at a clock meanwhile.

use std::{collections::BTreeMap, time::Duration};

use doublure_journal::Moment;
use serde::{Deserialize, Serialize};

use crate::RunEvent;

/// The times of a run: nothing, where its events were heard without a clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    began: Option<Moment>,
    last: Moment,
    trials: BTreeMap<String, (Moment, Moment)>,
}

impl Times {
    /// Takes into account that this was heard at this moment of real time.
    pub fn hear(&mut self, event: &RunEvent, at: Moment) {
        self.began.get_or_insert(at);
        self.last = at;
        match event {
            RunEvent::TrialStarted { trial } => {
                self.trials.insert(trial.clone(), (at, at));
            }
            RunEvent::TrialEnded { trial, .. } | RunEvent::TrialFailed { trial, .. } => {
                if let Some((_, end)) = self.trials.get_mut(trial) {
                    *end = at;
                }
            }
            _ => {}
        }
    }

    /// When the first event was heard.
    pub const fn began(&self) -> Option<Moment> {
        self.began
    }

    /// From the first event to the last one.
    pub fn took(&self) -> Option<Duration> {
        self.began.map(|began| self.last.since(began))
    }

    /// When a trial began.
    pub fn trial_began(&self, trial: &str) -> Option<Moment> {
        self.trials.get(trial).map(|(began, _)| *began)
    }

    /// How long a trial took, all of its tries together.
    pub fn trial_took(&self, trial: &str) -> Option<Duration> {
        let (began, end) = self.trials.get(trial)?;
        Some(end.since(*began))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::HistoryBuilder;

    fn heard(events: &[(u64, RunEvent)]) -> Times {
        let mut times = Times::default();
        for (second, event) in events {
            times.hear(event, Moment::from_unix_seconds(*second));
        }
        times
    }

    fn started(trial: &str) -> RunEvent {
        RunEvent::TrialStarted {
            trial: trial.to_owned(),
        }
    }

    fn ended(trial: &str) -> RunEvent {
        RunEvent::TrialEnded {
            trial: trial.to_owned(),
            history: Arc::new(HistoryBuilder::gateway().end()),
        }
    }

    #[test]
    fn trials_side_by_side_have_times_of_their_own() {
        let times = heard(&[
            (10, started("a")),
            (11, started("b")),
            (13, ended("a")),
            (18, ended("b")),
            (20, RunEvent::RunEnded),
        ]);

        assert_eq!(times.began(), Some(Moment::from_unix_seconds(10)));
        assert_eq!(times.took(), Some(Duration::from_secs(10)));
        assert_eq!(times.trial_took("a"), Some(Duration::from_secs(3)));
        assert_eq!(times.trial_took("b"), Some(Duration::from_secs(7)));
        assert_eq!(times.trial_began("b"), Some(Moment::from_unix_seconds(11)));
    }

    #[test]
    fn the_tries_of_a_trial_are_one_time() {
        let times = heard(&[(10, started("a")), (12, ended("a")), (15, ended("a"))]);

        assert_eq!(times.trial_took("a"), Some(Duration::from_secs(5)));
    }

    #[test]
    fn what_was_never_heard_took_no_time() {
        let times = Times::default();

        assert_eq!(times.took(), None);
        assert_eq!(times.trial_took("a"), None);
    }
}
