//! `doublure check gateway`.

use std::path::PathBuf;

use clap::Args;
use doublure_rules::Role;
use doublure_suites::{Heading, Target, catalogue, check};

use super::{Doubt, Listeners, Selection, tried};
use crate::{
    exit::{Exit, Failure, Outcome},
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
    #[arg(long, value_name = "FILE", required_unless_present = "template")]
    target: Option<PathBuf>,

    /// Print a target file with every field explained, to start from
    #[arg(long, visible_alias = "init", conflicts_with = "target")]
    template: bool,

    /// Print where the gateway has to look for its providers, as lines of an environment, and end
    #[arg(long, requires = "target")]
    print_upstreams: bool,

    #[command(flatten)]
    doubt: Doubt,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    record: RecordArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl GatewayArgs {
    pub(super) async fn exec(self, terminal: &Terminal) -> Outcome {
        // Clap demands a target where no template is wanted.
        let Some(target) = &self.target else {
            terminal.answer(Target::TEMPLATE.trim_end())?;
            return Ok(Exit::DONE);
        };
        let file = target.display();
        let target = Target::read(target, |name| std::env::var(name).ok())
            .map_err(|error| Failure::new(error).help(TARGET_HELP))?;
        if self.print_upstreams {
            for (id, address) in target.upstreams() {
                terminal.answer(format!("{}_URL=http://{address}", id.to_uppercase()))?;
            }
            return Ok(Exit::DONE);
        }
        self.selection.check(Role::Gateway)?;
        let heading = Heading {
            role: Role::Gateway,
            target: target.name(),
            edition: target.edition().to_string(),
            side_by_side: target.runs_side_by_side(),
            retries: self.doubt.retries,
        };
        let wanted = |rule: &_| self.selection.wants(rule);
        let speaks = catalogue::of(Role::Gateway).any(|rule| wanted(rule) && rule.theme != TLS);
        let listeners = Listeners::new(self.record.open(&target.again())?, terminal);
        let told = (target.again(), &self.report, terminal);
        tried(listeners, told, async |control, tell| {
            if speaks {
                let greeted = target.greet(&control).await;
                greeted.map_err(|problem| {
                    Failure::new(format!("{file}: {problem}")).help(GREETING_HELP)
                })?;
            }
            let gateway = target.gateway(control);
            check::gateway_by(&gateway, &heading, &wanted, tell).await;
            Ok(())
        })
        .await
    }
}

/// The theme of the rules that say how TLS is spoken: they judge what keeps every other trial from its work.
const TLS: &str = "tls";
const GREETING_HELP: &str =
    "nothing was put to the test: this was looked at before the first trial";
const TARGET_HELP: &str = "`doublure check gateway --template` prints one to start from";

const EXAMPLES: &str = "\
Examples:
  doublure check gateway --template > gateway.toml
  doublure check gateway --target gateway.toml --print-upstreams
  doublure check gateway --target gateway.toml
  doublure check gateway --target gateway.toml --only 'gw.quota.*' --only gw.ban.is-silence
  doublure check gateway --target gateway.toml --report junit=report.xml";
