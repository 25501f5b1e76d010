//! Answers made of several sources.

mod whole;

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use crate::{
    judging::{each, edges, in_time, operation, relayed},
    trials::names,
};

pub use whole::{ALL_WELL_GIVES_200, MAIN_SOURCE_FAILS_GIVES_ITS_ERROR};

/// An aggregate of which a source is missing.
pub static ONE_SOURCE_FAILS_GIVES_206: Rule = Rule {
    id: "gw.partial.one-source-fails-gives-206",
    role: Role::Gateway,
    theme: "partial",
    level: Level::Must,
    sentence: "An aggregate of which one source fails gives 206, the missing values read \
               \"Donnée indisponible\", gateway_error is true.",
    source: "000:559, 000:583, facts 122, 123",
    needs: &[Capability::Providers, Capability::VersionTwo],
    trial: names::ONE_SOURCE_DOWN,
    reasons: &[NOT_206, NOT_MARKED, GATEWAY_ERROR_NOT_TRUE],
    judge,
};

fn judge(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .filter(|(probe, calls)| lacks_a_lesser_source(history, probe, calls))
            .map(|(probe, calls)| judge_probe(probe, calls)),
        "of no aggregate the main source answered and another one failed",
    )
}

/// Whether the main source of an aggregate answered well and another one failed.
fn lacks_a_lesser_source(history: &History, probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> bool {
    let declared = operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
    let Some([main, lesser @ ..]) = declared.map(|declared| declared.providers.as_slice()) else {
        return false;
    };
    let of = |provider: &String| {
        let by = move |call: &&Exchange<'_>| call.request.provider.as_ref() == Some(provider);
        calls.iter().filter(by).collect::<Vec<_>>()
    };
    let well = |call: &&Exchange<'_>| call.status() == Some(200) && in_time(history, probe, call);
    let failed = |call: &&Exchange<'_>| call.status().is_some_and(|status| status >= 500);
    of(main).iter().any(well)
        && lesser
            .iter()
            .any(|provider| of(provider).iter().any(failed))
}

fn judge_probe(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let proof = edges(probe, calls);
    let body = probe.json();
    let amiss = |reason, expected: &str, actual: String| {
        Verdict::fail(reason, expected, actual, proof.clone())
    };
    if probe.status() != Some(206) {
        return amiss(NOT_206, "206", probe.summary());
    }
    if !holds(&body, UNAVAILABLE) {
        let expected = format!("the values of the missing source read \"{UNAVAILABLE}\"");
        return amiss(NOT_MARKED, &expected, "no value reads so".to_owned());
    }
    match &body["gateway_error"] {
        Value::Bool(true) => Verdict::pass(proof),
        other => amiss(
            GATEWAY_ERROR_NOT_TRUE,
            "gateway_error is true",
            other.to_string(),
        ),
    }
}

/// Whether a value somewhere in a body is this text.
fn holds(body: &Value, text: &str) -> bool {
    match body {
        Value::String(value) => value == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}

const UNAVAILABLE: &str = "Donnée indisponible";
const NOT_206: &str = "not-206";
const NOT_MARKED: &str = "not-marked";
const GATEWAY_ERROR_NOT_TRUE: &str = "gateway-error-not-true";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const MARKED: &str =
        r#"{"entreprise":{"mandataires_sociaux":"Donnée indisponible"},"gateway_error":true}"#;

    /// The calls of an aggregate of insee (main) and infogreffe, answered with these statuses.
    fn aggregate(insee: u16, infogreffe: u16) -> HistoryBuilder {
        HistoryBuilder::gateway()
            .declaring(|profile| {
                let operation = profile.gateway.operations.get_mut("op").unwrap();
                operation.providers = vec!["insee".to_owned(), "infogreffe".to_owned()];
            })
            .ask("probe", "op", "111")
            .provider_call("main", "insee", "unite-legale", "111")
            .provider_call("lesser", "infogreffe", "extrait", "111")
            .reply("main", insee, "{}")
            .reply("lesser", infogreffe, "")
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn a_206_with_its_mark_and_its_flag_passes() {
        let history = aggregate(200, 503).answer("probe", 206, MARKED).end();

        assert_eq!(judge(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_200_with_a_source_missing_fails() {
        let history = aggregate(200, 503).answer("probe", 200, MARKED).end();

        assert_eq!(reason(&judge(&history)), NOT_206);
    }

    #[test]
    fn a_206_whose_values_are_null_fails() {
        let body = r#"{"entreprise":{"mandataires_sociaux":null},"gateway_error":true}"#;
        let history = aggregate(200, 503).answer("probe", 206, body).end();

        assert_eq!(reason(&judge(&history)), NOT_MARKED);
    }

    #[test]
    fn a_206_that_denies_its_gateway_error_fails() {
        let denied = MARKED.replace("true", "false");
        let in_letters = MARKED.replace("true", "\"true\"");

        for body in [denied, in_letters] {
            let history = aggregate(200, 503).answer("probe", 206, &body).end();
            assert_eq!(reason(&judge(&history)), GATEWAY_ERROR_NOT_TRUE);
        }
    }

    #[test]
    fn an_aggregate_without_its_main_source_is_another_rule_s() {
        let history = aggregate(503, 200).answer("probe", 503, "{}").end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn an_aggregate_of_healthy_sources_does_not_tell() {
        let history = aggregate(200, 200).answer("probe", 200, "{}").end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }
}
