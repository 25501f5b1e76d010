//! Quota counters: a pure state machine on (now, state).
//!
//! One [`Counter`] counts the calls of one token in one group. Its window ends
//! when it is read, never by a timer.

use std::{collections::HashMap, sync::Arc, time::Duration};

use doublure_journal::Moment;
use doublure_scenarios::WindowStart;

use crate::QuotaState;

/// How a group counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Calls a token may make in one window.
    pub(crate) limit: u32,
    /// Length of the window.
    pub(crate) window: Duration,
    /// Where a window starts.
    pub(crate) start: WindowStart,
}

/// When a call came, in time and in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// When it was got.
    pub(crate) at: Moment,
    /// How many calls had come before it.
    pub(crate) ordinal: u64,
}

/// What a call drew from its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draw {
    /// Calls a window.
    pub(crate) limit: u32,
    /// Calls left after this one.
    pub(crate) remaining: u32,
    /// End of the window, as the header says it: Unix seconds.
    pub(crate) reset: u64,
    /// Start of the window.
    pub(crate) opened: Moment,
    /// The call is one too many.
    pub(crate) refusal: Option<OverLimit>,
}

/// A call that is one too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OverLimit {
    /// Seconds to wait, as the header says it.
    pub(crate) retry_after: u64,
    /// When that wait is over.
    pub(crate) over: Moment,
    /// Whether it came although an earlier 429 of this window had told to wait until later.
    pub(crate) ignores_an_earlier_one: bool,
}

/// Calls of one token in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counter {
    opened: Moment,
    used: u32,
    /// Each tells to wait longer than those before it: one that does not adds nothing.
    warned: Vec<Warning>,
}

/// A 429 of this window that has been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// Start of the window that it speaks of.
    pub(crate) opened: Moment,
    /// How many calls had come when it was sent.
    pub(crate) sent: u64,
    /// The end of the wait that it told.
    pub(crate) over: Moment,
}

/// Every counter, by token and group.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    counters: HashMap<Arc<str>, HashMap<String, Counted>>,
}

/// A counter, and how it counted last.
#[derive(Debug)]
struct Counted {
    rule: Rule,
    counter: Counter,
}

impl Quotas {
    /// Counts a call of a token in a group.
    pub(crate) fn draw(
        &mut self,
        jti: &Arc<str>,
        group: &str,
        rule: Rule,
        arrival: Arrival,
        now: Moment,
    ) -> Draw {
        if let Some(counted) = self.counted(jti, group) {
            return counted.draw(rule, arrival, now);
        }
        let groups = self.counters.entry(Arc::clone(jti)).or_default();
        let counted = groups.entry(group.to_owned());
        counted
            .or_insert_with(|| Counted {
                rule,
                counter: Counter::opened(rule, now),
            })
            .draw(rule, arrival, now)
    }

    /// A 429 has been sent.
    pub(crate) fn warn(&mut self, jti: &str, group: &str, warning: Warning) {
        if let Some(counted) = self.counted(jti, group) {
            counted.counter.warn(warning);
        }
    }

    /// Sets every counter back.
    pub(crate) fn reset(&mut self) {
        self.counters.clear();
    }

    /// Every counter whose window is running, in the order of tokens and groups.
    pub(crate) fn view(&self, now: Moment) -> Vec<QuotaState> {
        let groups = self.counters.iter().flat_map(|(jti, groups)| {
            let groups = groups.iter();
            groups.map(move |(group, counted)| (jti, group, counted.rule, &counted.counter))
        });
        let mut view: Vec<QuotaState> = groups
            .filter(|(_, _, rule, counter)| !counter.is_over(*rule, now))
            .map(|(jti, group, rule, counter)| QuotaState {
                jti: jti.to_string(),
                group: group.clone(),
                limit: rule.limit,
                remaining: counter.remaining(rule),
                reset: counter.end(rule),
            })
            .collect();
        view.sort_by(|a, b| (&a.jti, &a.group).cmp(&(&b.jti, &b.group)));
        view
    }

    fn counted(&mut self, jti: &str, group: &str) -> Option<&mut Counted> {
        self.counters.get_mut(jti)?.get_mut(group)
    }
}

impl Counted {
    fn draw(&mut self, rule: Rule, arrival: Arrival, now: Moment) -> Draw {
        self.rule = rule;
        self.counter.draw(rule, arrival, now)
    }
}

impl Counter {
    /// A counter whose first window opens now.
    pub(crate) fn opened(rule: Rule, now: Moment) -> Self {
        Self {
            opened: start_of_window(rule, now),
            used: 0,
            warned: Vec::new(),
        }
    }

    /// Counts a call.
    pub(crate) fn draw(&mut self, rule: Rule, arrival: Arrival, now: Moment) -> Draw {
        if self.is_over(rule, now) {
            *self = Self::opened(rule, now);
        }
        self.used = self.used.saturating_add(1);
        let reset = self.reset(rule);
        Draw {
            limit: rule.limit,
            remaining: rule.limit.saturating_sub(self.used),
            reset,
            opened: self.opened,
            refusal: (self.used > rule.limit).then(|| self.refuse(rule, arrival, now, reset)),
        }
    }

    /// A 429 has been sent. One of a window that is over says nothing of this one.
    pub(crate) fn warn(&mut self, warning: Warning) {
        let longer = self
            .warned
            .last()
            .is_none_or(|last| last.over < warning.over);
        if warning.opened == self.opened && longer {
            self.warned.push(warning);
        }
    }

    /// Whether its window has ended.
    pub(crate) fn is_over(&self, rule: Rule, now: Moment) -> bool {
        now >= self.end(rule)
    }

    /// End of its window.
    pub(crate) fn end(&self, rule: Rule) -> Moment {
        self.opened + rule.window
    }

    /// Calls left.
    pub(crate) fn remaining(&self, rule: Rule) -> u32 {
        rule.limit.saturating_sub(self.used)
    }

    fn reset(&self, rule: Rule) -> u64 {
        match rule.start {
            WindowStart::FirstCall => self.end(rule).unix_seconds_up(),
            WindowStart::Aligned => self.end(rule).unix_seconds(),
        }
    }

    fn refuse(&self, rule: Rule, arrival: Arrival, now: Moment, reset: u64) -> OverLimit {
        let retry_after = match rule.start {
            WindowStart::FirstCall => {
                seconds_up(Moment::from_unix_seconds(reset).since(now)).max(1)
            }
            // Whole seconds less whole seconds (facts 62): 0 only where the minute turns meanwhile, as it never does here.
            WindowStart::Aligned => reset.saturating_sub(now.unix_seconds()),
        };
        OverLimit {
            retry_after,
            over: now + Duration::from_secs(retry_after),
            ignores_an_earlier_one: self.was_told_to_wait(arrival),
        }
    }

    /// Whether a call came after a 429 was sent and before its wait was over.
    fn was_told_to_wait(&self, arrival: Arrival) -> bool {
        let before = self
            .warned
            .partition_point(|told| told.sent <= arrival.ordinal);
        let longest = before.checked_sub(1).map(|last| self.warned[last].over);
        longest.is_some_and(|over| arrival.at < over)
    }
}

fn start_of_window(rule: Rule, now: Moment) -> Moment {
    match rule.start {
        WindowStart::FirstCall => now,
        WindowStart::Aligned => {
            let length = u64::try_from(rule.window.as_micros()).unwrap_or(u64::MAX);
            let phase = now.as_micros().checked_rem(length).unwrap_or(0);
            Moment::from_micros(now.as_micros() - phase)
        }
    }
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests;
