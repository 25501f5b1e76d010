//! What came of a mutant.

use std::fmt;

use doublure_fixtures::Edition;
use doublure_rules::{Outcome, Run, TrialFailure};

use super::Mutant;

/// What came of putting a mutant to the test in one edition.
#[derive(Clone, Debug)]
pub struct KillResult {
    /// The mutant.
    pub mutant: &'static Mutant,
    /// The edition that it declares.
    pub edition: Edition,
    /// The rules that caught it for the reason that was listed.
    pub killed: Vec<(&'static str, &'static str)>,
    /// The listed rules that did not catch it for that reason, each with what was said instead.
    pub survived: Vec<(&'static str, String)>,
    /// Rules that failed though neither they nor the reason were listed, with the reason.
    pub strays: Vec<(String, String)>,
    /// Trials that could not be carried out.
    pub failures: Vec<TrialFailure>,
}

impl KillResult {
    /// What a run says of a mutant.
    pub(super) fn of(mutant: &'static Mutant, edition: Edition, run: &Run) -> Self {
        let (killed, survived) = mutant
            .kills
            .iter()
            .partition::<Vec<_>, _>(|(rule, reason)| failed(run, rule) == Some(*reason));
        let expected = |rule: &str, reason: &str| {
            mutant.collateral.contains(&rule) || mutant.kills.contains(&(rule, reason))
        };
        Self {
            mutant,
            edition,
            killed,
            survived: survived
                .into_iter()
                .map(|(rule, _)| (rule, said(run, rule)))
                .collect(),
            strays: run
                .with(Outcome::Fail)
                .filter_map(|judged| Some((&judged.rule.id, judged.verdict.reason()?.as_str())))
                .filter(|(rule, reason)| !expected(rule, reason))
                .map(|(rule, reason)| (rule.clone(), reason.to_owned()))
                .collect(),
            failures: run.failures.clone(),
        }
    }

    /// Whether every listed rule caught it for its reason, and nothing else failed than what may.
    pub fn is_as_listed(&self) -> bool {
        self.survived.is_empty() && self.strays.is_empty() && self.failures.is_empty()
    }
}

/// One line for people, and one more for each thing that is not as listed.
impl fmt::Display for KillResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mutant { name, awaits, .. } = self.mutant;
        write!(f, "{name} ({}): ", self.edition)?;
        match awaits {
            Some(rule) => write!(f, "goes unseen until there is {rule}")?,
            None => write!(
                f,
                "caught by {} of {}",
                self.killed.len(),
                self.mutant.kills.len()
            )?,
        }
        for (rule, reason) in &self.killed {
            write!(f, "\n  killed by {rule} ({reason})")?;
        }
        for (rule, instead) in &self.survived {
            write!(f, "\n  SURVIVED {rule}: {instead}")?;
        }
        for (rule, reason) in &self.strays {
            write!(f, "\n  STRAY {rule} ({reason})")?;
        }
        for failure in &self.failures {
            write!(f, "\n  NOT CARRIED OUT {}: {}", failure.trial, failure.why)?;
        }
        Ok(())
    }
}

/// The reason for which a rule failed, if it did.
fn failed<'a>(run: &'a Run, rule: &str) -> Option<&'a str> {
    let judged = run
        .judgements
        .iter()
        .find(|judged| judged.rule.id == rule)?;
    Some(judged.verdict.reason()?.as_str())
}

/// What was said of a rule, for people.
fn said(run: &Run, rule: &str) -> String {
    let judged = run.judgements.iter().find(|judged| judged.rule.id == rule);
    judged.map_or_else(
        || "it was not judged".to_owned(),
        |judged| format!("{:?}", judged.verdict),
    )
}

#[cfg(test)]
mod tests {
    use doublure_journal::{Entry, Event, Moment};
    use doublure_rules::{Proof, Role, RunEvent, Verdict};
    use doublure_suites::catalogue;

    use super::*;

    static MUTANT: Mutant = Mutant {
        name: "by-hand",
        kills: &[("gw.ban.is-silence", "answered")],
        collateral: &["gw.ban.lasts-its-term"],
        ..Mutant::COMMON
    };

    fn fail(reason: &'static str) -> Verdict {
        let entry = Entry {
            index: 1,
            at: Moment::default(),
            event: Event::TrialStarted {
                trial: "t".to_owned(),
            },
        };
        Verdict::fail(reason, "silence", "403", Proof::of(&entry))
    }

    /// What a run that judged so says of the mutant.
    fn after(judged: &[(&str, Verdict)]) -> KillResult {
        let started = RunEvent::RunStarted {
            role: Role::Gateway,
            target: "by hand".to_owned(),
            edition: "documented".to_owned(),
            rules: catalogue::of(Role::Gateway)
                .map(doublure_rules::Rule::card)
                .collect(),
        };
        let judged = judged.iter().map(|(rule, verdict)| RunEvent::Judged {
            rule: (*rule).to_owned(),
            trial: "t".to_owned(),
            verdict: verdict.clone(),
            evidence: Vec::new(),
        });
        let events: Vec<RunEvent> = [started].into_iter().chain(judged).collect();
        KillResult::of(&MUTANT, Edition::Documented, &Run::of(&events))
    }

    #[test]
    fn a_mutant_that_is_caught_for_the_listed_reason_is_as_listed() {
        let result = after(&[
            ("gw.ban.is-silence", fail("answered")),
            ("gw.ban.lasts-its-term", fail("never-began")),
        ]);

        assert!(result.is_as_listed());
        assert_eq!(result.killed, MUTANT.kills);
    }

    #[test]
    fn another_reason_is_no_kill_and_told_as_stray_too() {
        let result = after(&[("gw.ban.is-silence", fail("others-silenced"))]);

        assert!(!result.is_as_listed());
        assert_eq!(result.survived[0].0, "gw.ban.is-silence");
        assert_eq!(result.strays[0].1, "others-silenced");
    }

    #[test]
    fn a_rule_that_does_not_tell_or_was_not_judged_did_not_catch_it() {
        let unclear = after(&[("gw.ban.is-silence", Verdict::inconclusive("noise"))]);
        let unjudged = after(&[]);

        assert!(!unclear.is_as_listed());
        assert_eq!(unjudged.survived[0].1, "it was not judged");
    }

    #[test]
    fn a_failure_that_nobody_listed_is_a_stray() {
        let result = after(&[
            ("gw.ban.is-silence", fail("answered")),
            ("gw.quota.over-limit-gives-429", fail("wrong-code")),
        ]);

        assert!(!result.is_as_listed());
        insta::assert_snapshot!(result, @r"
        by-hand (documented): caught by 1 of 1
          killed by gw.ban.is-silence (answered)
          STRAY gw.quota.over-limit-gives-429 (wrong-code)
        ");
    }
}
