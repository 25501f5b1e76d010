//! `doublure loadtest`: plans under load, with a verdict.

use std::{
    io::{self, Write},
    os::fd::OwnedFd,
};

use clap::{Args, Subcommand};
use doublure_control::Client;
use doublure_fixtures::Edition;
use doublure_loadtests::quota_edge;
use doublure_rules::Run;

use super::check::stage;
use crate::{
    exit::{Failure, Outcome},
    overrides::{self, Override, QuotaLimit},
    report::ReportArgs,
    terminal::Terminal,
};

/// Press on the simulated gateway by a plan, and judge what came of it
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LoadtestArgs {
    #[command(subcommand)]
    plan: Plan,
}

/// Which plan.
#[derive(Subcommand, Debug)]
enum Plan {
    /// Go over the edge of a quota with many connections at once: exactly the limit may be accepted
    QuotaEdge(QuotaEdgeArgs),
}

/// How hard, and on what.
#[derive(Args, Debug)]
struct QuotaEdgeArgs {
    /// Users at once, each with a connection of its own
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    users: usize,

    /// Which truth about the gateway is followed: documented or observed
    #[arg(long, value_name = "EDITION", default_value_t = Edition::Documented)]
    edition: Edition,

    /// Break the quota, to see that the plan notices: what is declared stays the edition's
    #[arg(long, value_name = "[GROUP=]N")]
    quota_limit: Vec<QuotaLimit>,

    /// Break another number of the gateway, as quota-window=1ms
    #[arg(long = "override", value_name = "FIELD=VALUE")]
    overrides: Vec<Override>,

    #[command(flatten)]
    report: ReportArgs,
}

impl LoadtestArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        match self.plan {
            Plan::QuotaEdge(args) => args.exec(terminal).await,
        }
    }
}

impl QuotaEdgeArgs {
    async fn exec(self, terminal: &Terminal) -> Outcome {
        let overrides = overrides::overrides(&self.quota_limit, &self.overrides)?;
        let stage = stage().await?;
        let control = Client::new(stage.control());
        let mut run = Run::default();
        let aside = Aside::take()?;
        let carried_out = quota_edge::run(
            &control,
            self.edition,
            self.users,
            overrides,
            &mut |event| {
                run.take(&event);
            },
        )
        .await;
        aside.give_back()?;
        stage.close().await;
        carried_out.map_err(Failure::new)?;
        self.report.write(run, terminal)
    }
}

/// Standard output, kept from the loader: goose prints there, where only the report should stand.
struct Aside(OwnedFd);

impl Aside {
    /// From here on, what is printed goes to standard error.
    fn take() -> io::Result<Self> {
        let kept = rustix::io::dup(io::stdout())?;
        rustix::stdio::dup2_stdout(io::stderr())?;
        Ok(Self(kept))
    }

    fn give_back(self) -> io::Result<()> {
        io::stdout().flush()?;
        Ok(rustix::stdio::dup2_stdout(self.0)?)
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure loadtest quota-edge
  doublure loadtest quota-edge --users 200 --edition observed
  doublure loadtest quota-edge --quota-limit 300 --report junit --output load.xml";
