//! The failures of a target that are known, in a file beside it.

use std::{fs, io, path::PathBuf};

use clap::Args;
use doublure_kernel::clock::{Clock, ClockKind};
use doublure_rules::{Baseline, Run};
use doublure_suites::catalogue;
use jiff::civil::Date;

use crate::exit::Failure;

/// Which failures are known.
#[derive(Args, Debug, Default)]
pub(crate) struct BaselineArgs {
    /// Known failures, in TOML: excused until their day; one that is gone, expired or another now fails the run
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Bring the file of --baseline up to date with what fails now; it is made where it does not exist
    #[arg(long, requires = "baseline")]
    baseline_update: bool,
}

impl BaselineArgs {
    /// Excuses what is known, after bringing the file up to date where that is wanted.
    ///
    /// # Errors
    /// The file cannot be read, used or written.
    pub(crate) fn settle(&self, run: &mut Run) -> Result<(), Failure> {
        let Some(file) = &self.baseline else {
            return Ok(());
        };
        let place =
            |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", file.display()));
        let text = match fs::read_to_string(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.baseline_update => {
                String::new()
            }
            Err(error) => return Err(place(&error).help("make it with --baseline-update")),
            Ok(text) => text,
        };
        let exists = |id: &str| catalogue::find(id).is_some();
        let mut baseline = Baseline::read(&text, exists).map_err(|error| place(&error))?;
        if self.baseline_update {
            baseline = baseline.renewed(run, today());
            let text = baseline.to_text().map_err(Failure::new)?;
            fs::write(file, text).map_err(|error| place(&error))?;
        }
        baseline.settle(run, today());
        Ok(())
    }
}

/// The day of the machine, in UTC.
fn today() -> Date {
    let now = Clock::new(ClockKind::Real).now().to_string();
    now.get(..10)
        .and_then(|day| day.parse().ok())
        .expect("a moment is written with its day in front")
}

#[cfg(test)]
mod tests {
    use doublure_rules::{ExitCode, Level, Proof, Role, RuleCard, RunEvent, Verdict};

    use super::*;

    const RULE: &str = "gw.quota.over-limit-gives-429";

    fn run(verdict: Verdict) -> Run {
        Run::of(&[
            RunEvent::RunStarted {
                role: Role::Gateway,
                target: "by hand".to_owned(),
                edition: "documented".to_owned(),
                rules: vec![RuleCard {
                    id: RULE.to_owned(),
                    role: Role::Gateway,
                    theme: "quota".to_owned(),
                    level: Level::Must,
                    sentence: "It holds.".to_owned(),
                    source: "house".to_owned(),
                }],
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

    fn broken() -> Run {
        let proof = Proof::try_from(vec![1]).unwrap();
        run(Verdict::fail("not-429", "429", "200", proof))
    }

    fn args(file: PathBuf, baseline_update: bool) -> BaselineArgs {
        BaselineArgs {
            baseline: Some(file),
            baseline_update,
        }
    }

    #[test]
    fn a_failure_is_written_down_and_excused_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("known.toml");
        let (mut first, mut second) = (broken(), broken());

        args(file.clone(), true).settle(&mut first).unwrap();
        args(file.clone(), false).settle(&mut second).unwrap();

        assert_eq!(first.exit_code(), ExitCode::Conforms);
        assert_eq!(second.exit_code(), ExitCode::Conforms);
        assert!(fs::read_to_string(file).unwrap().contains(RULE));
    }

    #[test]
    fn without_a_baseline_nothing_is_excused() {
        let mut run = broken();

        BaselineArgs::default().settle(&mut run).unwrap();

        assert_eq!(run.exit_code(), ExitCode::Nonconformity);
    }

    #[test]
    fn a_file_that_is_missing_is_made_only_when_that_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("known.toml");

        let problem = args(file.clone(), false).settle(&mut broken());

        assert!(problem.unwrap_err().to_string().contains("known.toml"));
        assert!(!file.exists());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("known.toml");
        fs::write(&file, "[[known]]\nrule = 1\n").unwrap();

        let problem = args(file.clone(), true).settle(&mut broken()).unwrap_err();

        assert!(problem.to_string().contains("line 2"), "{problem}");
        assert_eq!(fs::read_to_string(file).unwrap(), "[[known]]\nrule = 1\n");
    }
}
