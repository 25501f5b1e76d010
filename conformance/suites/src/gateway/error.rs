//! How providers' refusals come out.

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use crate::{
    judging::{each, edges, in_time, relayed},
    trials::names,
};

/// The one refusal that says when to come back.
pub static ACOSS_UNDER_ANALYSIS: Rule = Rule {
    id: "gw.error.acoss-under-analysis",
    role: Role::Gateway,
    theme: "error",
    level: Level::Must,
    sentence: "An account under manual analysis at URSSAF gives 502 with code 04501, provider ACOSS \
               and retry_in 172800.",
    source: "002:165, facts 153",
    needs: &[Capability::Providers],
    trial: names::UNDER_ANALYSIS,
    reasons: &[NOT_502, WRONG_CODE, WRONG_PROVIDER, WRONG_RETRY_IN],
    judge,
};

fn judge(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .filter(|(probe, calls)| {
                let mut in_time = calls.iter().filter(|call| in_time(history, probe, call));
                in_time.any(says_under_analysis)
            })
            .map(|(probe, calls)| judge_probe(probe, calls)),
        "URSSAF said of no account that it is under analysis",
    )
}

fn says_under_analysis(call: &Exchange<'_>) -> bool {
    call.request.provider.as_deref() == Some("urssaf") && call.text().contains("FUNC503")
}

fn judge_probe(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let proof = edges(probe, calls);
    let body = probe.json();
    let error = &body["errors"][0];
    let amiss = |reason, expected: &str, actual: &Value| {
        Verdict::fail(reason, expected, actual.to_string(), proof.clone())
    };
    if probe.status() != Some(502) {
        return Verdict::fail(NOT_502, "502", probe.summary(), proof);
    }
    let demands = [
        (
            WRONG_CODE,
            &error["code"],
            Value::from("04501"),
            "errors[0].code",
        ),
        (
            WRONG_PROVIDER,
            &error["meta"]["provider"],
            Value::from("ACOSS"),
            "meta.provider",
        ),
        (
            WRONG_RETRY_IN,
            &error["meta"]["retry_in"],
            Value::from(172_800),
            "meta.retry_in",
        ),
    ];
    let broken = demands
        .iter()
        .find(|(_, actual, wanted, _)| **actual != *wanted);
    match broken {
        None => Verdict::pass(proof),
        Some((reason, actual, wanted, place)) => {
            amiss(reason, &format!("{place} is {wanted}"), actual)
        }
    }
}

const NOT_502: &str = "not-502";
const WRONG_CODE: &str = "wrong-code";
const WRONG_PROVIDER: &str = "wrong-provider";
const WRONG_RETRY_IN: &str = "wrong-retry-in";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    fn answered(status: u16, code: &str, provider: &str, retry_in: &str) -> Verdict {
        let body = format!(
            r#"{{"errors":[{{"code":"{code}","meta":{{"provider":"{provider}","retry_in":{retry_in}}}}}]}}"#
        );
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "urssaf", "attestation", "111")
            .reply("call", 400, r#"[{"code":"FUNC503"}]"#)
            .answer("probe", status, &body)
            .end();
        judge(&history)
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn the_documented_refusal_passes() {
        let verdict = answered(502, "04501", "ACOSS", "172800");

        assert_eq!(verdict.outcome(), Outcome::Pass);
    }

    #[test]
    fn each_part_of_it_that_is_wrong_fails_for_its_own_reason() {
        assert_eq!(reason(&answered(404, "04501", "ACOSS", "172800")), NOT_502);
        assert_eq!(
            reason(&answered(502, "04999", "ACOSS", "172800")),
            WRONG_CODE
        );
        assert_eq!(
            reason(&answered(502, "04501", "URSSAF", "172800")),
            WRONG_PROVIDER
        );
        assert_eq!(
            reason(&answered(502, "04501", "ACOSS", "null")),
            WRONG_RETRY_IN
        );
        assert_eq!(
            reason(&answered(502, "04501", "ACOSS", "\"172800\"")),
            WRONG_RETRY_IN
        );
    }

    #[test]
    fn a_body_that_is_no_json_has_no_code() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "urssaf", "attestation", "111")
            .reply("call", 400, r#"[{"code":"FUNC503"}]"#)
            .answer("probe", 502, "<html>")
            .end();

        assert_eq!(reason(&judge(&history)), WRONG_CODE);
    }

    #[test]
    fn an_account_that_is_not_under_analysis_does_not_tell() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "urssaf", "attestation", "111")
            .reply("call", 400, r#"[{"code":"FUNC517"}]"#)
            .answer("probe", 404, "{}")
            .end();

        assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
    }
}
