//! What a gateway says when it fails by itself.

mod inside;

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{
    judging::{codes, each},
    trials::names,
};

/// The gateway's own failure.
pub static OWN_FAULT_IS_500: Rule = Rule {
    id: "gw.error.own-fault-is-500",
    role: Role::Gateway,
    theme: "error",
    level: Level::Must,
    sentence: "A failure of the gateway itself is 500 with code 00500 and tells nothing of its inside: no stack trace, \
               no path, no name of an exception.",
    source: "002:150",
    needs: &[Capability::OwnFault],
    trial: names::OWN_FAULT,
    reasons: &[NOT_500, WRONG_CODE, TELLS_OF_ITS_INSIDE],
    judge,
};

/// Siren of nobody: trials ask about it where the gateway fails by itself, whoever is asked about.
pub const NOBODY: &str = "987654324";

fn judge(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let (doomed, others): (Vec<_>, Vec<_>) = probes
        .iter()
        .partition(|probe| probe.request.entity.as_deref() == Some(NOBODY));
    // A gateway that always fails has no failure of its own to tell from others.
    let works = |probe: &&&Exchange<'_>| probe.status().is_some_and(|status| status < 500);
    let Some(control) = others.iter().find(works) else {
        return Verdict::inconclusive("no other call was answered without a failure");
    };
    each(
        doomed.iter().map(|probe| judge_probe(probe, control)),
        "the gateway was not made to fail",
    )
}

fn judge_probe(probe: &Exchange<'_>, control: &Exchange<'_>) -> Verdict {
    let proof = probe.proof().and(control.proof());
    let fails = |reason, expected: String, actual: String| {
        Verdict::fail(reason, expected, actual, proof.clone())
    };
    if probe.status() != Some(500) {
        let expected = format!("a failure at {} is 500", probe.asked());
        return fails(NOT_500, expected, probe.summary());
    }
    let codes = codes(probe);
    // Version 2 has no codes.
    if codes != [CODE] && !probe.request.target.starts_with("/v2") {
        let expected = format!("the one code of its errors is {CODE}");
        return fails(WRONG_CODE, expected, format!("{codes:?}"));
    }
    let headers = probe.response().map_or(&[][..], |answer| &answer.headers);
    let said = headers
        .iter()
        .map(|(_, value)| value.as_str())
        .chain([probe.text()]);
    match said.into_iter().find_map(inside::told) {
        None => Verdict::pass(proof),
        Some(piece) => {
            let expected = "nothing is told of the inside of the gateway".to_owned();
            fails(TELLS_OF_ITS_INSIDE, expected, format!("`{piece}`"))
        }
    }
}

const CODE: &str = "00500";
const NOT_500: &str = "not-500";
const WRONG_CODE: &str = "wrong-code";
const TELLS_OF_ITS_INSIDE: &str = "tells-of-its-inside";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const SAID: &str = r#"{"errors":[{"code":"00500","detail":"Une anomalie."}]}"#;

    /// A call that works, then one that makes the gateway fail.
    fn doomed() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("works", "op", "111")
            .answer("works", 200, "{}")
            .ask("doomed", "op", NOBODY)
    }

    fn reason(told: HistoryBuilder) -> String {
        judge(&told.end()).reason().unwrap().to_string()
    }

    #[test]
    fn a_failure_that_says_so_and_no_more_passes() {
        let history = doomed().answer("doomed", 500, SAID).end();

        assert_eq!(judge(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn another_status_or_none_fails() {
        assert_eq!(reason(doomed().answer("doomed", 502, SAID)), NOT_500);
        assert_eq!(reason(doomed().answer("doomed", 200, "{}")), NOT_500);
        assert_eq!(reason(doomed().fail("doomed", Failure::Closed)), NOT_500);
    }

    #[test]
    fn another_code_or_no_error_at_all_fails() {
        let other = SAID.replace("00500", "00999");

        assert_eq!(reason(doomed().answer("doomed", 500, &other)), WRONG_CODE);
        assert_eq!(reason(doomed().answer("doomed", 500, "oups")), WRONG_CODE);
    }

    #[test]
    fn what_tells_of_the_inside_fails_in_the_body_and_in_a_header() {
        let body = SAID.replace("Une anomalie.", "NoMethodError: nil");
        let header = [("X-Backtrace", "/srv/gateway/app.rb:12")];

        assert_eq!(
            reason(doomed().answer("doomed", 500, &body)),
            TELLS_OF_ITS_INSIDE
        );
        assert_eq!(
            reason(doomed().answer_with("doomed", 500, &header, SAID)),
            TELLS_OF_ITS_INSIDE
        );
    }

    #[test]
    fn a_gateway_that_always_fails_or_was_not_made_to_does_not_tell() {
        let always = HistoryBuilder::gateway()
            .ask("works", "op", "111")
            .answer("works", 500, SAID)
            .ask("doomed", "op", NOBODY)
            .answer("doomed", 500, SAID);
        let never = HistoryBuilder::gateway()
            .ask("works", "op", "111")
            .answer("works", 200, "{}");

        for told in [always, never] {
            assert_eq!(judge(&told.end()).outcome(), Outcome::Inconclusive);
        }
    }
}
