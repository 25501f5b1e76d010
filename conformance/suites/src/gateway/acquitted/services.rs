//! Gateways that keep answers, tell of their services, spare an address or serve an older version, and do it well.

use doublure_journal::{Event, Failure, Handshake};
use doublure_rules::testing::HistoryBuilder;

use super::{asked, assert_acquitted, of_two_sources, with_another};
use crate::gateway::own_fault::NOBODY;

/// An operation of version 2 stands beside the other.
fn with_an_older() -> HistoryBuilder {
    HistoryBuilder::gateway().declaring(|profile| {
        let mut older = profile.gateway.operations["op"].clone();
        older.version = 2;
        profile.gateway.operations.insert("v2/op".to_owned(), older);
    })
}

#[test]
fn an_address_that_is_never_banned_calls_on() {
    let told = HistoryBuilder::gateway().declaring(|profile| {
        profile.gateway.never_banned = vec![[127, 0, 0, 2].into()];
    });
    let told = ["1", "2", "3", "4", "5"]
        .into_iter()
        .fold(told, |told, name| {
            told.ask(name, "op", name).answer(name, 200, "{}")
        });

    assert_acquitted("gw.ban.address-limit", told.clone());
    assert_acquitted("gw.ban.is-silence", told);
}

#[test]
fn of_requests_at_once_a_ping_may_be_counted_last() {
    let told = ["1", "2"]
        .into_iter()
        .fold(HistoryBuilder::gateway(), |told, name| {
            told.ask(name, "op", name).answer(name, 200, "{}")
        });
    let told = told
        .ask("ping", "ping", "insee/sirene")
        .answer("ping", 200, "{}")
        .ask("late", "op", "4")
        .ask("quick", "op", "5")
        .answer("quick", 200, "{}")
        .fail("late", Failure::GaveUp);

    assert_acquitted("gw.status.obeys-the-address-limit", told);
}

#[test]
fn a_refusal_for_another_cause_is_no_failure_that_was_kept() {
    let failing = asked().ask("twin", "op", "111").answer("twin", 409, "{}");
    let failed = failing.reply("call", 500, "").answer("probe", 502, "{}");
    let spent = failed
        .clone()
        .ask("again", "op", "111")
        .answer("again", 429, "{}");

    assert_acquitted("gw.cache.errors-are-not-kept", failed);
    assert_acquitted("gw.cache.errors-are-not-kept", spent);
}

#[test]
fn the_call_of_another_operation_makes_no_answer_a_new_one() {
    let told = asked()
        .declaring(with_another)
        .reply("call", 200, "{}")
        .answer("probe", 200, "{}")
        .ask("other", "other", "111")
        .ask("kept", "op", "111")
        .provider_call("elsewhere", "infogreffe", "extrait", "111")
        .answer_with("kept", 200, &[("X-Response-Cached", "true")], "{}");

    assert_acquitted("gw.cache.is-announced", told);
}

#[test]
fn a_kept_answer_may_say_so_in_any_letters() {
    let id = "api_entreprise_v3_insee_unites_legales";
    let told = HistoryBuilder::gateway()
        .ask("first", id, "111")
        .provider_call("call", "insee", "unite-legale", "111")
        .reply("call", 200, "{}")
        .answer("first", 200, "{}")
        .ask("again", id, "111")
        .answer_with("again", 200, &[("x-response-cached", "True")], "{}");

    assert_acquitted("gw.relay.values-unaltered", told);
}

#[test]
fn each_source_of_a_running_call_is_asked_once_and_others_for_others() {
    let twice = |told: HistoryBuilder| {
        told.ask("twin", "op", "111")
            .answer("twin", 409, "{}")
            .reply("second", 200, "{}")
            .answer("probe", 200, "{}")
    };
    let aggregate = asked()
        .declaring(of_two_sources)
        .reply("call", 200, "{}")
        .provider_call("second", "infogreffe", "extrait", "111");
    let elsewhere = HistoryBuilder::gateway()
        .declaring(with_another)
        .ask("probe", "op", "111")
        .ask("other", "other", "111")
        .provider_call("call", "infogreffe", "extrait", "111")
        .provider_call("second", "insee", "unite-legale", "111");

    for told in [aggregate, elsewhere] {
        assert_acquitted("gw.conflict.same-call-running-gives-409", twice(told));
    }
}

#[test]
fn a_running_aggregate_is_as_good_as_its_main_source() {
    let told = asked()
        .declaring(of_two_sources)
        .reply("call", 500, "")
        .provider_call("lesser", "infogreffe", "extrait", "111")
        .ask("twin", "op", "111")
        .answer("twin", 409, "{}")
        .reply("lesser", 200, "<extrait/>")
        .answer("probe", 502, "{}");

    assert_acquitted("gw.conflict.same-call-running-gives-409", told);
}

#[test]
fn a_service_that_is_ill_and_a_link_that_has_ended_refuse_nobody() {
    let told = HistoryBuilder::gateway()
        .ask("ping", "ping", "insee/sirene")
        .answer("ping", 502, r#"{"status":"bad_gateway"}"#)
        .follow("link", "http://gateway.test/a.pdf")
        .answer("link", 404, "<Error/>");

    assert_acquitted("gw.error.one-shape", told);
}

#[test]
fn a_provider_that_answers_late_or_is_not_reached_may_be_told_as_failing() {
    let failing = r#"{"status":"bad_gateway"}"#;
    let ping = || HistoryBuilder::gateway().ask("ping", "ping", "insee/sirene");
    let call = |told: HistoryBuilder| told.provider_call("call", "insee", "siege", "130025265");
    let late = call(ping()).wait_ms(5_000).reply("call", 200, "{}");
    let reached_before = call(ping())
        .reply("call", 200, "{}")
        .ask("later", "ping", "insee/sirene");
    let refused = reached_before.event(Event::FaultFired {
        exchange: None,
        fault: "down".to_owned(),
        effect: "wire refuse".to_owned(),
        draw: None,
    });

    assert_acquitted(
        "gw.status.tells-the-truth",
        late.answer("ping", 502, failing),
    );
    assert_acquitted(
        "gw.status.tells-the-truth",
        refused.answer("later", 502, failing),
    );
}

#[test]
fn one_modern_version_that_is_refused_is_not_every_one() {
    let handshake = Handshake {
        offered: "1.3".to_owned(),
        name: "gateway.test".to_owned(),
        refused: Some("alert 70".to_owned()),
        ..Handshake::default()
    };
    let told = HistoryBuilder::gateway().event(Event::HandshakeTried { handshake });

    assert_acquitted("gw.tls.modern-and-multi-domain", told);
}

#[test]
fn version_two_fails_without_codes_and_takes_any_recipient() {
    let failed = with_an_older()
        .ask("works", "op", "111")
        .answer("works", 200, "{}")
        .ask("doomed", "v2/op", NOBODY)
        .answer("doomed", 500, r#"{"errors":["Non."]}"#);
    let unusual = with_an_older()
        .ask("probe", "v2/op", "1?context=a&recipient=SGMAP&object=c")
        .answer("probe", 200, "{}");

    assert_acquitted("gw.error.own-fault-is-500", failed);
    assert_acquitted("gw.trace.recipient-is-a-siret", unusual);
}

#[test]
fn who_is_not_known_or_has_spent_a_quota_is_not_refused_for_the_tracing() {
    let usual = "1?context=a&recipient=13002526500013&object=c";
    let accepted = with_an_older()
        .ask("usual", "v2/op", usual)
        .answer("usual", 200, "{}")
        .ask("unusual", "v2/op", "2?context=a&recipient=SGMAP&object=c");

    for status in [404, 409, 429] {
        assert_acquitted(
            "gw.trace.v-two-values-are-not-judged",
            accepted.clone().answer("unusual", status, "{}"),
        );
    }
}
