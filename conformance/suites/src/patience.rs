//! How long the harness waits in real time, each time-out by its name.

use std::time::Duration;

use serde::Deserialize;

/// Every time-out of the harness, in milliseconds of real time; a slow target or machine may need longer ones.
///
/// Pauses of the harness itself do not count: whatever it waits for here, it waits for while the machine lets it run.
///
/// What a trial lets pass on a clock that it moves is none of them, nor is what it waits for because a rule speaks of it:
/// windows, terms, deadlines.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Patience {
    /// Within how long the target must take a connection before anything is asked; else it is told as not there.
    pub reach_ms: u64,
    /// How long an answer may take beyond what its operation waits for a provider, before it counts as silence.
    pub answer_ms: u64,
    /// Within how long a call must have come to a provider, before the trial goes on without it.
    pub relay_ms: u64,
    /// How long bytes may take to arrive that were sent at a moment of a clock which stands still.
    pub arrival_ms: u64,
    /// How long nothing must come, while another address is answered, to be silence.
    pub silence_ms: u64,
    /// How long the first answer may take after a ban is over.
    pub back_ms: u64,
    /// The longest Retry-After that is waited for; one that is longer is not put to the test.
    pub retry_after_ms: u64,
    /// Within how long what moves the target's clock must have answered.
    pub advance_ms: u64,
}

impl Patience {
    /// [`Self::reach_ms`].
    pub const fn reach(&self) -> Duration {
        Duration::from_millis(self.reach_ms)
    }

    /// [`Self::answer_ms`].
    pub const fn answer(&self) -> Duration {
        Duration::from_millis(self.answer_ms)
    }

    /// [`Self::relay_ms`].
    pub const fn relay(&self) -> Duration {
        Duration::from_millis(self.relay_ms)
    }

    /// [`Self::arrival_ms`].
    pub const fn arrival(&self) -> Duration {
        Duration::from_millis(self.arrival_ms)
    }

    /// [`Self::silence_ms`].
    pub const fn silence(&self) -> Duration {
        Duration::from_millis(self.silence_ms)
    }

    /// [`Self::back_ms`].
    pub const fn back(&self) -> Duration {
        Duration::from_millis(self.back_ms)
    }

    /// [`Self::retry_after_ms`].
    pub const fn retry_after(&self) -> Duration {
        Duration::from_millis(self.retry_after_ms)
    }

    /// [`Self::advance_ms`].
    pub const fn advance(&self) -> Duration {
        Duration::from_millis(self.advance_ms)
    }

    /// The first field that leaves no time at all, by its name.
    pub(crate) fn nothing(&self) -> Option<&'static str> {
        let fields = [
            ("reach_ms", self.reach_ms),
            ("answer_ms", self.answer_ms),
            ("relay_ms", self.relay_ms),
            ("arrival_ms", self.arrival_ms),
            ("silence_ms", self.silence_ms),
            ("back_ms", self.back_ms),
            ("retry_after_ms", self.retry_after_ms),
            ("advance_ms", self.advance_ms),
        ];
        let mut empty = fields.into_iter().filter(|(_, millis)| *millis == 0);
        empty.next().map(|(name, _)| name)
    }
}

/// For a target on this machine, also when it is busy.
impl Default for Patience {
    fn default() -> Self {
        Self {
            reach_ms: 5_000,
            answer_ms: 5_000,
            relay_ms: 2_000,
            arrival_ms: 1_000,
            silence_ms: 100,
            back_ms: 1_000,
            // Twice the window, and what it may be rounded by.
            retry_after_ms: 130_000,
            advance_ms: 10_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_nothing_has_the_usual_patience_and_who_names_one_changes_no_other() {
        let usual: Patience = toml::from_str("").unwrap();
        let longer: Patience = toml::from_str("silence_ms = 900").unwrap();

        assert_eq!(usual, Patience::default());
        assert_eq!(longer.silence(), Duration::from_millis(900));
        assert_eq!(longer.answer(), Duration::from_secs(5));
    }

    #[test]
    fn no_patience_at_all_is_named() {
        let none: Patience = toml::from_str("relay_ms = 0").unwrap();

        assert_eq!(none.nothing(), Some("relay_ms"));
        assert_eq!(Patience::default().nothing(), None);
    }
}
