//! What providers answer is relayed.

mod values;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use crate::{
    judging::{deadline, each, edges, operation},
    trials::names,
};

pub use values::VALUES_UNALTERED;
pub(crate) use values::{marked_falsely, planted, repeats_fields, strings, unmarked};

/// A provider that answers well in time is relayed.
pub static FAST_PROVIDER_GIVES_200: Rule = Rule {
    id: "gw.relay.fast-provider-gives-200",
    role: Role::Gateway,
    theme: "relay",
    level: Level::Must,
    sentence: "A provider that answers well in time is relayed as 200 in the documented shape.",
    source: "002:131, facts 67, 123",
    needs: &[Capability::Providers],
    trial: names::ONE_CALL_EACH,
    reasons: &[NOT_200, UNDOCUMENTED_SHAPE],
    judge,
};

fn judge(history: &History) -> Verdict {
    if history.got(Hop::Provider).is_empty() {
        return Verdict::inconclusive(NOT_BEHIND);
    }
    let probes = history.sent(Hop::Client);
    let declared = &history.profile.gateway.operations;
    let asks_providers = |probe: &&Exchange<'_>| {
        let operation = operation(probe).and_then(|id| declared.get(id));
        operation.is_some_and(|operation| !operation.providers.is_empty())
    };
    each(
        probes
            .iter()
            .filter(asks_providers)
            .map(|probe| judge_probe(history, probe)),
        "no operation that asks a provider was called",
    )
}

fn judge_probe(history: &History, probe: &Exchange<'_>) -> Verdict {
    let entity = probe.request.entity.as_deref().unwrap_or_default();
    let calls = history.provider_calls(entity);
    let in_time = |call: &Exchange<'_>| match (call.ended_at(), deadline(history, probe)) {
        (Some(ended), Some(limit)) => ended.since(call.began_at()) < limit / 2,
        _ => false,
    };
    let expected = || format!("{} is answered 200", probe.asked());
    let proof = edges(probe, &calls);
    if calls.iter().any(|call| !in_time(call)) {
        return Verdict::inconclusive(format!("a provider was slow to answer about {entity}"));
    }
    match probe.status() {
        Some(200) if calls.is_empty() => Verdict::inconclusive(format!(
            "no provider of Doublure's was asked about {entity}"
        )),
        Some(200) => match missing_member(history, probe) {
            Some(member) => Verdict::fail(
                UNDOCUMENTED_SHAPE,
                format!("the body of {} has an object `{member}`", probe.asked()),
                excerpt(probe.text()),
                proof,
            ),
            None => Verdict::pass(proof),
        },
        Some(404) if calls.is_empty() => {
            let id = operation(probe).unwrap_or_default();
            let actual = format!(
                "{}, and no provider was asked: if this target does not serve {id}, leave that out of \
                 `gateway.operations.served`",
                probe.summary()
            );
            Verdict::fail(NOT_200, expected(), actual, proof)
        }
        _ => Verdict::fail(NOT_200, expected(), probe.summary(), proof),
    }
}

/// A member that every answer of this version has, and this one has not.
fn missing_member(history: &History, probe: &Exchange<'_>) -> Option<&'static str> {
    let declared = history.profile.gateway.operations.get(operation(probe)?)?;
    let members: &[&str] = match declared.version {
        2 => &["entreprise", "etablissement_siege"],
        _ => &["data", "links", "meta"],
    };
    let body = probe.json();
    // The data of a collection are a list (facts 67).
    let is_there = |member: &&&str| {
        let list = **member == "data" && body["data"].is_array();
        list || body.get(**member).is_some_and(Value::is_object)
    };
    members.iter().find(|member| !is_there(member)).copied()
}

/// The beginning of a body, for people.
fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

const NOT_BEHIND: &str =
    "no provider of Doublure's was asked anything: does the target look for them where they are?";
const EXCERPT: usize = 200;
const NOT_200: &str = "not-200";
const UNDOCUMENTED_SHAPE: &str = "undocumented-shape";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const GOOD: &str = r#"{"data":{"siren":"111"},"links":{},"meta":{}}"#;

    fn asked() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .wait_ms(20)
            .reply("call", 200, "{}")
    }

    #[test]
    fn a_relayed_answer_in_the_documented_shape_passes() {
        let verdict = judge(&asked().answer("probe", 200, GOOD).end());

        assert_eq!(verdict.outcome(), Outcome::Pass);
        assert_eq!(verdict.proof().unwrap().indices().count(), 4);
    }

    #[test]
    fn a_good_answer_of_a_provider_that_comes_out_as_502_fails() {
        let verdict = judge(&asked().answer("probe", 502, "{}").end());

        assert_eq!(verdict.reason().unwrap().as_str(), NOT_200);
    }

    #[test]
    fn a_collection_has_a_list_of_data() {
        let list = |body| judge(&asked().answer("probe", 200, body).end()).outcome();

        assert_eq!(
            list(r#"{"data":[{"data":{}}],"links":{},"meta":{}}"#),
            Outcome::Pass
        );
        assert_eq!(list(r#"{"data":[],"links":[],"meta":{}}"#), Outcome::Fail);
    }

    #[test]
    fn silence_where_an_answer_is_due_fails() {
        let verdict = judge(&asked().fail("probe", Failure::GaveUp).end());

        assert_eq!(verdict.reason().unwrap().as_str(), NOT_200);
    }

    #[test]
    fn a_200_without_data_fails() {
        let verdict = judge(
            &asked()
                .answer("probe", 200, r#"{"links":{},"meta":{}}"#)
                .end(),
        );

        assert_eq!(verdict.reason().unwrap().as_str(), UNDOCUMENTED_SHAPE);
    }

    #[test]
    fn an_aggregate_of_v2_has_a_shape_of_its_own() {
        let v2 = |body: &str| {
            let history = asked()
                .declaring(|profile| {
                    profile.gateway.operations.get_mut("op").unwrap().version = 2;
                })
                .answer("probe", 200, body)
                .end();
            judge(&history).outcome()
        };

        assert_eq!(
            v2(r#"{"entreprise":{},"etablissement_siege":{}}"#),
            Outcome::Pass
        );
        assert_eq!(v2(GOOD), Outcome::Fail);
    }

    #[test]
    fn a_200_about_which_no_provider_was_asked_does_not_tell() {
        let history = asked()
            .answer("probe", 200, GOOD)
            .ask("other", "op", "222")
            .answer("other", 200, GOOD)
            .end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_target_that_reaches_no_provider_of_ours_is_not_blamed_for_its_404() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .answer("probe", 404, "{}")
            .end();

        assert_eq!(judge(&history), Verdict::inconclusive(NOT_BEHIND));
    }

    #[test]
    fn a_target_that_asks_about_some_is_blamed_for_the_others() {
        let history = asked()
            .answer("probe", 200, GOOD)
            .ask("other", "op", "222")
            .answer("other", 403, "{}")
            .end();

        assert_eq!(judge(&history).reason().unwrap().as_str(), NOT_200);
    }

    #[test]
    fn a_provider_that_was_slow_does_not_tell() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
            .wait_ms(6_000)
            .reply("call", 200, "{}")
            .answer("probe", 504, "{}")
            .end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn without_a_call_nothing_was_observed() {
        let verdict = judge(&HistoryBuilder::gateway().end());

        assert_eq!(verdict.outcome(), Outcome::Inconclusive);
    }
}
