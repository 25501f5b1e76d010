//! `doublure check gateway`.

use std::path::PathBuf;

use clap::Args;
use doublure_rules::Role;
use doublure_suites::{Heading, Target, check};

use super::{Selection, tried};
use crate::{
    exit::{Failure, Outcome},
    recording::RecordArgs,
    report::ReportArgs,
    terminal::Terminal,
};

/// Put a gateway to the test
///
/// The target file says what it is: `kind = "simulated"` is Doublure's own, `kind = "url"` one of somebody else, with
/// the tokens it knows and the addresses where it looks for its providers.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct GatewayArgs {
    /// The target file, in TOML
    #[arg(long, value_name = "FILE")]
    target: PathBuf,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    record: RecordArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl GatewayArgs {
    pub(super) async fn exec(self, terminal: &Terminal) -> Outcome {
        self.selection.check(Role::Gateway)?;
        let target = Target::read(&self.target, |name| std::env::var(name).ok())
            .map_err(|error| Failure::new(error).help(TARGET_HELP))?;
        let heading = Heading {
            role: Role::Gateway,
            target: target.name(),
            edition: target.edition().to_string(),
            side_by_side: target.runs_side_by_side(),
        };
        let wanted = |rule: &_| self.selection.wants(rule);
        let mut recorder = self.record.open()?;
        let run = tried(async |control| {
            let gateway = target.gateway(control);
            check::gateway_by(&gateway, &heading, &wanted, &mut |event| {
                recorder.hear(event);
            })
            .await
        })
        .await?;
        recorder.close()?;
        self.report.write(run, terminal)
    }
}

const TARGET_HELP: &str = "a target file is, for example:\n\n    [gateway]\n    kind = \"url\"\n    base_url = \"http://127.0.0.1:3000\"\n    [gateway.tokens]\n    standard = \"env:GATEWAY_TOKEN\"";

const EXAMPLES: &str = "\
A target file:
  [gateway]
  kind = \"url\"                      # or \"simulated\": Doublure's own
  base_url = \"http://127.0.0.1:3000\"
  edition = \"documented\"
  [gateway.tokens]
  standard = \"env:GATEWAY_TOKEN\"
  [gateway.providers]               # where the gateway looks for its providers
  insee = \"127.0.0.1:9101\"

Examples:
  doublure check gateway --target gateway.toml
  doublure check gateway --target gateway.toml --only 'gw.quota.*' --only gw.ban.is-silence
  doublure check gateway --target gateway.toml --report junit=report.xml";
