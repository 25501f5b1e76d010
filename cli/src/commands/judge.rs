//! `doublure judge`: a recorded run, judged again.

use std::path::PathBuf;

use clap::Args;
use doublure_suites::check;

use super::check::Selection;
use crate::{
    exit::{Failure, Outcome},
    recording::Recording,
    report::ReportArgs,
    terminal::Terminal,
};

/// Judge a recorded run again, without asking anybody anything
///
/// Judges see histories and nothing else: the same recording gives the same verdicts, on any machine.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct JudgeArgs {
    /// The folder that `doublure check … --record DIR` wrote
    #[arg(value_name = "DIR")]
    recording: PathBuf,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    report: ReportArgs,
}

impl JudgeArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        let Recording {
            heading,
            again,
            times,
            histories,
        } = Recording::read(&self.recording)?;
        self.selection.check(heading.role)?;
        let wanted = |rule: &_| self.selection.wants(rule);
        let mut run = check::recorded(&heading, histories, &wanted, &mut |_| ())
            .await
            .map_err(|unknown| {
                Failure::new(unknown).help("it was recorded by another version of doublure")
            })?;
        run.again = again;
        run.times = times;
        self.report.write(run, terminal)
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure check gateway --target gateway.toml --record run
  doublure judge run
  doublure judge run --only 'gw.quota.*' --report html=report.html";
