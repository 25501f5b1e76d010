//! Which answers count, and what each of them says of it.

mod at_once;
mod bad_tokens;

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use at_once::not_counted_at_once;
use bad_tokens::{BAD_TOKEN_COUNTED, bad_token_counted};

use super::{LIMIT, REMAINING, RESET, by_counter, number, unless_untold};
use crate::{
    judging::{each, header_of},
    trials::names,
};

/// The three headers.
pub static HEADERS_ON_EVERY_ANSWER: Rule = Rule {
    id: "gw.quota.headers-on-every-answer",
    sentence: "Every answer to a valid token by an operation that has a quota says RateLimit-Limit, \
               -Remaining and -Reset, whole numbers, Reset a Unix time within the window.",
    source: "002:45, facts 61",
    reasons: &[MISSING, NO_NUMBER, NO_TIME],
    judge: headers,
    ..COMMON
};

/// Refusals count like answers.
///
/// Two kinds are not looked at: that a 429 counts cannot be seen from outside, since nothing is left before it and
/// nothing behind it; and whether what cannot be read (400) counts nobody says.
pub static WHAT_COUNTS: Rule = Rule {
    id: "gw.quota.what-counts",
    sentence: "An answer of any kind to a valid token counts, refusals of rights, of parameters and of a call that is \
               running already, failures of providers and kept answers too, and none counts more than once; what a \
               bad token is answered counts for nobody.",
    source: "facts 62",
    reasons: &[NOT_COUNTED, COUNTED_AGAIN, BAD_TOKEN_COUNTED],
    judge: what_counts,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "quota",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Quota, Capability::Providers],
    trial: names::ANSWERS_OF_ALL_KINDS,
    reasons: &[],
    judge: headers,
};

fn headers(history: &History) -> Verdict {
    let window = history.profile.gateway.quota_window();
    let counted = by_counter(history);
    let answered = counted.values().flatten().filter(|call| is_counted(call));
    each(
        answered.map(|call| {
            let missing = [LIMIT, REMAINING, RESET].iter().find_map(|name| {
                let reason = match (call.header(name), number(call, name)) {
                    (None, _) => MISSING,
                    (Some(_), None) => NO_NUMBER,
                    (Some(_), Some(_)) => return None,
                };
                Some((*name, reason))
            });
            let proof = call.proof();
            if let Some((name, reason)) = missing {
                let expected = format!("{} says {name}, a whole number", call.asked());
                let actual = format!("{}, {}", call.summary(), header_of(call, name));
                return Verdict::fail(reason, expected, actual, proof);
            }
            let end = number(call, RESET).unwrap_or_default();
            let last = call
                .ended_at()
                .map(|ended| (ended + window).unix_seconds_up());
            if end < call.began_at().unix_seconds() || Some(end) > last {
                let expected = format!("{RESET} is a Unix time within a window from now");
                return Verdict::fail(NO_TIME, expected, end.to_string(), proof);
            }
            Verdict::pass(proof)
        }),
        "no operation with a quota answered a valid token",
    )
}

fn what_counts(history: &History) -> Verdict {
    let counted = by_counter(history);
    let verdict = each(
        counted.values().flat_map(|calls| {
            let calls: Vec<&Exchange<'_>> = calls.iter().filter(|call| is_counted(call)).collect();
            let next = calls
                .windows(2)
                .filter_map(|pair| judge_next(pair[0], pair[1]));
            next.chain(not_counted_at_once(&calls))
                .chain(counted_again(&calls))
                .chain(bad_token_counted(history, &calls))
                .collect::<Vec<_>>()
        }),
        "no two answers of one window said how many calls were left",
    );
    unless_untold(verdict, history, REMAINING)
}

/// Whether the second of two calls of one counter drew from it; none: they are of two windows, or do not say.
fn judge_next(first: &Exchange<'_>, second: &Exchange<'_>) -> Option<Verdict> {
    if first.is_open_at(second.opened.index) {
        // Of two calls at once either may have been counted first.
        return None;
    }
    let same_window = number(first, RESET)? == number(second, RESET)?;
    let (before, after) = (number(first, REMAINING)?, number(second, REMAINING)?);
    if !same_window || before == 0 {
        return None;
    }
    let proof = first.proof().and(second.proof());
    if after < before {
        return Some(Verdict::pass(proof));
    }
    let expected = format!(
        "{} is counted: {} calls are left",
        second.summary(),
        before - 1
    );
    let actual = format!("{after} are left");
    Some(Verdict::fail(NOT_COUNTED, expected, actual, proof))
}

/// That Remaining fell by more than one between most calls: others may have called with the same token between some.
fn counted_again(calls: &[&Exchange<'_>]) -> Option<Verdict> {
    let falls = calls.windows(2).filter_map(|pair| {
        let (first, second) = (pair[0], pair[1]);
        let same_window = number(first, RESET)? == number(second, RESET)?;
        let fall = number(first, REMAINING)?.checked_sub(number(second, REMAINING)?)?;
        let fell = same_window && fall > 0 && are_alone(first, second, calls)?;
        fell.then_some((fall, first, second))
    });
    let falls: Vec<_> = falls.collect();
    let by_more = || falls.iter().filter(|(fall, ..)| *fall > 1);
    let (fall, first, second) = by_more()
        .next()
        .filter(|_| by_more().count() * 2 > falls.len())?;
    let expected = format!("{} is counted once", second.asked());
    let actual = format!("Remaining fell by {fall}, and by more than one between most calls");
    let proof = first.proof().and(second.proof());
    Some(Verdict::fail(COUNTED_AGAIN, expected, actual, proof))
}

/// Whether two calls came in turn, and no other of their counter can have been counted after the first and before the
/// second; none: one of them never ended.
fn are_alone(first: &Exchange<'_>, second: &Exchange<'_>, calls: &[&Exchange<'_>]) -> Option<bool> {
    let (from, to) = (first.opened.index, second.ended?.index);
    let in_turn = first.ended?.index < second.opened.index;
    let is_apart = |other: &&&Exchange<'_>| {
        other.opened.index > to || other.ended.is_some_and(|ended| ended.index < from)
    };
    Some(in_turn && calls.iter().filter(|other| !is_apart(other)).count() == 2)
}

/// What a token that is not good is answered is counted for nobody.
fn is_counted(call: &Exchange<'_>) -> bool {
    call.status().is_some_and(|status| status != 401)
}

const MISSING: &str = "missing";
const NO_NUMBER: &str = "no-number";
const NO_TIME: &str = "no-time";
const NOT_COUNTED: &str = "not-counted";
const COUNTED_AGAIN: &str = "counted-again";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const RESET_AT: &str = "1768471278";

    fn answers(told: &[(u16, &str, &str)]) -> History {
        let history = told.iter().enumerate().fold(
            HistoryBuilder::gateway(),
            |history, (number, (status, left, reset))| {
                let name = number.to_string();
                let headers = [(LIMIT, "3"), (REMAINING, *left), (RESET, *reset)];
                history
                    .ask(&name, "op", &name)
                    .answer_with(&name, *status, &headers, "{}")
            },
        );
        history.end()
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn refusals_that_say_and_count_like_answers_pass() {
        let history = answers(&[
            (200, "2", RESET_AT),
            (422, "1", RESET_AT),
            (502, "0", RESET_AT),
        ]);

        assert_eq!(headers(&history).outcome(), Outcome::Pass);
        assert_eq!(what_counts(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_header_that_is_missing_or_no_number_fails() {
        for status in [200, 403, 404, 429] {
            let missing = HistoryBuilder::gateway()
                .ask("1", "op", "1")
                .answer("1", status, "{}")
                .end();
            assert_eq!(reason(&headers(&missing)), MISSING, "{status}");
        }
        assert_eq!(
            reason(&headers(&answers(&[(200, "many", RESET_AT)]))),
            NO_NUMBER
        );
    }

    #[test]
    fn a_reset_that_is_no_time_of_this_window_fails() {
        assert_eq!(reason(&headers(&answers(&[(200, "2", "60")]))), NO_TIME);
        assert_eq!(
            reason(&headers(&answers(&[(200, "2", "1768471279")]))),
            NO_TIME
        );
    }

    #[test]
    fn a_refusal_that_leaves_as_many_calls_fails() {
        let history = answers(&[(200, "2", RESET_AT), (422, "2", RESET_AT)]);

        assert_eq!(reason(&what_counts(&history)), NOT_COUNTED);
    }

    #[test]
    fn a_gateway_that_counts_twice_and_says_so_is_caught_and_one_gap_is_somebody_else() {
        let judged = |left: [&'static str; 3]| {
            what_counts(&answers(&left.map(|left| (200, left, RESET_AT))))
        };

        assert_eq!(reason(&judged(["5", "3", "1"])), COUNTED_AGAIN);
        assert_eq!(judged(["5", "4", "1"]).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_call_that_went_on_beside_the_next_may_have_been_counted_after_it() {
        let says = |left| [(LIMIT, "9"), (REMAINING, left), (RESET, RESET_AT)];

        let history = HistoryBuilder::gateway()
            .ask("1", "op", "1")
            .answer_with("1", 200, &says("8"), "{}")
            .ask("slow", "op", "2")
            .ask("3", "op", "3")
            .answer_with("3", 200, &says("7"), "{}")
            .answer_with("slow", 200, &says("6"), "{}")
            .ask("4", "op", "4")
            .answer_with("4", 200, &says("5"), "{}");

        assert_ne!(what_counts(&history.end()).outcome(), Outcome::Fail);
    }

    #[test]
    fn answers_of_two_windows_and_to_bad_tokens_do_not_tell() {
        let windows = answers(&[(200, "2", RESET_AT), (200, "2", "1768471338")]);
        let refused = answers(&[(401, "2", RESET_AT), (401, "2", RESET_AT)]);

        assert_eq!(what_counts(&windows).outcome(), Outcome::Inconclusive);
        assert_eq!(headers(&refused).outcome(), Outcome::Inconclusive);
    }
}
