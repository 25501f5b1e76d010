//! The quota oracle: does the algorithm of the edition, with some phase, explain everything that was said?
//!
//! Where it does not, the verdict names the fewest answers that no phase explains, whatever was answered to the other
//! calls: those calls may have been counted, or not.
//!
//! - [`algorithm`]: which answers some phase explains. Start here.
//! - [`smallest`]: the smallest part of a whole that shows what the whole shows.

mod algorithm;
mod smallest;

use std::ops::RangeInclusive;

use doublure_journal::Moment;
use doublure_rules::{
    Capability, Exchange, GatewayProfile, History, Level, Proof, Role, Rule, Verdict, WindowStart,
};

use self::{
    algorithm::{Algorithm, Call, Contradiction, Told},
    smallest::smallest,
};
use super::{LIMIT, REMAINING, RESET, aligned, by_counter, number, reset, wait};
use crate::{
    judging::{each, header_of},
    trials::names,
};

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
    reasons: &[ONE_ANSWER, NO_PHASE],
    judge,
};

/// What an edition says of one counter.
#[derive(Clone, Copy, Debug)]
struct Oracle<'a> {
    gateway: &'a GatewayProfile,
    limit: u64,
}

fn judge(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    let counters = by_counter(history);
    each(
        counters.iter().filter_map(|((_, group), calls)| {
            let limit = u64::from(*gateway.quota_limits.get(group)?);
            Oracle { gateway, limit }.explain(calls)
        }),
        "no operation with a quota answered a valid token",
    )
}

impl Oracle<'_> {
    /// What is said of the calls that one counter counted; none: nothing of them was answered.
    fn explain(self, calls: &[Exchange<'_>]) -> Option<Verdict> {
        let answers: Vec<&Exchange<'_>> = calls.iter().filter(|c| c.status().is_some()).collect();
        let made: Result<Vec<Call>, Verdict> = calls.iter().map(|call| self.made(call)).collect();
        let made = match made {
            Ok(made) => made,
            Err(contradiction) => return Some(contradiction),
        };
        if self.algorithm().contradiction(&made).is_none() {
            let proofs = answers.iter().map(|call| call.proof());
            return proofs.reduce(Proof::and).map(Verdict::pass);
        }
        let (part, why) = self.algorithm().smallest_part(&made)?;
        let part: Vec<&Exchange<'_>> = part.into_iter().map(|place| &calls[place]).collect();
        self.contradicted(&part, why)
    }

    fn algorithm(self) -> Algorithm {
        let length = self.gateway.quota_window().as_micros();
        Algorithm {
            start: self.gateway.quota_window_start,
            length: u64::try_from(length).unwrap_or(u64::MAX),
            limit: self.limit,
        }
    }

    /// What is said of answers that contradict the algorithm, each of which is needed for that.
    fn contradicted(self, part: &[&Exchange<'_>], why: Contradiction) -> Option<Verdict> {
        let opens = match self.gateway.quota_window_start {
            WindowStart::FirstCall => "opened by their first call",
            WindowStart::Aligned => "aligned on the clock",
        };
        let (length, limit) = (self.gateway.quota_window().as_secs(), self.limit);
        let expected = format!(
            "windows of {length} s with {limit} calls, {opens}, explain the answers with some phase"
        );
        let told = part.iter().take(MOST_TOLD).map(|call| {
            let (left, reset) = (call.header(REMAINING), call.header(RESET));
            let (left, reset) = (left.unwrap_or("none"), reset.unwrap_or("none"));
            let at = call.began_at();
            format!("{at}: {}, Remaining {left}, Reset {reset}", call.summary())
        });
        let mut actual = told.collect::<Vec<_>>().join("; ");
        if part.len() > MOST_TOLD {
            actual.push_str(&format!("; and {} more", part.len() - MOST_TOLD));
        }
        let proof = part.iter().map(|call| call.proof()).reduce(Proof::and)?;
        let actual = format!("{actual}: {why}, whatever the other answers were");
        Some(Verdict::fail(NO_PHASE, expected, actual, proof))
    }

    /// A call with what its answer shows, if that does not contradict itself.
    fn made(self, call: &Exchange<'_>) -> Result<Call, Verdict> {
        let told = match call.status() {
            Some(_) => Some(self.told(call)?),
            None => None,
        };
        // What was not answered may be counted much later.
        let ended = call.ended_at().filter(|_| told.is_some());
        Ok(Call {
            from: call.began_at().as_micros(),
            until: ended.map_or(u64::MAX, Moment::as_micros),
            told,
        })
    }

    fn told(self, call: &Exchange<'_>) -> Result<Told, Verdict> {
        let amiss = |expected: String, actual: String| {
            Err(Verdict::fail(ONE_ANSWER, expected, actual, call.proof()))
        };
        let told = (number(call, LIMIT), number(call, REMAINING), reset(call));
        let (Some(limit), Some(left), Some(reset)) = told else {
            return amiss(
                "Limit, Remaining and Reset are whole numbers".to_owned(),
                [LIMIT, REMAINING, RESET]
                    .map(|name| header_of(call, name))
                    .join(", "),
            );
        };
        let refused = call.status() == Some(429);
        if limit != self.limit || left >= self.limit || (refused && left > 0) {
            let expected = format!(
                "Limit {}, and Remaining less than that; 0 beside 429",
                self.limit
            );
            return amiss(
                expected,
                format!("{}, Limit {limit}, Remaining {left}", call.summary()),
            );
        }
        let opens = !refused && left + 1 == self.limit;
        let ends = self.ends(call, opens);
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
            _ => Ok(Told {
                reset,
                left: (!refused).then_some(left),
            }),
        }
    }

    /// Where the window that counted a call may end: the one that it opened, or any that is running.
    fn ends(self, call: &Exchange<'_>, opens: bool) -> RangeInclusive<u64> {
        let length = self.gateway.quota_window();
        let from = call.began_at();
        let until = call.ended_at().unwrap_or(from);
        let latest = (until + length).unix_seconds_up();
        match self.gateway.quota_window_start {
            WindowStart::Aligned => aligned(from, length)..=aligned(until, length),
            WindowStart::FirstCall if opens => (from + length).unix_seconds_up()..=latest,
            WindowStart::FirstCall => from.unix_seconds()..=latest,
        }
    }
}

impl Algorithm {
    /// The fewest answers that no phase explains, by the places of their calls, and why not; none: some phase explains
    /// all of them.
    fn smallest_part(&self, calls: &[Call]) -> Option<(Vec<usize>, Contradiction)> {
        let told: Vec<usize> = (0..calls.len())
            .filter(|place| calls[*place].told.is_some())
            .collect();
        let why = |part: &[usize]| {
            let mut calls = calls.to_vec();
            for (nth, place) in told.iter().enumerate() {
                if !part.contains(&nth) {
                    calls[*place].told = None;
                }
            }
            self.contradiction(&calls)
        };
        let part = smallest(told.len(), |part| why(part).is_some());
        let why = why(&part)?;
        Some((part.into_iter().map(|nth| told[nth]).collect(), why))
    }
}

const ONE_ANSWER: &str = "one-answer-contradicts-it";
const NO_PHASE: &str = "no-phase-explains-it";
/// The answers of a contradiction that are told to people one by one.
const MOST_TOLD: usize = 4;

#[cfg(test)]
mod tests;
