//! Histories of correct gateways by which judges convicted once: what the models found, as small as it gets.

mod services;

use std::time::Duration;

use doublure_journal::{Event, ExchangeId, Failure};
use doublure_rules::{Outcome, Profile, testing::HistoryBuilder};

use crate::catalogue;

/// One probe whose provider was asked.
fn asked() -> HistoryBuilder {
    HistoryBuilder::gateway()
        .ask("probe", "op", "111")
        .provider_call("call", "insee", "unite-legale", "111")
}

/// The operation asks a second provider, too.
fn of_two_sources(profile: &mut Profile) {
    let operation = profile.gateway.operations.get_mut("op").unwrap();
    operation.providers.push("infogreffe".to_owned());
}

/// Another operation, of another provider.
fn with_another(profile: &mut Profile) {
    let mut other = profile.gateway.operations["op"].clone();
    other.providers = vec!["infogreffe".to_owned()];
    profile.gateway.operations.insert("other".to_owned(), other);
}

fn stalled(told: HistoryBuilder, millis: u64) -> HistoryBuilder {
    let lasted = Duration::from_millis(millis);
    told.wait(lasted).event(Event::Stalled { lasted })
}

fn fired(told: HistoryBuilder, exchange: u64, fault: &str, effect: &str) -> HistoryBuilder {
    told.event(Event::FaultFired {
        exchange: Some(ExchangeId(exchange)),
        fault: fault.to_owned(),
        effect: effect.to_owned(),
        draw: None,
    })
}

/// What is left of a quota of 3 whose window ends at 10:01:17.3, in the headers of an answer.
fn left(told: HistoryBuilder, name: &str, status: u16, left: &str) -> HistoryBuilder {
    left_until(told, name, status, (left, "1768471278"))
}

fn left_until(
    told: HistoryBuilder,
    name: &str,
    status: u16,
    (left, reset): (&str, &str),
) -> HistoryBuilder {
    let mut headers = vec![
        ("RateLimit-Limit", "3"),
        ("RateLimit-Remaining", left),
        ("RateLimit-Reset", reset),
    ];
    if status == 429 {
        headers.push(("Retry-After", "61"));
    }
    told.answer_with(name, status, &headers, r#"{"errors":[{"code":"00429"}]}"#)
}

/// Asserts that a rule's judge does not convict.
fn assert_acquitted(rule: &str, told: HistoryBuilder) {
    let verdict = (catalogue::find(rule).unwrap().judge)(&told.end());

    assert_ne!(verdict.outcome(), Outcome::Fail, "{verdict:?}");
}

const LATE: &str = r#"{"errors":[{"code":"01002"}]}"#;

#[test]
fn a_call_that_is_refused_because_it_is_running_asks_nobody() {
    let told = asked()
        .ask("twin", "op", "111")
        .answer("twin", 409, "{}")
        .wait_ms(10_000)
        .answer("probe", 504, LATE);

    assert_acquitted("gw.timeout.silent-provider-gives-504", told.clone());
    assert_acquitted("gw.timeout.not-before-deadline", told);
}

#[test]
fn a_provider_that_speaks_nonsense_is_not_silent() {
    let told = fired(asked(), 2, "unknown", "wire garbage")
        .answer("probe", 502, "{}")
        .wait_ms(11_000);

    assert_acquitted("gw.timeout.silent-provider-gives-504", told.clone());
    assert_acquitted("gw.timeout.not-before-deadline", told);
}

#[test]
fn one_silent_source_of_two_makes_no_504() {
    let told = asked()
        .declaring(of_two_sources)
        .provider_call("lesser", "infogreffe", "extrait", "111")
        .reply("lesser", 503, "")
        .wait_ms(10_000)
        .answer("probe", 503, "{}");

    assert_acquitted("gw.timeout.silent-provider-gives-504", told.clone());
    assert_acquitted("gw.timeout.slow-drip-is-bounded", told);
}

#[test]
fn a_failure_that_comes_late_and_in_time_is_none_the_less_a_failure() {
    let told = asked()
        .wait_ms(6_000)
        .reply("call", 503, "")
        .answer("probe", 503, "{}");

    assert_acquitted("gw.timeout.not-before-deadline", told);
}

#[test]
fn an_answer_that_is_on_its_way_at_the_deadline_may_come_too_late() {
    let told = asked()
        .wait_ms(9_970)
        .reply("call", 200, "{}")
        .wait_ms(60)
        .answer("probe", 504, LATE);

    assert_acquitted("gw.timeout.not-before-deadline", told);
}

#[test]
fn several_pauses_of_the_machine_add_up() {
    let told = stalled(stalled(asked().wait_ms(9_900), 1_200), 1_200).answer("probe", 504, LATE);

    assert_acquitted("gw.timeout.not-much-after-deadline", told);
}

#[test]
fn a_question_that_is_asked_again_may_lead_to_another_request() {
    let told = asked()
        .reply("call", 200, "{}")
        .answer("probe", 200, "{}")
        .ask("again", "op", "111")
        .provider_call("second", "insee", "unite-legale", "111")
        .reply("second", 200, "{}")
        .answer("again", 200, "{}");

    assert_acquitted("gw.timeout.at-most-one-data-request", told);
}

#[test]
fn of_two_silent_providers_neither_makes_the_other_wait() {
    let told = asked()
        .declaring(with_another)
        .ask("other", "other", "222")
        .provider_call("silent", "infogreffe", "extrait", "222")
        .wait_ms(10_000)
        .answer("probe", 504, LATE)
        .answer("other", 504, LATE);

    assert_acquitted("gw.timeout.slow-provider-harms-no-other", told);
}

#[test]
fn a_failure_that_comes_after_the_deadline_is_late_and_nothing_else() {
    let told = fired(asked(), 2, "internal-insee-111", "symptom internal-error")
        .wait_ms(10_000)
        .answer("probe", 504, LATE)
        .wait_ms(1_000)
        .reply("call", 500, "");

    assert_acquitted("gw.error.internal-is-502", told);
}

#[test]
fn the_first_of_two_identical_calls_is_as_good_as_its_provider() {
    let told = asked()
        .ask("twin", "op", "111")
        .answer("twin", 409, "{}")
        .wait_ms(10_000)
        .answer("probe", 504, LATE);

    assert_acquitted("gw.conflict.same-call-running-gives-409", told);
}

#[test]
fn of_calls_at_once_any_may_be_counted_first() {
    let told = HistoryBuilder::gateway()
        .ask("slow", "op", "1")
        .ask("quick", "op", "2");
    let told = left(left(told, "quick", 200, "2"), "slow", 200, "1");

    assert_acquitted("gw.quota.what-counts", told.clone().ask("third", "op", "3"));
    let third = left(
        told.ask("third", "op", "3").ask("fourth", "op", "4"),
        "fourth",
        200,
        "0",
    );
    assert_acquitted(
        "gw.quota.over-limit-gives-429",
        left(third, "third", 429, "0"),
    );
}

#[test]
fn a_new_window_may_begin_in_the_second_before_reset() {
    let told = left(
        HistoryBuilder::gateway().ask("first", "op", "1"),
        "first",
        200,
        "2",
    );
    let told = told.wait_ms(60_000).ask("second", "op", "2").wait_ms(100);

    assert_acquitted(
        "gw.quota.window-opens-at-first-call",
        left_until(told, "second", 200, ("2", "1768471338")),
    );
}

#[test]
fn a_token_that_is_not_good_opens_no_window() {
    let told = HistoryBuilder::gateway()
        .with_token("expired")
        .ask("probe", "op", "1");

    assert_acquitted(
        "gw.quota.window-opens-at-first-call",
        told.answer("probe", 401, "{}"),
    );
}

#[test]
fn a_call_under_way_at_the_end_of_a_window_may_be_counted_in_the_next() {
    let told = left(
        HistoryBuilder::gateway().ask("spent", "op", "1"),
        "spent",
        429,
        "0",
    );
    let told = told.wait_ms(60_690).ask("under-way", "op", "2").wait_ms(30);
    let told = left_until(told, "under-way", 200, ("2", "1768471339")).ask("next", "op", "3");

    assert_acquitted(
        "gw.quota.window-ends",
        left_until(told, "next", 200, ("1", "1768471339")),
    );
}

#[test]
fn who_counts_to_the_end_of_the_window_itself_says_a_second_less_than_to_reset() {
    let headers = [("RateLimit-Reset", "1768471278"), ("Retry-After", "60")];
    let told = HistoryBuilder::gateway().ask("refused", "op", "1");

    assert_acquitted(
        "gw.quota.retry-after-is-the-truth",
        told.answer_with("refused", 429, &headers, "{}"),
    );
}

#[test]
fn of_requests_at_once_another_than_the_last_may_be_one_too_many() {
    let told = (1..=5).fold(HistoryBuilder::gateway(), |told, number| {
        told.ask(&number.to_string(), "op", "1")
    });
    let told = ["1", "2", "3", "5"]
        .into_iter()
        .fold(told, |told, name| told.answer(name, 200, "{}"));

    assert_acquitted(
        "gw.ban.address-limit",
        told.wait_ms(5_000).fail("4", Failure::GaveUp),
    );
}

#[test]
fn a_call_that_comes_in_when_its_wait_is_over_ignores_nothing() {
    let refused = |told: HistoryBuilder, name: &str| {
        let told = told.ask(name, "op", name);
        told.answer_with(name, 429, &[("Retry-After", "1")], "{}")
    };
    let told = refused(HistoryBuilder::gateway(), "1").wait_ms(990);
    let told = ["2", "3", "4"]
        .into_iter()
        .fold(told, |told, name| told.ask(name, "op", name));
    let told = ["2", "3", "4"]
        .into_iter()
        .fold(told.wait_ms(20), |told, name| told.answer(name, 200, "{}"));

    assert_acquitted("gw.ban.ignored-429", told);
}

#[test]
fn an_address_that_is_banned_itself_is_not_another_s_victim() {
    let crowd = |told: HistoryBuilder, address: u8| {
        let names: Vec<String> = (1..=5)
            .map(|number| format!("{address}-{number}"))
            .collect();
        let told = names[..4]
            .iter()
            .fold(told.from_address(address), |told, name| {
                told.ask(name, "op", name).answer(name, 200, "{}")
            });
        told.ask(&names[4], "op", "1")
            .fail(&names[4], Failure::GaveUp)
    };

    assert_acquitted(
        "gw.ban.spares-other-addresses",
        crowd(crowd(HistoryBuilder::gateway(), 2), 3),
    );
}

#[test]
fn version_two_has_no_codes() {
    let told = HistoryBuilder::gateway()
        .declaring(|profile| {
            let mut older = profile.gateway.operations["op"].clone();
            older.scopes = vec!["entreprises".to_owned()];
            profile.gateway.operations.insert("v2/op".to_owned(), older);
        })
        .with_token("expired")
        .ask("probe", "v2/op", "1");

    assert_acquitted(
        "gw.auth.expired-gives-401",
        told.answer("probe", 401, r#"{"errors":["Non."]}"#),
    );
}
