//! Failures that are known: excused until a day, and told as soon as they are gone or have become others.

mod renewal;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Judgement, Outcome, Run, Verdict};

/// The known failures of one target, as a TOML file holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// One for each rule at most.
    #[serde(default)]
    pub known: Vec<Known>,
}

/// A rule that is known to be broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Id of the rule.
    pub rule: String,
    /// Whether it fails always or now and then.
    pub expect: Expect,
    /// Why that is borne, for people.
    pub reason: String,
    /// The last day on which it is.
    pub until: Date,
    /// In which way it fails: the verdict's reason. Failing otherwise is not excused.
    pub fingerprint: String,
}

/// How often a known failure is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// Always: once it holds, the entry has to go.
    Failing,
    /// Now and then.
    Flaky,
}

/// An entry of the baseline that does not say how things stand. It counts as a nonconformity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Id of the rule.
    pub rule: String,
    /// What is wrong with its entry, and what would be right.
    pub problem: String,
}

/// A baseline that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// Not TOML, or not of this form; line and column stand in the text.
    #[error("{0}")]
    Form(String),
    /// An entry for a rule that does not exist.
    #[error("known failure {number}: there is no rule `{rule}`; `doublure rules list` lists them")]
    UnknownRule {
        /// Place in the file, from 1.
        number: usize,
        /// The id that was given.
        rule: String,
    },
    /// Two entries for a rule.
    #[error("known failure {number}: `{rule}` has an entry already")]
    Twice {
        /// Place in the file, from 1.
        number: usize,
        /// The id that was given.
        rule: String,
    },
}

impl Baseline {
    /// Reads a file's text; `exists` tells whether there is a rule of an id.
    ///
    /// # Errors
    /// The text is not of the form, names a rule that does not exist, or names one twice.
    pub fn read(text: &str, exists: impl Fn(&str) -> bool) -> Result<Self, BaselineError> {
        let baseline: Self =
            toml::from_str(text).map_err(|error| BaselineError::Form(error.to_string()))?;
        let mut named = BTreeSet::new();
        for (known, number) in baseline.known.iter().zip(1..) {
            let rule = known.rule.clone();
            if !exists(&rule) {
                return Err(BaselineError::UnknownRule { number, rule });
            }
            if !named.insert(&known.rule) {
                return Err(BaselineError::Twice { number, rule });
            }
        }
        Ok(baseline)
    }

    /// Excuses what is known, and complains of entries that are stale, expired, or of another failure.
    ///
    /// A rule that was not judged, does not tell or could not be put to the test leaves its entry as it is.
    pub fn settle(&self, run: &mut Run, today: Date) {
        for known in &self.known {
            let judged = run.judgements.iter_mut();
            let Some(judgement) = judged
                .into_iter()
                .find(|judged| judged.rule.id == known.rule)
            else {
                continue;
            };
            match known.problem(judgement, today) {
                Some(problem) => run.complaints.push(Complaint {
                    rule: known.rule.clone(),
                    problem,
                }),
                None if judgement.verdict.outcome() == Outcome::Fail => {
                    judgement.excuse = Some(known.reason.clone());
                }
                None => {}
            }
        }
    }
}

impl Known {
    /// What is wrong with this entry, seen from a judgement.
    fn problem(&self, judgement: &Judgement, today: Date) -> Option<String> {
        match (&judgement.verdict, self.expect) {
            (Verdict::Fail { reason, .. }, _) if reason.as_str() != self.fingerprint => {
                Some(format!(
                    "it fails otherwise than known: `{reason}`, not `{}`",
                    self.fingerprint
                ))
            }
            (Verdict::Fail { .. }, _) if today > self.until => {
                Some(format!("it was excused until {} only", self.until))
            }
            (Verdict::Pass { .. }, Expect::Failing) => {
                Some("it holds now: take it out of the baseline".to_owned())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{ExitCode, baseline::testing::*};

    fn settled(verdict: Verdict, known: Known) -> Run {
        let mut run = run_of(verdict);
        Baseline { known: vec![known] }.settle(&mut run, date(2026, 1, 15));
        run
    }

    #[test]
    fn a_known_failure_is_excused_and_still_told() {
        let run = settled(fail("not-429"), known(Expect::Failing));

        assert_eq!(run.exit_code(), ExitCode::Conforms);
        assert_eq!(run.judgements[0].excuse.as_deref(), Some("ticket 12"));
        assert_eq!(run.with(Outcome::Fail).count(), 1);
    }

    #[test]
    fn failing_in_another_way_is_not_excused() {
        let run = settled(fail("too-early"), known(Expect::Failing));

        assert_eq!(run.exit_code(), ExitCode::Nonconformity);
        assert_eq!(
            run.complaints[0].problem,
            "it fails otherwise than known: `too-early`, not `not-429`"
        );
    }

    #[test]
    fn an_excuse_ends_with_its_day() {
        let until = |until| Known {
            until,
            ..known(Expect::Failing)
        };

        let last_day = settled(fail("not-429"), until(date(2026, 1, 15)));
        let day_after = settled(fail("not-429"), until(date(2026, 1, 14)));

        assert_eq!(last_day.exit_code(), ExitCode::Conforms);
        assert_eq!(day_after.exit_code(), ExitCode::Nonconformity);
    }

    #[test]
    fn an_entry_that_is_stale_fails_the_run() {
        let run = settled(pass(), known(Expect::Failing));

        assert_eq!(run.exit_code(), ExitCode::Nonconformity);
        assert_eq!(
            run.complaints[0].problem,
            "it holds now: take it out of the baseline"
        );
    }

    #[test]
    fn what_fails_now_and_then_may_hold() {
        let holds = settled(pass(), known(Expect::Flaky));
        let fails = settled(fail("not-429"), known(Expect::Flaky));

        assert_eq!(holds.exit_code(), ExitCode::Conforms);
        assert_eq!(fails.exit_code(), ExitCode::Conforms);
    }

    #[test]
    fn what_does_not_tell_is_no_reason_to_complain() {
        let run = settled(Verdict::inconclusive("noise"), known(Expect::Failing));

        assert_eq!(run.exit_code(), ExitCode::Incomplete);
        assert!(run.complaints.is_empty());
    }

    #[test]
    fn a_file_says_what_is_known() {
        let text = "[[known]]\nrule = \"gw.quota.over-limit-gives-429\"\nexpect = \"failing\"\n\
                    reason = \"ticket 12\"\nuntil = \"2026-03-31\"\nfingerprint = \"not-429\"\n";

        let baseline = Baseline::read(text, |_| true).unwrap();

        assert_eq!(baseline.known, [known(Expect::Failing)]);
    }

    #[test]
    fn a_typo_is_told_with_its_line() {
        let text = "[[known]]\nrule = \"gw.a.b\"\nexpected = \"failing\"\n";

        let problem = Baseline::read(text, |_| true).unwrap_err().to_string();

        assert!(problem.contains("line 3"), "{problem}");
        assert!(problem.contains("unknown field `expected`"), "{problem}");
    }

    #[test]
    fn a_rule_has_to_exist_and_has_one_entry() {
        let entry = "[[known]]\nrule = \"gw.a.b\"\nexpect = \"flaky\"\nreason = \"r\"\n\
                     until = \"2026-03-31\"\nfingerprint = \"f\"\n";

        let unknown = Baseline::read(entry, |_| false).unwrap_err();
        let twice = Baseline::read(&entry.repeat(2), |_| true).unwrap_err();

        assert_eq!(
            unknown.to_string(),
            "known failure 1: there is no rule `gw.a.b`; `doublure rules list` lists them"
        );
        assert_eq!(
            twice.to_string(),
            "known failure 2: `gw.a.b` has an entry already"
        );
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use jiff::civil::date;

    use super::{Expect, Known};
    use crate::{Level, Proof, Role, RuleCard, Run, RunEvent, Verdict};

    pub(crate) const RULE: &str = "gw.quota.over-limit-gives-429";

    pub(crate) fn known(expect: Expect) -> Known {
        Known {
            rule: RULE.to_owned(),
            expect,
            reason: "ticket 12".to_owned(),
            until: date(2026, 3, 31),
            fingerprint: "not-429".to_owned(),
        }
    }

    pub(crate) fn pass() -> Verdict {
        Verdict::pass(Proof::try_from(vec![1]).unwrap())
    }

    pub(crate) fn fail(reason: &'static str) -> Verdict {
        Verdict::fail(reason, "429", "200", Proof::try_from(vec![1]).unwrap())
    }

    pub(crate) fn run_of(verdict: Verdict) -> Run {
        let card = RuleCard {
            id: RULE.to_owned(),
            role: Role::Gateway,
            theme: "quota".to_owned(),
            level: Level::Must,
            sentence: "It holds.".to_owned(),
            source: "house".to_owned(),
        };
        Run::of(&[
            RunEvent::RunStarted {
                role: Role::Gateway,
                target: "by hand".to_owned(),
                edition: "documented".to_owned(),
                rules: vec![card],
            },
            RunEvent::Judged {
                rule: RULE.to_owned(),
                trial: "over-limit".to_owned(),
                verdict,
                evidence: Vec::new(),
            },
            RunEvent::RunEnded,
        ])
    }
}
