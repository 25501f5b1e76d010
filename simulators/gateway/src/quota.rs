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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counter {
    opened: Moment,
    used: u32,
    warned: Option<Warning>,
}

/// The 429 of this window that have been sent, as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Warning {
    /// How many calls had come when the first was sent.
    sent: u64,
    /// The latest end of the waits they told.
    over: Moment,
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

    /// A 429 that told to wait until `over` has been sent when `sent` calls had come.
    pub(crate) fn warn(&mut self, jti: &str, group: &str, sent: u64, over: Moment) {
        if let Some(counted) = self.counted(jti, group) {
            counted.counter.warn(sent, over);
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
            groups.map(move |(group, counted)| (jti, group, counted.rule, counted.counter))
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
            warned: None,
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
            refusal: (self.used > rule.limit).then(|| self.refuse(rule, arrival, now, reset)),
        }
    }

    /// A 429 that told to wait until `over` has been sent when `sent` calls had come.
    pub(crate) fn warn(&mut self, sent: u64, over: Moment) {
        self.warned = Some(match self.warned {
            None => Warning { sent, over },
            Some(earlier) => Warning {
                sent: earlier.sent.min(sent),
                over: earlier.over.max(over),
            },
        });
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
        let left = Moment::from_unix_seconds(reset).since(now);
        let retry_after = match rule.start {
            WindowStart::FirstCall => seconds_up(left).max(1),
            WindowStart::Aligned => left.as_secs(),
        };
        OverLimit {
            retry_after,
            over: now + Duration::from_secs(retry_after),
            ignores_an_earlier_one: self
                .warned
                .is_some_and(|told| told.sent <= arrival.ordinal && arrival.at < told.over),
        }
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    /// 2026-01-15T10:00:00Z.
    const TEN: Moment = Moment::from_unix_seconds(1_768_471_200);

    fn rule(limit: u32, start: WindowStart) -> Rule {
        Rule {
            limit,
            window: MINUTE,
            start,
        }
    }

    fn call(counter: &mut Counter, rule: Rule, now: Moment) -> Draw {
        let arrival = Arrival {
            at: now,
            ordinal: 0,
        };
        counter.draw(rule, arrival, now)
    }

    #[test]
    fn the_documented_example_leaves_47_until_a_minute_after_the_first_call() {
        let rule = rule(50, WindowStart::FirstCall);
        let mut counter = Counter::opened(rule, TEN);

        call(&mut counter, rule, TEN);
        call(&mut counter, rule, TEN + Duration::from_secs(20));
        let third = call(&mut counter, rule, TEN + Duration::from_secs(30));

        assert_eq!((third.limit, third.remaining), (50, 47));
        assert_eq!(third.reset, 1_768_471_260);
    }

    #[test]
    fn the_end_of_a_window_that_opened_within_a_second_is_rounded_up() {
        let rule = rule(1, WindowStart::FirstCall);
        let start = TEN + Duration::from_millis(300);
        let mut counter = Counter::opened(rule, start);

        let first = call(&mut counter, rule, start);
        let second = call(&mut counter, rule, start + Duration::from_millis(59_900));

        assert_eq!(first.reset, TEN.unix_seconds() + 61);
        assert_eq!(second.refusal.unwrap().retry_after, 1);
    }

    #[test]
    fn a_window_that_is_aligned_may_tell_to_wait_no_second_at_all() {
        let rule = rule(0, WindowStart::Aligned);
        let late = TEN + Duration::from_millis(59_500);
        let mut counter = Counter::opened(rule, late);

        let refused = call(&mut counter, rule, late);

        assert_eq!(refused.reset, TEN.unix_seconds() + 60);
        assert_eq!(refused.refusal.unwrap().retry_after, 0);
    }

    #[test]
    fn the_full_limit_is_back_when_the_window_ends() {
        let rule = rule(1, WindowStart::FirstCall);
        let mut counter = Counter::opened(rule, TEN);

        call(&mut counter, rule, TEN);
        let late = call(&mut counter, rule, TEN + Duration::from_micros(59_999_999));
        let next = call(&mut counter, rule, TEN + MINUTE);

        assert!(late.refusal.is_some());
        assert_eq!((next.remaining, next.refusal), (0, None));
    }

    #[test]
    fn a_call_that_came_before_the_first_429_was_sent_ignores_nothing() {
        let rule = rule(0, WindowStart::FirstCall);
        let mut counter = Counter::opened(rule, TEN);
        let arrival = |ordinal| Arrival { at: TEN, ordinal };

        counter.warn(5, TEN + MINUTE);
        let in_flight = counter.draw(rule, arrival(4), TEN);
        let after = counter.draw(rule, arrival(5), TEN);

        assert!(!in_flight.refusal.unwrap().ignores_an_earlier_one);
        assert!(after.refusal.unwrap().ignores_an_earlier_one);
    }

    #[test]
    fn a_call_made_when_the_wait_is_over_ignores_nothing() {
        let rule = rule(0, WindowStart::Aligned);
        let now = TEN + Duration::from_millis(59_500);
        let mut counter = Counter::opened(rule, now);

        counter.warn(0, now);
        let next = call(&mut counter, rule, now);

        assert!(!next.refusal.unwrap().ignores_an_earlier_one);
    }

    #[test]
    fn tokens_and_groups_count_apart_and_the_view_shows_what_runs() {
        let rule = rule(5, WindowStart::FirstCall);
        let mut quotas = Quotas::default();
        let arrival = Arrival {
            at: TEN,
            ordinal: 0,
        };
        let tokens: [Arc<str>; 2] = ["a".into(), "b".into()];

        quotas.draw(&tokens[0], "json", rule, arrival, TEN);
        quotas.draw(&tokens[0], "json", rule, arrival, TEN);
        quotas.draw(&tokens[0], "documents", rule, arrival, TEN);
        let other = quotas.draw(&tokens[1], "json", rule, arrival, TEN);

        let view = quotas.view(TEN);
        let left: Vec<_> = view
            .iter()
            .map(|state| (state.jti.as_str(), state.group.as_str(), state.remaining))
            .collect();
        assert_eq!(other.remaining, 4);
        assert_eq!(
            left,
            [("a", "documents", 4), ("a", "json", 3), ("b", "json", 4)]
        );
        assert!(quotas.view(TEN + MINUTE).is_empty());
    }

    /// The windows of a run of calls, told apart with no counter: the start of each call's window.
    fn windows(start: WindowStart, calls: &[Moment]) -> Vec<Moment> {
        let mut opened: Option<Moment> = None;
        calls
            .iter()
            .map(|&now| match start {
                WindowStart::Aligned => Moment::from_unix_seconds(now.unix_seconds() / 60 * 60),
                WindowStart::FirstCall => {
                    let current = opened.filter(|&start| now.since(start) < MINUTE);
                    *opened.insert(current.unwrap_or(now))
                }
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_run_of_calls_is_counted_as_the_plain_model_counts_it(
            limit in 0..6_u32,
            aligned: bool,
            gaps in prop::collection::vec(0..45_000_000_u64, 1..40),
        ) {
            let start = if aligned { WindowStart::Aligned } else { WindowStart::FirstCall };
            let rule = rule(limit, start);
            let calls: Vec<Moment> = gaps
                .iter()
                .scan(TEN, |now, &gap| { *now = *now + Duration::from_micros(gap); Some(*now) })
                .collect();
            let windows = windows(start, &calls);
            let mut counter = Counter::opened(rule, calls[0]);

            for (index, &now) in calls.iter().enumerate() {
                let draw = call(&mut counter, rule, now);
                let so_far = windows[..=index].iter().filter(|&&window| window == windows[index]).count();
                let end = windows[index] + MINUTE;
                prop_assert_eq!(draw.remaining as usize, (limit as usize).saturating_sub(so_far));
                prop_assert_eq!(draw.refusal.is_some(), so_far > limit as usize);
                prop_assert_eq!(draw.reset, if aligned { end.unix_seconds() } else { end.unix_seconds_up() });
                if let Some(refusal) = draw.refusal && !aligned {
                    prop_assert!(refusal.retry_after >= 1 && refusal.over >= end);
                }
            }
        }
    }
}
