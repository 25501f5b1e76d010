//! The same call twice at once.

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{
    judging::{deadline, each, in_time, is_behind, keeps_waiting, rivals},
    trials::names,
};

/// One is served, the others are told to wait.
pub static SAME_CALL_RUNNING_GIVES_409: Rule = Rule {
    id: "gw.conflict.same-call-running-gives-409",
    role: Role::Gateway,
    theme: "conflict",
    level: Level::Should,
    sentence: "Of identical calls of one token at once one is served, the others get 409, and the provider is \
               asked once.",
    source: "facts 49",
    needs: &[Capability::Providers],
    trial: names::SAME_CALL_TWICE,
    reasons: &[NOT_409, NOT_SERVED, ASKED_AGAIN],
    judge,
};

fn judge(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes
            .iter()
            .filter_map(|first| Some((first, twin(first, &probes)?)))
            .filter_map(|(first, second)| judge_pair(history, first, second)),
        "no two identical calls were made at once",
    )
}

/// The identical call that was made while this one was running.
fn twin<'a, 'b>(first: &Exchange<'a>, probes: &'b [Exchange<'a>]) -> Option<&'b Exchange<'a>> {
    let until = first.ended.map_or(u64::MAX, |entry| entry.index);
    probes.iter().find(|other| {
        other.opened.index > first.opened.index
            && other.opened.index < until
            && (&other.request.target, &other.request.token)
                == (&first.request.target, &first.request.token)
    })
}

/// What is said of two identical calls, where the first was certainly running all the while the second was open: its
/// provider had been asked, had not answered and was still waited for.
fn judge_pair(history: &History, first: &Exchange<'_>, second: &Exchange<'_>) -> Option<Verdict> {
    let mut calls = history.provider_calls(first.request.entity.as_deref()?);
    // A third call may come when the first is over.
    let mut later = history.sent(Hop::Client).into_iter();
    let same = |probe: &Exchange<'_>| probe.request.entity == first.request.entity;
    let third = later.find(|probe| same(probe) && probe.opened.index > second.opened.index);
    calls.retain(|call| third.is_none_or(|third| call.opened.index < third.opened.index));
    calls.retain(|call| call.opened.index > first.opened.index && is_behind(history, first, call));
    let is_otherwise = |other: &Exchange<'_>| other.request.target != first.request.target;
    if rivals(history, first).iter().any(is_otherwise) {
        return None;
    }
    // That a provider is asked again meanwhile tells as much as an answer.
    let again = |call: &Exchange<'_>| {
        let mut others = calls.iter().map(|other| other.opened);
        others.find(|other| other.index > second.opened.index && call.is_open_at(other.index))
    };
    let until = |call: &Exchange<'_>| again(call).or(second.ended).unwrap_or(second.opened);
    let running = |call: &&Exchange<'_>| {
        call.opened.index > first.opened.index
            && call.is_open_at(second.opened.index)
            && call.is_open_at(until(call).index)
            && keeps_waiting(history, call)
    };
    let call = calls.iter().find(running)?;
    let until = until(call);
    let limit = deadline(history, first)?;
    // Who has spent a quota is refused for that.
    if second.status() == Some(429) {
        return None;
    }
    (until.at.since(first.began_at()) < limit)
        .then(|| judge_running(history, first, second, (call, &calls)))
}

fn judge_running(
    history: &History,
    first: &Exchange<'_>,
    second: &Exchange<'_>,
    (call, calls): (&Exchange<'_>, &[Exchange<'_>]),
) -> Verdict {
    let proof = calls.iter().map(Exchange::proof).fold(
        first.proof().and(second.proof()),
        doublure_rules::Proof::and,
    );
    let expected = |what: &str| format!("{what} {} twice at once", first.asked());
    if second.status() != Some(409) {
        return Verdict::fail(NOT_409, expected("409 for"), second.summary(), proof);
    }
    let same = |other: &&Exchange<'_>| other.request.provider == call.request.provider;
    let times = calls.iter().filter(same).count();
    if times > 1 {
        let actual = format!("{times} times");
        return Verdict::fail(
            ASKED_AGAIN,
            expected("one call to the provider for"),
            actual,
            proof,
        );
    }
    match first.status() {
        Some(200) => Verdict::pass(proof),
        _ if calls.iter().any(|call| call.status() != Some(200)) => Verdict::pass(proof),
        _ if !calls.iter().all(|call| in_time(history, first, call)) => {
            Verdict::inconclusive(format!(
                "the provider's answer for the first of {} twice at once may have come too late",
                first.asked()
            ))
        }
        _ => Verdict::fail(
            NOT_SERVED,
            expected("200 for the first of"),
            first.summary(),
            proof,
        ),
    }
}

const NOT_409: &str = "not-409";
const NOT_SERVED: &str = "not-served";
const ASKED_AGAIN: &str = "asked-again";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    fn said(told: HistoryBuilder) -> String {
        in_a_word(&judge(&told.end()))
    }

    fn twice(second: u16, first: u16) -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .ask("second", "op", "111")
            .answer("second", second, "{}")
            .reply("call", 200, "{}")
            .answer("first", first, "{}")
    }

    #[test]
    fn one_is_served_and_the_other_is_told_to_wait() {
        assert_eq!(said(twice(409, 200)), Outcome::Pass.to_string());
        assert_eq!(said(twice(200, 200)), NOT_409);
        assert_eq!(said(twice(409, 409)), NOT_SERVED);
    }

    #[test]
    fn an_answer_that_a_pause_may_have_kept_from_the_gateway_serves_nobody() {
        let paused = HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .ask("second", "op", "111")
            .answer("second", 409, "{}")
            .wait_ms(6_000)
            .event(doublure_journal::Event::Stalled {
                lasted: std::time::Duration::from_secs(5),
            })
            .reply("call", 200, "{}")
            .answer("first", 504, "{}");

        assert_eq!(said(paused), Outcome::Inconclusive.to_string());
    }

    #[test]
    fn a_provider_that_is_asked_twice_fails() {
        let told = twice(409, 200).provider_call("again", "insee", "unite-legale", "111");

        assert_eq!(said(told), ASKED_AGAIN);
    }

    #[test]
    fn calls_one_after_another_do_not_tell() {
        let told = HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .answer("first", 200, "{}")
            .ask("second", "op", "111")
            .answer("second", 200, "{}");

        assert_eq!(said(told), Outcome::Inconclusive.to_string());
    }
}
