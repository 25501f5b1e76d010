//! Tracing in version 2: it must be there, and nobody reads it.

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use super::{PARAMETERS, parameter};
use crate::{
    judging::{each, operation},
    trials::names,
};

/// The older version takes any tracing.
pub static V_TWO_VALUES_ARE_NOT_JUDGED: Rule = Rule {
    id: "gw.trace.v-two-values-are-not-judged",
    role: Role::Gateway,
    theme: "trace",
    level: Level::Must,
    sentence: "Version 2 accepts any value of a tracing parameter that is not empty.",
    source: "000:479",
    // Who is known is known to our providers.
    needs: &[Capability::VersionTwo, Capability::Providers],
    trial: names::OLDER_TRACING,
    reasons: &[REFUSED],
    judge,
};

fn judge(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let (usual, unusual): (Vec<_>, Vec<_>) = probes
        .iter()
        .filter(|probe| is_version_two(history, probe))
        .filter(|probe| {
            PARAMETERS
                .iter()
                .all(|name| parameter(probe, name).is_some())
        })
        .partition(|probe| is_usual(probe));
    // What fails with usual values too fails for another cause.
    let Some(control) = usual.iter().find(|probe| is_accepted(probe)) else {
        return Verdict::inconclusive("no call with usual tracing parameters was accepted");
    };
    each(
        unusual.iter().map(|probe| judge_probe(probe, control)),
        "no call was made with unusual tracing parameters",
    )
}

fn judge_probe(probe: &Exchange<'_>, control: &Exchange<'_>) -> Verdict {
    let proof = control.proof().and(probe.proof());
    match probe.status() {
        Some(_) if is_accepted(probe) => Verdict::pass(proof),
        // Whoever is refused for another cause, is refused otherwise.
        Some(400 | 422) => {
            let expected = format!("{} is accepted whatever its tracing says", probe.asked());
            let query = probe.request.target.split_once('?').unwrap_or_default().1;
            let actual = format!("{} for `{query}`", probe.summary());
            Verdict::fail(REFUSED, expected, actual, proof)
        }
        // A gateway that failed has not refused.
        _ => Verdict::inconclusive(format!("{}: {}", probe.asked(), probe.summary())),
    }
}

fn is_version_two(history: &History, probe: &Exchange<'_>) -> bool {
    let operations = &history.profile.gateway.operations;
    let declared = operation(probe).and_then(|id| operations.get(id));
    declared.is_some_and(|operation| operation.version == 2)
}

/// The recipient of a usual call is a SIRET.
fn is_usual(probe: &Exchange<'_>) -> bool {
    parameter(probe, "recipient").is_some_and(|recipient| {
        recipient.len() == 14 && recipient.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_accepted(probe: &Exchange<'_>) -> bool {
    probe
        .status()
        .is_some_and(|status| (200..300).contains(&status))
}

const REFUSED: &str = "refused";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const USUAL: &str = "1?context=a&recipient=13002526500013&object=c";
    const UNUSUAL: &str = "2?context=a&recipient=SGMAP&object=c";

    /// Two calls of an operation of this version, answered so.
    fn called(version: u8, usual: u16, unusual: u16) -> Verdict {
        let told = HistoryBuilder::gateway().declaring(|profile| {
            let operation = profile.gateway.operations.get_mut("op").unwrap();
            operation.version = version;
        });
        let told = told
            .ask("usual", "op", USUAL)
            .answer("usual", usual, "{}")
            .ask("unusual", "op", UNUSUAL)
            .answer("unusual", unusual, "{}");
        judge(&told.end())
    }

    #[test]
    fn unusual_values_are_accepted_as_usual_ones_are() {
        assert_eq!(called(2, 200, 200).outcome(), Outcome::Pass);
        assert_eq!(called(2, 200, 206).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_refusal_of_unusual_values_fails() {
        let verdict = called(2, 200, 422);

        assert_eq!(verdict.reason().unwrap().as_str(), REFUSED);
    }

    #[test]
    fn what_fails_for_another_cause_does_not_tell() {
        for (usual, unusual) in [(403, 403), (200, 502)] {
            let verdict = called(2, usual, unusual);

            assert_eq!(verdict.outcome(), Outcome::Inconclusive, "{unusual}");
        }
    }

    #[test]
    fn later_versions_may_judge() {
        assert_eq!(called(3, 200, 422).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn an_empty_value_is_none() {
        let told = HistoryBuilder::gateway()
            .declaring(|profile| {
                let operation = profile.gateway.operations.get_mut("op").unwrap();
                operation.version = 2;
            })
            .ask("usual", "op", USUAL)
            .answer("usual", 200, "{}")
            .ask("empty", "op", "2?context=a&recipient=&object=c")
            .answer("empty", 422, "{}");

        assert_eq!(judge(&told.end()).outcome(), Outcome::Inconclusive);
    }
}
