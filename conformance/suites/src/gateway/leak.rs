//! What providers say stays with the gateway.

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use crate::{
    judging::{each, edges, relayed},
    trials::names,
};

/// No word of a provider reaches the caller.
pub static PROVIDER_WORDS_DO_NOT_LEAK: Rule = Rule {
    id: "gw.error.provider-words-do-not-leak",
    role: Role::Gateway,
    theme: "error",
    level: Level::Must,
    sentence: "No body, stack trace, host name or header of a failing provider reaches the caller, but \
               in `meta.provider_errors` and `meta.provider_error`.",
    source: "house, facts 72",
    needs: &[Capability::Providers],
    trial: names::CANARIES,
    reasons: &[IN_HEADER, IN_BODY],
    judge,
};

/// Every word of a provider's answer that begins so must not come out of the gateway: trials plant them.
pub const CANARY: &str = "canari-";

fn judge(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .filter_map(|(probe, calls)| judge_probe(probe, calls)),
        "no provider said a word that can be told from others",
    )
}

/// What is said of a probe whose providers spoke of canaries; none of any other.
fn judge_probe(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Option<Verdict> {
    let words: Vec<String> = calls
        .iter()
        .flat_map(spoken)
        .flat_map(|text| canaries(&text))
        .collect();
    if words.is_empty() {
        return None;
    }
    let Some(answer) = probe.response() else {
        return Some(Verdict::inconclusive(format!(
            "{} was not answered",
            probe.asked()
        )));
    };
    let leaks = |text: &str| {
        words
            .iter()
            .find(|word| text.contains(word.as_str()))
            .cloned()
    };
    let proof = edges(probe, calls);
    let expected = format!("no word of the provider in the answer to {}", probe.asked());
    let in_header = answer
        .headers
        .iter()
        .find_map(|(name, value)| leaks(name).or_else(|| leaks(value)));
    let in_body = || leaks(&without_exemptions(probe.text()));
    Some(match (in_header, in_body()) {
        (Some(word), _) => {
            Verdict::fail(IN_HEADER, expected, format!("`{word}` in a header"), proof)
        }
        (None, Some(word)) => {
            Verdict::fail(IN_BODY, expected, format!("`{word}` in the body"), proof)
        }
        (None, None) => Verdict::pass(proof),
    })
}

/// All that a provider said: names and values of its headers, and its body.
fn spoken(call: &Exchange<'_>) -> Vec<String> {
    let headers = call.response().map_or(&[][..], |answer| &answer.headers);
    headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .chain([call.text().to_owned()])
        .collect()
}

fn canaries(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .filter(|word| word.starts_with(CANARY))
        .map(str::to_owned)
        .collect()
}

/// A body without the members in which providers may be quoted (facts 72).
fn without_exemptions(text: &str) -> String {
    let Ok(mut body) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    let errors = body.get_mut("errors").and_then(Value::as_array_mut);
    for error in errors.into_iter().flatten() {
        if let Some(meta) = error.get_mut("meta").and_then(Value::as_object_mut) {
            EXEMPT.iter().for_each(|member| drop(meta.remove(*member)));
        }
    }
    body.to_string()
}

const EXEMPT: [&str; 2] = ["provider_errors", "provider_error"];
const IN_HEADER: &str = "in-a-header";
const IN_BODY: &str = "in-the-body";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    fn spoke() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .reply_with(
                "call",
                500,
                &[("X-Host", "canari-host")],
                "at canari-body.rb:12",
            )
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn a_harmonised_refusal_passes() {
        let history = spoke()
            .answer("probe", 502, r#"{"errors":[{"code":"01000"}]}"#)
            .end();

        assert_eq!(judge(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_provider_s_body_in_the_detail_fails() {
        let body = r#"{"errors":[{"detail":"at canari-body.rb:12"}]}"#;
        let history = spoke().answer("probe", 502, body).end();

        assert_eq!(reason(&judge(&history)), IN_BODY);
    }

    #[test]
    fn a_word_that_moves_from_a_header_to_the_body_fails() {
        let history = spoke().answer("probe", 502, "from canari-host").end();

        assert_eq!(reason(&judge(&history)), IN_BODY);
    }

    #[test]
    fn a_provider_s_header_that_is_passed_on_fails() {
        let history = spoke()
            .answer_with("probe", 502, &[("x-host", "canari-host")], "{}")
            .end();

        assert_eq!(reason(&judge(&history)), IN_HEADER);
    }

    #[test]
    fn the_members_made_for_quoting_are_exempt_and_nothing_else_is() {
        let quoted = r#"{"errors":[{"meta":{"provider_errors":["at canari-body.rb:12"]}}]}"#;
        let beside = r#"{"errors":[{"meta":{"cause":"at canari-body.rb:12"}}]}"#;

        let exempt = judge(&spoke().answer("probe", 502, quoted).end());
        let leak = judge(&spoke().answer("probe", 502, beside).end());

        assert_eq!(exempt.outcome(), Outcome::Pass);
        assert_eq!(reason(&leak), IN_BODY);
    }

    #[test]
    fn a_probe_without_answer_does_not_tell() {
        let history = spoke().fail("probe", Failure::GaveUp).end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_provider_that_said_nothing_of_note_does_not_tell() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .reply("call", 500, "{}")
            .answer("probe", 502, "{}")
            .end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }
}
