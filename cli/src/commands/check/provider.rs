//! `doublure check provider`.

use std::path::PathBuf;

use clap::Args;
use doublure_rules::{Repeat, Role};
use doublure_suites::provider::{Options, Target, check_by};

use super::{Doubt, Listeners, Selection, tried};
use crate::{
    exit::{Exit, Failure, Outcome},
    recording::RecordArgs,
    report::ReportArgs,
    terminal::Terminal,
};

/// Put a data provider to the test: may this API join?
///
/// The target file says where it is, how it is asked, and how its answers to a known, an unknown and a malformed
/// identifier are told apart.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct ProviderArgs {
    /// The target file, in TOML
    #[arg(long, value_name = "FILE", required_unless_present = "template")]
    target: Option<PathBuf>,

    /// Print a target file with every field explained, to start from
    #[arg(long, conflicts_with = "target")]
    template: bool,

    /// How many times each question is asked
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,

    #[command(flatten)]
    doubt: Doubt,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    record: RecordArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl ProviderArgs {
    pub(super) async fn exec(self, terminal: &Terminal) -> Outcome {
        // Clap demands a target where no template is wanted.
        let Some(target) = &self.target else {
            terminal.answer(Target::TEMPLATE.trim_end())?;
            return Ok(Exit::DONE);
        };
        let target = Target::read(target, |name| std::env::var(name).ok()).map_err(|error| {
            Failure::new(error)
                .help("`doublure check provider --template` prints one to start from")
        })?;
        self.selection.check(Role::Provider)?;
        let options = Options {
            times: self.times,
            retries: self.doubt.retries,
            ..Options::default()
        };
        let wanted = |rule: &_| self.selection.wants(rule);
        let again = Repeat::default();
        let listeners = Listeners::new(self.record.open(&again)?, terminal);
        tried(
            listeners,
            (again, &self.report, terminal),
            async |control, tell| {
                check_by(&control, &target, &options, &wanted, tell).await;
                Ok(())
            },
        )
        .await
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure check provider --template > provider.toml
  doublure check provider --target provider.toml
  doublure check provider --target provider.toml --times 20 --report json=report.json";
