//! When a token may call again.

use std::{ops::RangeInclusive, time::Duration};

use doublure_journal::Moment;
use doublure_rules::{
    Capability, Exchange, GatewayProfile, History, Level, Role, Rule, Verdict, WindowStart,
};

use super::{REMAINING, RESET, by_counter, number, reset, unless_untold};
use crate::{
    judging::{each, header_of, operation},
    trials::names,
};

/// How long a refused caller is told to wait.
pub static RETRY_AFTER_IS_THE_TRUTH: Rule = Rule {
    id: "gw.quota.retry-after-is-the-truth",
    sentence: "Retry-After stands on 429 alone, in whole seconds: the time to Reset, rounded up and at \
               least 1 (edition `observed`: the second of Reset less that of the answer, so 0 where the window ends \
               meanwhile); a call made after it passes.",
    source: "002:72, facts 60, 62",
    reasons: &[NO_RETRY_AFTER, ELSEWHERE, NOT_THE_TRUTH, STILL_REFUSED],
    judge: retry_after,
    ..COMMON
};

/// What comes after Reset.
pub static WINDOW_ENDS: Rule = Rule {
    id: "gw.quota.window-ends",
    sentence: "At Reset the full limit is back, and not before.",
    source: "002:58",
    reasons: &[ENDS_EARLY, STILL_REFUSED, NOT_FULL_AGAIN],
    judge: window_ends,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "quota",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Quota],
    trial: names::OVER_LIMIT,
    reasons: &[],
    judge: retry_after,
};

fn retry_after(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    let counters = by_counter(history);
    each(
        counters
            .values()
            .filter_map(|calls| judge_waits(gateway, calls)),
        "no call was refused for its number",
    )
}

/// What is said of a counter that refused calls; none of any other.
fn judge_waits(gateway: &GatewayProfile, calls: &[Exchange<'_>]) -> Option<Verdict> {
    calls.iter().find(|call| call.status() == Some(429))?;
    let told = calls.iter().filter_map(|call| judge_told(gateway, call));
    let after = judge_after(gateway, calls);
    Some(Verdict::all([after].into_iter().chain(told)))
}

/// What an answer says of waiting; none: it was not answered.
pub(super) fn judge_told(gateway: &GatewayProfile, call: &Exchange<'_>) -> Option<Verdict> {
    let told = call.header(RETRY_AFTER);
    let proof = call.proof();
    if call.status()? != 429 {
        let expected = "Retry-After stands on 429 alone";
        return told.map(|told| {
            let actual = format!("{} with Retry-After {told}", call.summary());
            Verdict::fail(ELSEWHERE, expected, actual, proof)
        });
    }
    let Some(seconds) = number(call, RETRY_AFTER) else {
        let expected = "429 says in whole seconds after how long to call again";
        return Some(Verdict::fail(
            NO_RETRY_AFTER,
            expected,
            header_of(call, RETRY_AFTER),
            proof,
        ));
    };
    let truth = truth(gateway, call)?;
    if truth.contains(&seconds) {
        return Some(Verdict::pass(proof));
    }
    let (least, most) = (truth.start(), truth.end());
    let expected = format!("Retry-After is the time to Reset: {least} to {most}");
    Some(Verdict::fail(
        NOT_THE_TRUTH,
        expected,
        seconds.to_string(),
        proof,
    ))
}

/// What Retry-After may say, by the Reset beside it and the time in which the call was refused.
fn truth(gateway: &GatewayProfile, call: &Exchange<'_>) -> Option<RangeInclusive<u64>> {
    let end = Moment::from_unix_seconds(reset(call)?);
    let (least, most) = (end.since(call.ended_at()?), end.since(call.began_at()));
    Some(match gateway.quota_window_start {
        // Reset is rounded up: who counts to the end of the window itself says a second less, and the truth as well.
        WindowStart::FirstCall => {
            seconds_up(least).saturating_sub(1).max(1)..=seconds_up(most).max(1)
        }
        // The service takes its whole second of now from Reset, which is one, too (facts 60, 62): that rounds up. It is
        // 0 only once the window is over, which it may be by the time of the answer.
        WindowStart::Aligned => seconds_up(least)..=seconds_up(most),
    })
}

/// Whether the first call made after the wait passed.
fn judge_after(gateway: &GatewayProfile, calls: &[Exchange<'_>]) -> Verdict {
    let after = calls.iter().find_map(|refused| {
        if refused.status() != Some(429) {
            return None;
        }
        let wait = Duration::from_secs(number(refused, RETRY_AFTER)?);
        let over = refused.ended_at()? + wait;
        let later = calls.iter().find(|call| call.began_at() >= over)?;
        Some((refused, later))
    });
    let Some((refused, later)) = after else {
        return Verdict::inconclusive("no call was made after a Retry-After was over");
    };
    let proof = refused.proof().and(later.proof());
    let limit = operation(later).and_then(|id| gateway.quota(id));
    match later.status() {
        Some(429)
            if limit.is_some_and(|(_, limit)| since(calls, refused, later) > u64::from(limit)) =>
        {
            Verdict::inconclusive(AT_ONCE)
        }
        Some(429) => {
            let expected = "a call made after Retry-After is not refused for its number";
            Verdict::fail(STILL_REFUSED, expected, later.summary(), proof)
        }
        Some(_) => Verdict::pass(proof),
        None => Verdict::inconclusive("the call made after Retry-After was not answered"),
    }
}

fn window_ends(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    let counters = by_counter(history);
    let verdict = each(
        counters
            .values()
            .filter_map(|calls| judge_end(gateway, calls)),
        "no call was refused for its number and told when the window ends",
    );
    unless_untold(verdict, history, RESET)
}

/// What is said of the end of a window whose limit was passed; none where none was.
fn judge_end(gateway: &GatewayProfile, calls: &[Exchange<'_>]) -> Option<Verdict> {
    let spent = calls.iter().find(|call| call.status() == Some(429))?;
    let end = Moment::from_unix_seconds(reset(spent)?);
    let told = spent.ended?.index;
    let later = |call: &&Exchange<'_>| call.opened.index > told;
    let before = calls
        .iter()
        .filter(later)
        .filter(|call| call.ended_at().is_some_and(|ended| ended + ROUNDED <= end));
    let early = before
        .clone()
        .find(|call| call.status().is_some_and(|status| status != 429));
    if let Some(early) = early {
        let expected = format!("the window goes on until {end}");
        let proof = spent.proof().and(early.proof());
        let actual = format!("{} at {}", early.summary(), early.began_at());
        return Some(Verdict::fail(ENDS_EARLY, expected, actual, proof));
    }
    let Some(first) = calls.iter().find(|call| call.began_at() >= end) else {
        return Some(Verdict::inconclusive(
            "no call was made after the end of the window",
        ));
    };
    let proof = before
        .map(Exchange::proof)
        .fold(spent.proof().and(first.proof()), doublure_rules::Proof::and);
    let (_, limit) = gateway.quota(operation(first)?)?;
    let counted = since(calls, spent, first);
    let (limit, full) = (u64::from(limit), u64::from(limit).saturating_sub(counted));
    let expected = format!("from {end} on {limit} calls are back");
    Some(match (first.status(), number(first, REMAINING)) {
        (Some(429), _) if counted > limit => Verdict::inconclusive(AT_ONCE),
        (Some(429), _) => Verdict::fail(STILL_REFUSED, expected, first.summary(), proof),
        (Some(_), Some(left)) if left < full => {
            let actual = format!("{left} are left after the first call");
            Verdict::fail(NOT_FULL_AGAIN, expected, actual, proof)
        }
        (Some(_), _) => Verdict::pass(proof),
        (None, _) => Verdict::inconclusive("the first call of the new window was not answered"),
    })
}

/// How many calls may have been counted in a new window until a later call was: those under way when the window of a
/// refused one ended, and those at once with the later one, may have been counted before it.
fn since(calls: &[Exchange<'_>], refused: &Exchange<'_>, later: &Exchange<'_>) -> u64 {
    let end = reset(refused).map_or_else(|| refused.began_at(), Moment::from_unix_seconds);
    let until = later.ended.map_or(u64::MAX, |ended| ended.index);
    let may_count = |call: &&Exchange<'_>| {
        call.opened.index < until && call.ended_at().is_none_or(|ended| ended + ROUNDED > end)
    };
    calls.iter().filter(may_count).count() as u64
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

const AT_ONCE: &str = "so many calls were made at once that another may have spent the new window";
const RETRY_AFTER: &str = "Retry-After";
/// Reset is the end of the window rounded up to a second.
const ROUNDED: Duration = Duration::from_secs(1);
const NO_RETRY_AFTER: &str = "no-retry-after";
const ELSEWHERE: &str = "stands-elsewhere";
const NOT_THE_TRUTH: &str = "not-the-truth";
const STILL_REFUSED: &str = "still-refused";
const ENDS_EARLY: &str = "ends-early";
const NOT_FULL_AGAIN: &str = "not-full-again";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// 10:01:17.3, rounded up: the history starts at 10:00:17.3.
    const RESET: &str = "1768471278";

    /// A call that is refused at once with this Retry-After.
    fn refused(retry_after: &str) -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("refused", "op", "1")
            .answer_with(
                "refused",
                429,
                &[("RateLimit-Reset", RESET), ("Retry-After", retry_after)],
                "{}",
            )
    }

    fn then(told: HistoryBuilder, millis: u64, status: u16, left: &str) -> HistoryBuilder {
        told.wait_ms(millis).ask("later", "op", "2").answer_with(
            "later",
            status,
            &[("RateLimit-Remaining", left)],
            "{}",
        )
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn the_time_to_reset_rounded_up_and_a_call_after_it_pass() {
        let history = then(refused("61"), 61_000, 200, "2").end();

        assert_eq!(retry_after(&history).outcome(), Outcome::Pass);
        assert_eq!(window_ends(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn in_the_observed_edition_whole_seconds_are_taken_from_whole_seconds() {
        let aligned = |told: HistoryBuilder| {
            told.declaring(|profile| {
                profile.gateway.quota_window_start = WindowStart::Aligned;
            })
            .end()
        };
        let up = aligned(then(refused("61"), 61_000, 200, "2"));
        let longer = aligned(then(refused("62"), 63_000, 200, "2"));
        let down = aligned(then(refused("60"), 61_000, 200, "2"));

        assert_eq!(retry_after(&up).outcome(), Outcome::Pass);
        assert_eq!(reason(&retry_after(&longer)), NOT_THE_TRUTH);
        assert_eq!(reason(&retry_after(&down)), NOT_THE_TRUTH);
    }

    #[test]
    fn where_a_window_ends_while_its_last_call_is_refused_there_is_nothing_to_wait_for() {
        let refused_within = |millis, told: &str| {
            let history = HistoryBuilder::gateway()
                .declaring(|profile| profile.gateway.quota_window_start = WindowStart::Aligned)
                .wait_ms(60_500)
                .ask("refused", "op", "1")
                .wait_ms(millis)
                .answer_with(
                    "refused",
                    429,
                    &[("RateLimit-Reset", RESET), ("Retry-After", told)],
                    "{}",
                );
            retry_after(&then(history, 1_000, 200, "2").end())
        };

        assert_eq!(refused_within(300, "0").outcome(), Outcome::Pass);
        assert_eq!(refused_within(300, "1").outcome(), Outcome::Pass);
        assert_eq!(reason(&refused_within(100, "0")), NOT_THE_TRUTH);
    }

    #[test]
    fn any_other_number_and_none_at_all_fail() {
        let judged = |told| retry_after(&then(refused(told), 61_000, 200, "2").end());

        assert_eq!(reason(&judged("59")), NOT_THE_TRUTH);
        assert_eq!(reason(&judged("121")), NOT_THE_TRUTH);
        assert_eq!(reason(&judged("soon")), NO_RETRY_AFTER);
    }

    #[test]
    fn an_accepted_call_with_retry_after_fails() {
        let history = refused("61")
            .ask("good", "op", "2")
            .answer_with("good", 200, &[("retry-after", "1")], "{}")
            .end();

        assert_eq!(reason(&retry_after(&history)), ELSEWHERE);
    }

    #[test]
    fn a_call_after_the_wait_that_is_refused_fails_twice() {
        let history = then(refused("61"), 61_000, 429, "0").end();

        assert_eq!(reason(&window_ends(&history)), STILL_REFUSED);
        assert_eq!(
            reason(&judge_after(
                &history.profile.gateway,
                &history.sent(doublure_journal::Hop::Client)
            )),
            STILL_REFUSED
        );
    }

    #[test]
    fn a_window_that_ends_before_its_reset_fails() {
        let history = then(refused("61"), 59_000, 200, "2").end();

        assert_eq!(reason(&window_ends(&history)), ENDS_EARLY);
    }

    #[test]
    fn a_call_in_the_second_that_reset_was_rounded_up_to_does_not_tell() {
        let history = then(refused("61"), 60_000, 200, "2").end();

        assert_eq!(window_ends(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_new_window_with_less_than_the_limit_fails() {
        let history = then(refused("61"), 61_000, 200, "1").end();

        assert_eq!(reason(&window_ends(&history)), NOT_FULL_AGAIN);
    }

    #[test]
    fn without_a_later_call_neither_tells() {
        let history = refused("61").end();

        assert_eq!(retry_after(&history).outcome(), Outcome::Inconclusive);
        assert_eq!(window_ends(&history).outcome(), Outcome::Inconclusive);
    }
}
