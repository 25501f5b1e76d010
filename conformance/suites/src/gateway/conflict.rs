//! The same call twice at once.

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{judging::each, trials::names};

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
            .map(|(first, second)| judge_pair(history, first, second)),
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

fn judge_pair(history: &History, first: &Exchange<'_>, second: &Exchange<'_>) -> Verdict {
    let calls = history.provider_calls(first.request.entity.as_deref().unwrap_or_default());
    let proof = calls.iter().map(Exchange::proof).fold(
        first.proof().and(second.proof()),
        doublure_rules::Proof::and,
    );
    let expected = |what: &str| format!("{what} {} twice at once", first.asked());
    if second.status() != Some(409) {
        return Verdict::fail(NOT_409, expected("409 for"), second.summary(), proof);
    }
    if calls.len() > 1 {
        let actual = format!("{} times", calls.len());
        return Verdict::fail(
            ASKED_AGAIN,
            expected("one call to the provider for"),
            actual,
            proof,
        );
    }
    match first.status() {
        Some(200) => Verdict::pass(proof),
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
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    fn said(told: HistoryBuilder) -> String {
        let verdict = judge(&told.end());
        verdict
            .reason()
            .map_or_else(|| verdict.outcome().to_string(), ToString::to_string)
    }

    fn twice(second: u16, first: u16) -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .ask("second", "op", "111")
            .answer("second", second, "{}")
            .answer("first", first, "{}")
    }

    #[test]
    fn one_is_served_and_the_other_is_told_to_wait() {
        assert_eq!(said(twice(409, 200)), Outcome::Pass.to_string());
        assert_eq!(said(twice(200, 200)), NOT_409);
        assert_eq!(said(twice(409, 409)), NOT_SERVED);
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
