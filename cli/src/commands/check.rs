//! `doublure check`: puts a target to the test of the rules of its role.

mod client;
mod gateway;
mod provider;

use clap::{Args, Subcommand};
use doublure_control::Client;
use doublure_kernel::clock::{Clock, ClockKind};
use doublure_rules::{Level, Repeat, Role, Rule, Run, RunEvent};
use doublure_stage::{Stage, StageConfig};
use doublure_suites::catalogue;

use crate::{
    exit::{Exit, Failure, Outcome},
    pattern::Pattern,
    progress::Progress,
    recording::Recorder,
    report::ReportArgs,
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

    /// Only rules of this level: must, or should
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
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
        let of_level = self.level.is_none_or(|level| rule.level == level);
        of_level && (self.only.is_empty() || self.only.iter().any(|pattern| pattern.fits(rule.id)))
    }

    /// Refuses a pattern that no rule of this role fits: it is a typo, not a wish for less.
    pub(super) fn check(&self, role: Role) -> Result<(), Failure> {
        let rules = || catalogue::of(role);
        for pattern in &self.only {
            if !rules().any(|rule| pattern.fits(rule.id)) {
                let problem = format!("no rule of a {role} fits --only {pattern}");
                let near = pattern.meant(rules().map(|rule| rule.id));
                let help = format!("{near}`doublure rules list` lists them");
                return Err(Failure::new(problem).help(help));
            }
        }
        match self.level {
            Some(level) if !rules().any(|rule| self.wants(rule)) => Err(Failure::new(format!(
                "no rule of a {role} that is wanted is of level {level}"
            ))
            .help("leave out --level, or name others with --only")),
            _ => Ok(()),
        }
    }
}

fn level(text: &str) -> Result<Level, String> {
    [Level::Must, Level::Should]
        .into_iter()
        .find(|level| level.to_string() == text)
        .ok_or_else(|| "the levels are must and should".to_owned())
}

/// What hears of a run while it goes on.
pub(super) struct Listeners {
    recorder: Recorder,
    progress: Progress,
    /// The run as far as it came.
    run: Run,
    clock: Clock,
}

impl Listeners {
    /// Nothing was heard yet.
    pub(super) fn new(recorder: Recorder, terminal: &Terminal) -> Self {
        Self {
            recorder,
            progress: Progress::on(terminal),
            run: Run::default(),
            clock: Clock::new(ClockKind::Real),
        }
    }

    fn hear(&mut self, event: &RunEvent) {
        self.run.take_at(event, self.clock.now());
        self.recorder.hear(event);
        self.progress.hear(event, &self.run);
    }
}

/// Runs trials against a stage of their own, until they are done or somebody says stop; then nothing of them is left,
/// and what was found is reported, as `again` says how to ask again.
async fn tried(
    mut listeners: Listeners,
    (again, report, terminal): (Repeat, &ReportArgs, &Terminal),
    trials: impl AsyncFnOnce(Client, &mut dyn FnMut(&RunEvent)) -> Result<(), Failure>,
) -> Outcome {
    let mut stops = Stops::listen()?;
    let stage = stage().await?;
    let control = Client::new(stage.control());
    let done = {
        let mut tell = |event: &RunEvent| listeners.hear(event);
        tokio::select! {
            // What was told before somebody said stop is heard.
            biased;
            done = trials(control, &mut tell) => done.map(|()| None),
            stop = stops.next() => Ok(Some(stop)),
        }
    };
    stage.close().await;
    listeners.progress.end();
    let stopped = done?;
    let mut run = listeners.run;
    run.again = again;
    listeners.recorder.close(&run.times)?;
    match stopped {
        None => report.write(run, terminal),
        Some(stop) if run.settled() == 0 => {
            Err(Failure::new(format!("{stop}: no verdict")).with(Exit::stopped(stop)))
        }
        Some(stop) => {
            report.write(run, terminal)?;
            let problem = format!("{stop}: the report holds what was found until then");
            Err(Failure::new(problem).with(Exit::stopped(stop)))
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(only: &[&str], level: Option<Level>) -> Selection {
        Selection {
            only: only.iter().map(|text| text.parse().unwrap()).collect(),
            level,
        }
    }

    #[test]
    fn a_level_leaves_out_the_rules_of_the_other() {
        let wanted = selection(&["gw.trace.*"], Some(Level::Should));

        let mut rules = catalogue::RULES.iter().filter(|rule| wanted.wants(rule));

        assert!(rules.all(|rule| rule.level == Level::Should));
        assert!(wanted.check(Role::Gateway).is_ok());
        assert_eq!(level("must"), Ok(Level::Must));
        assert!(level("may").is_err());
    }

    #[test]
    fn a_selection_of_nothing_is_refused_with_what_may_have_been_meant() {
        let refused = |only: &str, level| {
            let refused = selection(&[only], level).check(Role::Gateway);
            refused.unwrap_err().to_string()
        };

        let typo = refused("gw.ban.is-silense", None);
        let theme = refused("gw.qota.*", None);
        let level = refused("gw.ban.is-silence", Some(Level::Should));

        assert!(typo.contains("did you mean gw.ban.is-silence?"), "{typo}");
        assert!(theme.contains("did you mean gw.quota.*?"), "{theme}");
        assert!(level.contains("is of level should"), "{level}");
    }
}
