//! `doublure check`: puts a target to the test of the rules of its role.

mod client;
mod gateway;
mod provider;

use clap::{Args, Subcommand};
use doublure_control::Client;
use doublure_rules::{Role, Rule, Run};
use doublure_stage::{Stage, StageConfig};
use doublure_suites::catalogue;

use crate::{
    exit::{Exit, Failure, Outcome},
    pattern::Pattern,
    session_args,
    signals::Stops,
    terminal::Terminal,
};

/// Put a gateway, a client or a provider to the test of its rules
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    #[command(subcommand)]
    role: CheckedRole,
}

/// Whose rules.
#[derive(Subcommand, Debug)]
enum CheckedRole {
    Gateway(gateway::GatewayArgs),
    Client(client::ClientArgs),
    Provider(provider::ProviderArgs),
}

/// Which rules are wanted.
#[derive(Args, Debug)]
pub(super) struct Selection {
    /// Only rules whose id fits, as gw.ban.is-silence or 'gw.quota.*'
    #[arg(long, value_name = "ID|GLOB")]
    only: Vec<Pattern>,
}

/// What is done about a verdict that does not tell.
#[derive(Args, Debug)]
pub(super) struct Doubt {
    /// How often a trial is carried out once more while an inconclusive verdict hangs on it
    #[arg(long, value_name = "N", default_value_t = 1)]
    retries: u32,
}

impl CheckArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        match self.role {
            CheckedRole::Gateway(args) => args.exec(terminal).await,
            CheckedRole::Client(args) => args.exec(terminal).await,
            CheckedRole::Provider(args) => args.exec(terminal).await,
        }
    }
}

impl Selection {
    /// Whether a rule is wanted.
    pub(super) fn wants(&self, rule: &Rule) -> bool {
        self.only.is_empty() || self.only.iter().any(|pattern| pattern.fits(rule.id))
    }

    /// Refuses a pattern that no rule of this role fits: it is a typo, not a wish for less.
    pub(super) fn check(&self, role: Role) -> Result<(), Failure> {
        for pattern in &self.only {
            if !catalogue::of(role).any(|rule| pattern.fits(rule.id)) {
                return Err(
                    Failure::new(format!("no rule of a {role} fits --only {pattern}"))
                        .help("`doublure rules list` lists them"),
                );
            }
        }
        Ok(())
    }
}

/// Runs trials against a stage of their own, until they are done or somebody says stop; then nothing of them is left.
async fn tried(trials: impl AsyncFnOnce(Client) -> Run) -> Result<Run, Failure> {
    let mut stops = Stops::listen()?;
    let stage = stage().await?;
    let done = tokio::select! {
        run = trials(Client::new(stage.control())) => Ok(run),
        stop = stops.next() => {
            Err(Failure::new(format!("{stop}: no verdict")).with(Exit::stopped(stop)))
        }
    };
    stage.close().await;
    done
}

/// A stage for trials: each creates the session it needs.
pub(super) async fn stage() -> Result<Stage, Failure> {
    Stage::open(StageConfig {
        control: ([127, 0, 0, 1], 0).into(),
        seed: SEED,
        beyond_loopback: false,
        marks_answers: false,
        access_log: None,
        cases: None,
        cases_first: false,
    })
    .await
    .map_err(|problem| session_args::refusal(&problem))
}

const SEED: u64 = 1;

const EXAMPLES: &str = "\
Examples:
  doublure check gateway --target gateway.toml
  doublure check client -- ./client.sh
  doublure check provider --target provider.toml
  doublure check gateway --target gateway.toml --only 'gw.quota.*' --report junit=report.xml";
