use doublure_journal::Failure;
use doublure_rules::{Outcome, testing::HistoryBuilder};

use super::*;

/// 10:01:17.3, rounded up: the history starts at 10:00:17.3.
const BY_CALL: &str = "1768471278";
/// 10:01:00.
const BY_CLOCK: &str = "1768471260";
const REFUSED: &str = r#"{"errors":[{"code":"00429"}]}"#;

/// Two calls of one window, 20 s apart, with these Resets.
fn two_calls(first: &str, second: &str) -> HistoryBuilder {
    HistoryBuilder::gateway()
        .ask("first", "op", "111")
        .wait_ms(5)
        .answer_with("first", 200, &[("ratelimit-reset", first)], "{}")
        .wait_ms(20_000)
        .ask("second", "op", "222")
        .answer_with("second", 200, &[("ratelimit-reset", second)], "{}")
}

/// So many calls with these statuses; a 429 with its code.
fn calls(statuses: &[u16]) -> HistoryBuilder {
    let mut told = HistoryBuilder::gateway();
    for (number, status) in statuses.iter().enumerate() {
        let name = number.to_string();
        let body = if *status == 429 { REFUSED } else { "{}" };
        told = told.ask(&name, "op", &name).answer(&name, *status, body);
    }
    told
}

fn observed(told: HistoryBuilder) -> History {
    let aligned = |start: &mut WindowStart| *start = WindowStart::Aligned;
    told.declaring(|profile| aligned(&mut profile.gateway.quota_window_start))
        .end()
}

fn reason(verdict: &Verdict) -> &str {
    verdict.reason().unwrap().as_str()
}

#[test]
fn a_window_that_opens_at_the_first_call_passes() {
    let verdict = window(&two_calls(BY_CALL, BY_CALL).end());

    assert_eq!(verdict.outcome(), Outcome::Pass);
    assert_eq!(verdict.proof().unwrap().indices().count(), 4);
}

#[test]
fn a_token_that_calls_once_meanwhile_takes_nothing_from_what_is_seen_of_another() {
    let beside = |told: HistoryBuilder, reset: &str| {
        let told = told.with_token("beside").ask("beside", "op", "9");
        told.answer_with("beside", 200, &[("ratelimit-reset", reset)], "{}")
    };

    let later = "1768471298";
    let windows = window(&beside(two_calls(BY_CALL, BY_CALL), later).end());
    let limits = over_limit(&beside(calls(&[200, 200, 200, 429]), BY_CALL).end());

    assert_eq!(limits.outcome(), Outcome::Pass);
    assert_eq!(windows.outcome(), Outcome::Pass);
}

#[test]
fn a_window_aligned_on_the_minute_fails_where_the_first_call_should_open_it() {
    assert_eq!(
        reason(&window(&two_calls(BY_CLOCK, BY_CLOCK).end())),
        ALIGNED
    );
}

#[test]
fn in_the_observed_edition_it_is_the_other_way_round() {
    let by_clock = window(&observed(two_calls(BY_CLOCK, BY_CLOCK)));
    let by_call = window(&observed(two_calls(BY_CALL, BY_CALL)));

    assert_eq!(by_clock.outcome(), Outcome::Pass);
    assert_eq!(reason(&by_call), NOT_ALIGNED);
}

#[test]
fn a_window_that_every_call_opens_anew_fails() {
    let history = two_calls(BY_CALL, "1768471298").end();

    assert_eq!(reason(&window(&history)), SLIDES);
}

#[test]
fn an_answer_without_reset_fails() {
    let missing = HistoryBuilder::gateway()
        .ask("first", "op", "111")
        .answer("first", 200, "{}")
        .end();
    let no_number = two_calls("in a minute", BY_CALL).end();

    assert_eq!(reason(&window(&missing)), NO_RESET);
    assert_eq!(reason(&window(&no_number)), NO_RESET);
}

#[test]
fn a_reset_that_no_reading_explains_fails() {
    assert_eq!(reason(&window(&two_calls("60", "60").end())), OTHER_RESET);
}

#[test]
fn one_call_alone_does_not_tell_whether_the_window_slides() {
    let history = HistoryBuilder::gateway()
        .ask("first", "op", "111")
        .answer_with("first", 200, &[("RateLimit-Reset", BY_CALL)], "{}")
        .end();

    assert_eq!(window(&history).outcome(), Outcome::Inconclusive);
}

#[test]
fn a_first_call_on_the_minute_does_not_tell() {
    let history = HistoryBuilder::gateway()
        .wait_ms(42_700)
        .ask("first", "op", "111")
        .answer_with("first", 200, &[("RateLimit-Reset", "1768471320")], "{}")
        .ask("second", "op", "222")
        .answer_with("second", 200, &[("RateLimit-Reset", "1768471320")], "{}")
        .end();

    assert_eq!(window(&history).outcome(), Outcome::Inconclusive);
}

#[test]
fn a_call_that_was_not_answered_does_not_tell() {
    let history = HistoryBuilder::gateway().ask("first", "op", "111").end();

    assert_eq!(window(&history).outcome(), Outcome::Inconclusive);
}

#[test]
fn a_token_that_was_used_before_the_trial_does_not_tell() {
    let headers = [("RateLimit-Limit", "3"), ("RateLimit-Remaining", "0")];
    let mut told = HistoryBuilder::gateway()
        .ask("first", "op", "111")
        .answer_with("first", 200, &headers, "{}");
    for name in ["2", "3", "4"] {
        told = told.ask(name, "op", name).answer(name, 429, REFUSED);
    }
    let history = told.end();

    assert_eq!(window(&history), Verdict::inconclusive(USED_BEFORE));
    assert_eq!(over_limit(&history), Verdict::inconclusive(USED_BEFORE));
}

#[test]
fn another_limit_than_the_declared_one_is_no_excuse() {
    let headers = [("RateLimit-Limit", "2"), ("RateLimit-Remaining", "1")];
    let mut told = HistoryBuilder::gateway()
        .ask("first", "op", "111")
        .answer_with("first", 200, &headers, "{}");
    for (name, status) in [("2", 200), ("3", 429), ("4", 429)] {
        told = told.ask(name, "op", name).answer(name, status, REFUSED);
    }

    assert_eq!(reason(&over_limit(&told.end())), REFUSED_TOO_EARLY);
}

#[test]
fn calls_over_the_limit_that_get_429_pass() {
    let verdict = over_limit(&calls(&[200, 404, 200, 429, 429]).end());

    assert_eq!(verdict.outcome(), Outcome::Pass);
}

#[test]
fn a_call_over_the_limit_that_is_served_fails() {
    let one_more = over_limit(&calls(&[200, 200, 200, 200, 429]).end());
    let later = over_limit(&calls(&[200, 200, 200, 429, 200]).end());

    assert_eq!(reason(&one_more), ACCEPTED_OVER_LIMIT);
    assert_eq!(reason(&later), ACCEPTED_OVER_LIMIT);
}

#[test]
fn a_call_within_the_limit_that_is_refused_fails() {
    assert_eq!(
        reason(&over_limit(&calls(&[200, 200, 429, 429]).end())),
        REFUSED_TOO_EARLY
    );
}

#[test]
fn a_429_without_its_code_fails() {
    let history = calls(&[200, 200, 200])
        .ask("over", "op", "111")
        .answer("over", 429, "slow down")
        .end();

    assert_eq!(reason(&over_limit(&history)), WRONG_CODE);
}

#[test]
fn a_limit_that_was_not_passed_does_not_tell() {
    assert_eq!(
        over_limit(&calls(&[200, 200, 200]).end()).outcome(),
        Outcome::Inconclusive
    );
}

#[test]
fn calls_of_another_window_and_of_another_token_are_not_counted() {
    let next_window = calls(&[200, 200, 200])
        .wait_ms(60_000)
        .ask("over", "op", "111")
        .answer("over", 200, "{}")
        .end();
    let other_token = calls(&[200, 200, 200])
        .with_token("second")
        .ask("over", "op", "111")
        .answer("over", 200, "{}")
        .end();

    assert_eq!(over_limit(&next_window).outcome(), Outcome::Inconclusive);
    assert_eq!(over_limit(&other_token).outcome(), Outcome::Inconclusive);
}

#[test]
fn a_call_within_the_limit_that_got_no_answer_leaves_it_open_what_was_counted() {
    let told = HistoryBuilder::gateway()
        .ask("lost", "op", "0")
        .fail("lost", Failure::Refused);
    let told = (1..5).fold(told, |told, number| {
        let name = number.to_string();
        let told = told.ask(&name, "op", &name);
        told.fail(&name, Failure::Refused)
    });

    assert_eq!(over_limit(&told.end()).outcome(), Outcome::Inconclusive);
}
