//! Aggregates of which nothing is missing, and those whose main source is.

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use crate::{
    judging::{each, edges, in_time, operation, relayed},
    trials::names,
};

/// Nothing missing.
pub static ALL_WELL_GIVES_200: Rule = Rule {
    id: "gw.partial.all-well-gives-200",
    sentence: "An aggregate of which every source answered is 200 with gateway_error false.",
    source: "facts 122, 123, 124",
    reasons: &[NOT_200, GATEWAY_ERROR],
    judge: |history| judge(history, "no aggregate was whole", all_well, judge_whole),
    ..COMMON
};

/// The main source missing.
pub static MAIN_SOURCE_FAILS_GIVES_ITS_ERROR: Rule = Rule {
    id: "gw.partial.main-source-fails-gives-its-error",
    sentence: "An aggregate whose main source failed is that source's error, not a partial answer.",
    source: "facts 122, 123, 124",
    reasons: &[MASKED],
    judge: |history| {
        judge(
            history,
            "no aggregate's main source failed",
            main_failed,
            judge_error,
        )
    },
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "partial",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Providers, Capability::VersionTwo],
    trial: names::ONE_SOURCE_DOWN,
    reasons: &[],
    judge: |_| Verdict::inconclusive("no judge"),
};

fn judge(
    history: &History,
    none: &str,
    is_of_kind: fn(&[String], &[Exchange<'_>]) -> bool,
    verdict: fn(&Exchange<'_>, &[Exchange<'_>]) -> Verdict,
) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .filter(|(probe, calls)| {
                let declared =
                    operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
                let in_time =
                    |call: &Exchange<'_>| call.ended.is_none() || in_time(history, probe, call);
                declared.is_some_and(|declared| {
                    calls.iter().all(in_time)
                        && declared.providers.len() > 1
                        && is_of_kind(&declared.providers, calls)
                })
            })
            .map(|(probe, calls)| verdict(probe, calls)),
        none,
    )
}

fn all_well(providers: &[String], calls: &[Exchange<'_>]) -> bool {
    let answered = |provider: &String| {
        calls
            .iter()
            .any(|call| call.request.provider.as_ref() == Some(provider))
    };
    providers.iter().all(answered) && calls.iter().all(|call| call.status() == Some(200))
}

fn main_failed(providers: &[String], calls: &[Exchange<'_>]) -> bool {
    let main = calls
        .iter()
        .filter(|call| call.request.provider.as_ref() == providers.first());
    let statuses: Vec<Option<u16>> = main.map(Exchange::status).collect();
    !statuses.is_empty()
        && statuses
            .iter()
            .all(|status| status.is_some_and(|status| status >= 500))
}

fn judge_whole(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let proof = edges(probe, calls);
    if probe.status() != Some(200) {
        return Verdict::fail(NOT_200, "200", probe.summary(), proof);
    }
    match &probe.json()["gateway_error"] {
        Value::Bool(false) => Verdict::pass(proof),
        other => Verdict::fail(
            GATEWAY_ERROR,
            "gateway_error is false",
            other.to_string(),
            proof,
        ),
    }
}

fn judge_error(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let proof = edges(probe, calls);
    match probe.status() {
        Some(status) if status >= 500 => Verdict::pass(proof),
        _ => {
            let expected = "the error of the main source: 502, 503 or 504";
            Verdict::fail(MASKED, expected, probe.summary(), proof)
        }
    }
}

const NOT_200: &str = "not-200";
const GATEWAY_ERROR: &str = "gateway-error-not-false";
const MASKED: &str = "masked";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// An aggregate whose sources answer so, answered so.
    fn said(rule: &Rule, insee: u16, infogreffe: u16, status: u16, body: &str) -> String {
        let history = HistoryBuilder::gateway()
            .declaring(|profile| {
                let operation = profile.gateway.operations.get_mut("op").unwrap();
                operation.providers = vec!["insee".to_owned(), "infogreffe".to_owned()];
            })
            .ask("probe", "op", "111")
            .provider_call("main", "insee", "unite-legale", "111")
            .provider_call("lesser", "infogreffe", "extrait", "111")
            .reply("main", insee, "{}")
            .reply("lesser", infogreffe, "")
            .answer("probe", status, body)
            .end();
        let verdict = (rule.judge)(&history);
        verdict
            .reason()
            .map_or_else(|| verdict.outcome().to_string(), ToString::to_string)
    }

    const WELL: &str = r#"{"gateway_error":false}"#;

    #[test]
    fn a_whole_aggregate_is_200_and_denies_an_error() {
        let judged = |status, body| said(&ALL_WELL_GIVES_200, 200, 200, status, body);

        assert_eq!(judged(200, WELL), Outcome::Pass.to_string());
        assert_eq!(judged(206, WELL), NOT_200);
        assert_eq!(judged(200, r#"{"gateway_error":true}"#), GATEWAY_ERROR);
    }

    #[test]
    fn the_error_of_the_main_source_is_the_aggregate_s() {
        let judged = |status| said(&MAIN_SOURCE_FAILS_GIVES_ITS_ERROR, 503, 200, status, "{}");

        assert_eq!(judged(503), Outcome::Pass.to_string());
        assert_eq!(judged(206), MASKED);
    }

    #[test]
    fn each_rule_leaves_the_other_s_aggregates_alone() {
        let unclear = Outcome::Inconclusive.to_string();

        assert_eq!(said(&ALL_WELL_GIVES_200, 200, 503, 206, WELL), unclear);
        assert_eq!(
            said(&MAIN_SOURCE_FAILS_GIVES_ITS_ERROR, 200, 503, 206, WELL),
            unclear
        );
    }
}
