//! The one shape of refusals.

use doublure_journal::Hop;
use doublure_rules::{Exchange, History, Level, Role, Rule, Verdict};
use serde_json::Value;

use crate::{gateway::status::is_about_services, judging::each, trials::names};

/// Every refusal looks the same.
pub static ONE_SHAPE: Rule = Rule {
    id: "gw.error.one-shape",
    role: Role::Gateway,
    theme: "error",
    level: Level::Must,
    sentence: "From version 3 on every refusal is a list of errors, each with a code of five digits, title, \
               detail and meta (edition `observed`: but for unknown routes); in version 2 it may be a list of texts.",
    source: "002:155, 002:178, facts 68, 121",
    needs: &[],
    trial: names::BAD_QUESTIONS,
    reasons: &[NO_ERRORS, BAD_CODE, MEMBER_MISSING],
    judge,
};

fn judge(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let exempt = |probe: &Exchange<'_>| {
        let is_unknown = probe.request.operation.is_none();
        // A service that is ill refuses nobody, and where a document stood nobody speaks for an operation.
        (is_unknown && history.profile.edition == "observed")
            || is_about_services(probe)
            || !probe.request.target.starts_with('/')
    };
    each(
        probes
            .iter()
            .filter(|probe| probe.status().is_some_and(|status| status >= 400))
            .filter(|probe| !exempt(probe))
            .map(judge_refusal),
        "nothing was refused",
    )
}

fn judge_refusal(probe: &Exchange<'_>) -> Verdict {
    let body = probe.json();
    let errors = body["errors"]
        .as_array()
        .filter(|errors| !errors.is_empty());
    let Some(errors) = errors else {
        let expected = format!("{} is refused with a list of errors", probe.asked());
        return Verdict::fail(NO_ERRORS, expected, probe.summary(), probe.proof());
    };
    let is_older = probe.request.target.starts_with("/v2/");
    if is_older && errors.iter().all(Value::is_string) {
        return Verdict::pass(probe.proof());
    }
    let amiss = errors.iter().find_map(|error| {
        let code = error["code"].as_str().unwrap_or_default();
        if code.len() != 5 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some((BAD_CODE, "a code of five digits", error["code"].to_string()));
        }
        let lacking = MEMBERS
            .iter()
            .find(|(member, fits)| !fits(&error[*member]))?;
        Some((MEMBER_MISSING, lacking.0, error.to_string()))
    });
    match amiss {
        None => Verdict::pass(probe.proof()),
        Some((reason, wanted, actual)) => {
            let expected = format!("each error of {} has {wanted}", probe.asked());
            Verdict::fail(reason, expected, actual, probe.proof())
        }
    }
}

/// What each error has beside its code.
type Member = (&'static str, fn(&Value) -> bool);
const MEMBERS: [Member; 3] = [
    ("title", Value::is_string),
    ("detail", Value::is_string),
    ("meta", Value::is_object),
];
const NO_ERRORS: &str = "no-errors";
const BAD_CODE: &str = "bad-code";
const MEMBER_MISSING: &str = "member-missing";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    fn judged(status: u16, body: &str) -> String {
        let told = HistoryBuilder::gateway().ask("probe", "op", "111");
        in_a_word(&judge(&told.answer("probe", status, body).end()))
    }

    #[test]
    fn the_documented_shape_passes() {
        let body = r#"{"errors":[{"code":"00301","title":"t","detail":"d","meta":{}}]}"#;

        assert_eq!(judged(422, body), Outcome::Pass.to_string());
    }

    #[test]
    fn a_page_a_text_and_an_empty_list_are_no_errors() {
        for body in ["<html>", r#"{"errors":[]}"#, r#"{"error":"no"}"#] {
            assert_eq!(judged(404, body), NO_ERRORS);
        }
        assert_eq!(judged(404, r#"{"errors":["texte"]}"#), BAD_CODE);
    }

    #[test]
    fn each_error_has_its_members() {
        let body = |code, member| {
            format!(r#"{{"errors":[{{"code":"{code}","title":"t","{member}":"d","meta":{{}}}}]}}"#)
        };

        assert_eq!(judged(422, &body("301", "detail")), BAD_CODE);
        assert_eq!(judged(422, &body("00301", "details")), MEMBER_MISSING);
    }

    #[test]
    fn version_two_may_refuse_with_texts() {
        let refused = |body| {
            let follows = HistoryBuilder::gateway().follow("older", "/v2/op/111");
            let verdict = judge(&follows.answer("older", 404, body).end());
            verdict.outcome()
        };

        assert_eq!(
            refused(r#"{"errors":["texte"],"gateway_error":true}"#),
            Outcome::Pass
        );
        assert_eq!(refused(r#"{"errors":[]}"#), Outcome::Fail);
        assert_eq!(refused(r#"{"message":"texte"}"#), Outcome::Fail);
    }

    #[test]
    fn an_answer_is_no_refusal() {
        assert_eq!(judged(200, "{}"), Outcome::Inconclusive.to_string());
    }
}
