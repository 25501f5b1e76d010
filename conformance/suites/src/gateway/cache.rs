//! Answers that are kept, and what must not be.

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{
    judging::{each, edges, is_behind, operation, rivals},
    trials::names,
};

/// A kept answer says so.
pub static IS_ANNOUNCED: Rule = Rule {
    id: "gw.cache.is-announced",
    sentence: "X-Response-Cached tells the truth: it is true where no provider was asked and nowhere else, and \
               Cache-Control: no-cache reaches the provider.",
    source: "facts 77",
    reasons: &[NOT_ANNOUNCED, ANNOUNCED_FALSELY, NO_CACHE_IGNORED],
    judge: announced,
    ..COMMON
};

/// A failure is not kept.
pub static ERRORS_ARE_NOT_KEPT: Rule = Rule {
    id: "gw.cache.errors-are-not-kept",
    sentence: "The failure of a provider is not kept: the same question asks it again.",
    source: "facts 80",
    reasons: &[ERROR_KEPT],
    judge: errors,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "cache",
    level: Level::Should,
    sentence: "",
    source: "",
    needs: &[Capability::Providers],
    trial: names::SAME_QUESTION_AGAIN,
    reasons: &[],
    judge: |_| Verdict::inconclusive("no judge"),
};

fn announced(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    each(
        probes
            .iter()
            .filter(|probe| probe.status() == Some(200) && asks_providers(history, probe))
            .filter_map(|probe| Some(judge_answer(probe, &calls_of(history, probe)?))),
        "no operation that asks a provider was answered",
    )
}

fn judge_answer(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let said = probe.header(IS_CACHED);
    let says_so = is_told_as_kept(probe);
    let actual = match said {
        Some(said) => format!("{IS_CACHED}: {said}"),
        None => format!("no {IS_CACHED}"),
    };
    let proof = edges(probe, calls);
    if calls.is_empty() && goes_past(probe) {
        let expected = format!("{} with no-cache asks the provider", probe.asked());
        return Verdict::fail(NO_CACHE_IGNORED, expected, "it was not asked", proof);
    }
    match (calls.is_empty(), says_so) {
        (true, false) => {
            let expected = format!("{} asked no provider and says so", probe.asked());
            Verdict::fail(NOT_ANNOUNCED, expected, actual, proof)
        }
        (false, true) => {
            let expected = format!("{} asked a provider and says so", probe.asked());
            Verdict::fail(ANNOUNCED_FALSELY, expected, actual, proof)
        }
        _ => Verdict::pass(proof),
    }
}

fn errors(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let failed = probes.iter().filter(|probe| {
        let calls = calls_of(history, probe).unwrap_or_default();
        let fails = |call: &Exchange<'_>| call.status().is_some_and(|status| status >= 500);
        probe.status().is_some_and(|status| status >= 500) && calls.iter().any(fails)
    });
    let pairs = failed.filter_map(|first| {
        let ended = first.ended?.index;
        let same = |other: &&Exchange<'_>| {
            other.opened.index > ended && other.request.target == first.request.target
        };
        let again = probes.iter().find(same)?;
        Some((first, again, calls_of(history, again)?))
    });
    each(
        pairs.map(|(first, again, calls)| {
            let proof = edges(again, &calls).and(first.proof());
            // A call may be refused for another cause before anybody is asked.
            if calls.is_empty() && again.status() == first.status() {
                let expected = format!("{} asks the provider again", again.asked());
                Verdict::fail(ERROR_KEPT, expected, again.summary(), proof)
            } else if calls.is_empty() {
                Verdict::inconclusive(format!("{} was not answered again", again.asked()))
            } else {
                Verdict::pass(proof)
            }
        }),
        "no provider failed that was asked about again",
    )
}

fn asks_providers(history: &History, probe: &Exchange<'_>) -> bool {
    let declared = operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
    declared.is_some_and(|operation| !operation.providers.is_empty())
}

/// Whether an answer says that it was kept.
pub(super) fn is_told_as_kept(probe: &Exchange<'_>) -> bool {
    let said = probe.header(IS_CACHED);
    said.is_some_and(|said| said.trim().eq_ignore_ascii_case("true"))
}

/// The calls about the entity of a probe that its providers got while it waited for its answer; none where they may be
/// those of another probe.
fn calls_of<'a>(history: &'a History, probe: &Exchange<'a>) -> Option<Vec<Exchange<'a>>> {
    let Some(entity) = probe.request.entity.as_deref() else {
        return Some(Vec::new());
    };
    if !rivals(history, probe).is_empty() {
        return None;
    }
    let ended = probe.ended.map_or(u64::MAX, |entry| entry.index);
    let mut calls = history.provider_calls(entity);
    calls.retain(|call| (probe.opened.index..ended).contains(&call.opened.index));
    calls.retain(|call| is_behind(history, probe, call));
    Some(calls)
}

fn goes_past(probe: &Exchange<'_>) -> bool {
    let headers = probe.request.headers.iter();
    headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("cache-control"))
        .any(|(_, value)| value.eq_ignore_ascii_case("no-cache"))
}

const IS_CACHED: &str = "X-Response-Cached";
const NOT_ANNOUNCED: &str = "not-announced";
const ANNOUNCED_FALSELY: &str = "announced-falsely";
const NO_CACHE_IGNORED: &str = "no-cache-ignored";
const ERROR_KEPT: &str = "error-kept";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    fn said(rule: &Rule, told: HistoryBuilder) -> String {
        in_a_word(&(rule.judge)(&told.end()))
    }

    fn cached(word: &str) -> [(&'static str, &str); 1] {
        [("x-response-cached", word)]
    }

    /// A call that a provider is asked for, answered with this word.
    fn fresh(word: &str) -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .reply("call", 200, "{}")
            .answer_with("first", 200, &cached(word), "{}")
    }

    #[test]
    fn an_answer_of_a_provider_is_not_announced_as_a_kept_one() {
        let silent = HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .answer("first", 200, "{}");

        assert_eq!(said(&IS_ANNOUNCED, fresh("false")), "pass");
        assert_eq!(said(&IS_ANNOUNCED, silent), "pass");
        assert_eq!(said(&IS_ANNOUNCED, fresh("true")), ANNOUNCED_FALSELY);
    }

    #[test]
    fn an_answer_without_a_provider_says_so() {
        let again = |word| {
            let told = fresh("false").ask("again", "op", "111");
            told.answer_with("again", 200, &cached(word), "{}")
        };

        assert_eq!(said(&IS_ANNOUNCED, again("true")), "pass");
        assert_eq!(said(&IS_ANNOUNCED, again("false")), NOT_ANNOUNCED);
    }

    #[test]
    fn who_wants_no_kept_answer_gets_none() {
        let past = fresh("false").ask_with("past", "op", "111", &[("Cache-Control", "no-cache")]);
        let kept = past.clone().answer_with("past", 200, &cached("true"), "{}");
        let asked = past
            .provider_call("second", "insee", "unite-legale", "111")
            .answer_with("past", 200, &cached("false"), "{}");

        assert_eq!(said(&IS_ANNOUNCED, kept), NO_CACHE_IGNORED);
        assert_eq!(said(&IS_ANNOUNCED, asked), "pass");
    }

    #[test]
    fn answers_of_the_gateway_alone_and_refusals_do_not_tell() {
        let told = HistoryBuilder::gateway()
            .ask("rights", "rights", "111")
            .answer("rights", 200, "{}")
            .ask("refused", "op", "111")
            .answer("refused", 404, "{}");

        assert_eq!(said(&IS_ANNOUNCED, told), Outcome::Inconclusive.to_string());
    }

    /// A provider fails, and the same is asked again.
    fn failed() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("first", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .reply("call", 503, "")
            .answer("first", 503, "{}")
            .ask("again", "op", "111")
    }

    #[test]
    fn a_failure_is_not_given_again_without_asking() {
        let asked = failed()
            .provider_call("second", "insee", "unite-legale", "111")
            .answer("again", 200, "{}");

        assert_eq!(said(&ERRORS_ARE_NOT_KEPT, asked), "pass");
        assert_eq!(
            said(&ERRORS_ARE_NOT_KEPT, failed().answer("again", 503, "{}")),
            ERROR_KEPT
        );
    }

    #[test]
    fn a_failure_that_nobody_asked_about_again_does_not_tell() {
        let silent = failed().fail("again", Failure::GaveUp);

        for told in [fresh("false"), silent] {
            assert_eq!(said(&ERRORS_ARE_NOT_KEPT, told), "inconclusive");
        }
    }
}
