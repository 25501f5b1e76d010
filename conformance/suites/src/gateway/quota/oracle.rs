//! The quota oracle: does the algorithm of the edition, with some phase, explain everything that was said?
//!
//! The headers of an answer show the whole state of its counter, so that what contradicts the algorithm is one
//! answer or two that follow each other: the smallest part is found by looking at each and at each pair.

use std::ops::RangeInclusive;

use doublure_journal::Moment;
use doublure_rules::{
    Capability, Exchange, GatewayProfile, History, Level, Role, Rule, Verdict, WindowStart,
};

use super::{LIMIT, REMAINING, aligned, by_counter, number, reset, wait};
use crate::{judging::each, trials::names};

/// The algorithm explains the run.
pub static HISTORY_IS_EXPLAINED: Rule = Rule {
    id: "gw.quota.history-is-explained",
    role: Role::Gateway,
    theme: "quota",
    level: Level::Must,
    sentence: "The algorithm of the declared edition, with some phase, explains every status, Remaining, \
               Reset and Retry-After of a run of calls.",
    source: "002:45, 002:58, 002:66, 002:72, facts 60, 62",
    needs: &[Capability::Quota],
    trial: names::CHOREOGRAPHY,
    reasons: &[ONE_ANSWER, TWO_ANSWERS],
    judge,
};

/// What an answer shows of its counter.
#[derive(Clone, Copy, Debug)]
struct Shown<'a> {
    call: Exchange<'a>,
    /// When it may have been counted.
    from: Moment,
    until: Moment,
    refused: bool,
    left: u64,
    reset: u64,
}

/// The algorithm of an edition for one counter.
#[derive(Clone, Copy, Debug)]
struct Algorithm<'a> {
    gateway: &'a GatewayProfile,
    limit: u64,
}

fn judge(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    let counters = by_counter(history);
    each(
        counters.iter().filter_map(|((_, group), calls)| {
            let limit = u64::from(*gateway.quota_limits.get(group)?);
            Algorithm { gateway, limit }.explain(calls)
        }),
        "no operation with a quota answered a valid token",
    )
}

impl Algorithm<'_> {
    /// What is said of the calls that one counter counted; none: nothing of them was answered.
    fn explain(self, calls: &[Exchange<'_>]) -> Option<Verdict> {
        let answered = calls
            .iter()
            .filter(|call| call.status().is_some_and(|status| status != 401));
        let shown: Result<Vec<Shown<'_>>, Verdict> =
            answered.map(|call| self.alone(call)).collect();
        let mut shown = match shown {
            Ok(shown) => shown,
            Err(contradiction) => return Some(contradiction),
        };
        // What was under way at once is put in the order that explains it, if one does.
        shown.sort_by_key(|one| (one.reset, one.refused, u64::MAX - one.left, one.from));
        let lost = calls.iter().filter(|call| call.status().is_none()).count() as u64;
        let contradicting = shown
            .windows(2)
            .find_map(|pair| self.together(&pair[0], &pair[1], lost));
        let proofs = shown.iter().map(|one| one.call.proof());
        let proof = proofs.reduce(doublure_rules::Proof::and)?;
        Some(contradicting.unwrap_or_else(|| Verdict::pass(proof)))
    }

    /// What one answer shows, if it does not contradict itself.
    fn alone<'a>(self, call: &Exchange<'a>) -> Result<Shown<'a>, Verdict> {
        let amiss = |expected: String, actual: String| {
            Err(Verdict::fail(ONE_ANSWER, expected, actual, call.proof()))
        };
        let told = (number(call, LIMIT), number(call, REMAINING), reset(call));
        let (Some(limit), Some(left), Some(reset)) = told else {
            return amiss(
                "Limit, Remaining and Reset are whole numbers".to_owned(),
                format!("Limit, Remaining, Reset are {told:?}"),
            );
        };
        let shown = Shown {
            call: *call,
            from: call.began_at(),
            until: call.ended_at().unwrap_or_else(|| call.began_at()),
            refused: call.status() == Some(429),
            left,
            reset,
        };
        if limit != self.limit || left >= self.limit || (shown.refused && left > 0) {
            let expected = format!(
                "Limit {}, and Remaining less than that; 0 beside 429",
                self.limit
            );
            return amiss(
                expected,
                format!("{}, Limit {limit}, Remaining {left}", call.summary()),
            );
        }
        let ends = self.ends(&shown);
        if !ends.contains(&reset) {
            let (first, last) = (ends.start(), ends.end());
            return amiss(
                format!("Reset is {first} to {last}"),
                format!("Reset is {reset}"),
            );
        }
        match wait::judge_told(self.gateway, call) {
            Some(Verdict::Fail {
                expected, actual, ..
            }) => amiss(expected, actual),
            _ => Ok(shown),
        }
    }

    /// Where the window that counted a call may end, by its own words: the one that it opened, or any that is running.
    fn ends(self, one: &Shown<'_>) -> RangeInclusive<u64> {
        let length = self.gateway.quota_window();
        let latest = (one.until + length).unix_seconds_up();
        match self.gateway.quota_window_start {
            WindowStart::Aligned => aligned(one.from, length)..=aligned(one.until, length),
            WindowStart::FirstCall if self.opens(one) => {
                (one.from + length).unix_seconds_up()..=latest
            }
            WindowStart::FirstCall => one.from.unix_seconds()..=latest,
        }
    }

    /// Whether a call is the first of its window.
    const fn opens(self, one: &Shown<'_>) -> bool {
        !one.refused && one.left + 1 == self.limit
    }

    /// Why two answers that follow each other cannot be of one run, if they cannot.
    fn together(self, first: &Shown<'_>, second: &Shown<'_>, lost: u64) -> Option<Verdict> {
        let amiss = |expected: String, actual: String| {
            let proof = first.call.proof().and(second.call.proof());
            Some(Verdict::fail(TWO_ANSWERS, expected, actual, proof))
        };
        if first.reset != second.reset {
            // The window of the first ended in the second before its Reset, at the earliest.
            let end = Moment::from_unix_seconds(first.reset.saturating_sub(1));
            return match second.until < end {
                true => amiss(
                    format!("the window goes on until {}", first.reset),
                    format!("Reset is {} before that", second.reset),
                ),
                false if self.opens(second) || lost > 0 => None,
                false => amiss(
                    format!("a new window begins with {} left", self.limit - 1),
                    format!("{} are left after its first call", second.left),
                ),
            };
        }
        let (next, least) = (
            first.left.checked_sub(1),
            first.left.saturating_sub(1 + lost),
        );
        match next {
            None if second.refused => None,
            None => amiss(
                "after the last call that was left, 429".to_owned(),
                second.call.summary(),
            ),
            Some(_) if second.refused && lost < first.left => amiss(
                format!("{} calls are left", first.left),
                second.call.summary(),
            ),
            Some(next) if second.left > next || second.left < least => amiss(
                format!("the next call leaves {next}"),
                format!("{} are left", second.left),
            ),
            Some(_) => None,
        }
    }
}

const ONE_ANSWER: &str = "one-answer-contradicts-it";
const TWO_ANSWERS: &str = "two-answers-contradict-it";

#[cfg(test)]
mod tests;
