//! Aggregates of which nothing is missing, and those whose main source is.

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use super::{UNAVAILABLE, holds};
use crate::{
    judging::{each, edges, in_time, is_behind, operation, relayed, sole},
    trials::names,
};

/// Nothing missing.
pub static ALL_WELL_GIVES_200: Rule = Rule {
    id: "gw.partial.all-well-gives-200",
    sentence: "An aggregate of which every source answered is 200 with gateway_error false, and nothing in it reads as \
               missing.",
    source: "facts 122, 123, 124",
    reasons: &[NOT_200, MARKED, GATEWAY_ERROR],
    judge: |history| judge(history, "no aggregate was whole", all_well, judge_whole),
    ..COMMON
};

/// The main source missing.
pub static MAIN_SOURCE_FAILS_GIVES_ITS_ERROR: Rule = Rule {
    id: "gw.partial.main-source-fails-gives-its-error",
    sentence: "An aggregate whose main source failed is that source's error, whether others failed too or not: no \
               partial answer, and the same status as where that source is asked alone.",
    source: "facts 122, 123, 124",
    reasons: &[MASKED, ANOTHER_ERROR],
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
    verdict: fn(&History, &Exchange<'_>, &[Exchange<'_>]) -> Verdict,
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
            .map(|(probe, calls)| verdict(history, probe, calls)),
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

fn judge_whole(_: &History, probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let proof = edges(probe, calls);
    if probe.status() != Some(200) {
        return Verdict::fail(NOT_200, "200", probe.summary(), proof);
    }
    let body = probe.json();
    if holds(&body, UNAVAILABLE) {
        let expected = "nothing reads as missing";
        return Verdict::fail(MARKED, expected, UNAVAILABLE, proof);
    }
    match &body["gateway_error"] {
        Value::Bool(false) => Verdict::pass(proof),
        other => Verdict::fail(
            GATEWAY_ERROR,
            "gateway_error is false",
            other.to_string(),
            proof,
        ),
    }
}

fn judge_error(history: &History, probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let proof = edges(probe, calls);
    let Some(status) = probe.status().filter(|status| *status >= 500) else {
        let expected = "the error of the main source: 502, 503 or 504";
        return Verdict::fail(MASKED, expected, probe.summary(), proof);
    };
    let pairs = relayed(history);
    let differing = |is_sure: bool| {
        pairs.iter().find_map(|(other, calls)| {
            let alone = alone(history, probe, other, calls)?;
            (alone.status != status && alone.is_sure == is_sure).then_some((other, alone.status))
        })
    };
    if let Some((other, given)) = differing(true) {
        let expected = format!("{given}, as to {}", other.asked());
        let proof = proof.and(other.proof());
        return Verdict::fail(ANOTHER_ERROR, expected, probe.summary(), proof);
    }
    match differing(false) {
        Some((other, given)) => Verdict::inconclusive(format!(
            "{given} was given to {}, whose source may have failed too late: the machine paused",
            other.asked()
        )),
        None => Verdict::pass(proof),
    }
}

/// What was answered where the main source of an aggregate was asked alone and failed in the same way.
struct Alone {
    status: u16,
    /// Whether it failed before the deadline beyond what a pause of the machine leaves open.
    is_sure: bool,
}

/// None where another source was asked, or the same failed otherwise.
fn alone(
    history: &History,
    aggregate: &Exchange<'_>,
    other: &Exchange<'_>,
    calls: &[Exchange<'_>],
) -> Option<Alone> {
    let call = sole(history, other, calls).filter(|call| is_behind(history, other, call))?;
    let declared = history
        .profile
        .gateway
        .operations
        .get(operation(aggregate)?)?;
    let main = call.request.provider.as_ref() == declared.providers.first();
    let failures = history.provider_calls(aggregate.request.entity.as_deref()?);
    let mut failures = failures.iter().filter(|failure| {
        failure.request.provider == call.request.provider && is_behind(history, aggregate, failure)
    });
    let alike = main && failures.all(|failure| failure.status() == call.status());
    let failed = call.status().is_some_and(|status| status >= 500);
    let status = other.status().filter(|status| *status >= 500)?;
    (alike && failed).then(|| Alone {
        status,
        is_sure: in_time(history, other, call),
    })
}

const NOT_200: &str = "not-200";
const GATEWAY_ERROR: &str = "gateway-error-not-false";
const MARKED: &str = "marked";
const MASKED: &str = "masked";
const ANOTHER_ERROR: &str = "another-error";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::{super::tests::aggregate, *};

    /// An aggregate whose sources answer so, answered so.
    fn said(rule: &Rule, insee: u16, infogreffe: u16, status: u16, body: &str) -> String {
        let history = aggregate(insee, infogreffe)
            .answer("probe", status, body)
            .end();
        in_a_word(&(rule.judge)(&history))
    }

    const WELL: &str = r#"{"gateway_error":false}"#;

    #[test]
    fn a_whole_aggregate_is_200_and_denies_an_error() {
        let judged = |status, body| said(&ALL_WELL_GIVES_200, 200, 200, status, body);

        assert_eq!(judged(200, WELL), Outcome::Pass.to_string());
        assert_eq!(judged(206, WELL), NOT_200);
        assert_eq!(judged(200, r#"{"gateway_error":true}"#), GATEWAY_ERROR);
        let marked = r#"{"a":["Donnée indisponible"],"gateway_error":false}"#;
        assert_eq!(judged(200, marked), MARKED);
    }

    #[test]
    fn the_error_of_the_main_source_is_the_aggregate_s() {
        let judged = |status| said(&MAIN_SOURCE_FAILS_GIVES_ITS_ERROR, 503, 200, status, "{}");

        assert_eq!(judged(503), Outcome::Pass.to_string());
        assert_eq!(judged(206), MASKED);
    }

    /// INSEE fails with this status alone, then as the main source of an aggregate.
    fn beside_one_alone(insee: u16, status: u16) -> String {
        let told = HistoryBuilder::gateway().declaring(|profile| {
            let mut operation = profile.gateway.operations["op"].clone();
            operation.providers = vec!["insee".to_owned(), "infogreffe".to_owned()];
            let operations = &mut profile.gateway.operations;
            operations.insert("both".to_owned(), operation);
        });
        let told = told
            .ask("alone", "op", "222")
            .provider_call("sole", "insee", "unite-legale", "222")
            .reply("sole", 503, "")
            .answer("alone", 503, "{}")
            .ask("probe", "both", "111")
            .provider_call("main", "insee", "unite-legale", "111")
            .reply("main", insee, "");
        in_a_word(&(MAIN_SOURCE_FAILS_GIVES_ITS_ERROR.judge)(
            &told.answer("probe", status, "{}").end(),
        ))
    }

    #[test]
    fn the_error_is_the_same_as_where_the_source_is_asked_alone() {
        assert_eq!(beside_one_alone(503, 503), Outcome::Pass.to_string());
        assert_eq!(beside_one_alone(503, 502), ANOTHER_ERROR);
        assert_eq!(beside_one_alone(500, 502), Outcome::Pass.to_string());
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
