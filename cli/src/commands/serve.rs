//! `doublure serve`: the gateway and its providers, until somebody says stop.

use std::{collections::BTreeMap, net::SocketAddr, path::Path};

use clap::Args;
use doublure_control::SessionView;
use serde::Serialize;

use crate::{
    access_log::access_log,
    exit::{Exit, Failure, Outcome},
    greeting,
    scenario_watch::ScenarioWatch,
    session_args::SessionArgs,
    signals::{Stop, Stops},
    started::{Place, Started},
    terminal::Terminal,
};

/// Play the gateway and its providers until Ctrl-C
///
/// Prints one line of JSON on standard output once everything listens; tokens, curl lines and a line per call go to
/// standard error. A scenario file is put in force again whenever it was edited. `GET /health` answers on the control address: on the gateway's own, every path is the gateway's.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Where the gateway listens; port 0 for a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8600")]
    listen: SocketAddr,

    /// Where the control API listens; port 0 for a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8601")]
    control: SocketAddr,

    /// Allow addresses that other machines can reach: whoever reaches the control API commands the session
    #[arg(long)]
    listen_beyond_loopback: bool,

    /// Print neither tokens nor a line per call
    #[arg(long)]
    quiet: bool,

    #[command(flatten)]
    session: SessionArgs,
}

impl ServeArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        // From here on: who reads the ready line may already send a signal.
        let mut stops = Stops::listen()?;
        // Before the files are read to be played: an edit from here on is seen.
        let watch = ScenarioWatch::of(&self.session.scenario);
        let play = self.session.resolve()?;
        let place = Place {
            gateway: self.listen,
            control: self.control,
            beyond_loopback: self.listen_beyond_loopback,
            access_log: (!self.quiet).then(|| access_log(terminal)),
        };
        let started = Started::start(&play, place, self.session.cases_first, terminal).await?;
        started.tell_cases(&play, self.session.cases_first, terminal);
        if !self.quiet {
            terminal.note(greeting::greeting(&started));
        }
        terminal.answer(ready(&started)?)?;

        let stop = self.played(watch, &started, &mut stops, terminal).await;
        let outcome = started.close(Exit::DONE).await;
        if !self.quiet {
            terminal.note(format_args!("{stop}, stopped"));
        }
        outcome
    }

    /// Until somebody says stop; an edited scenario file is put in force meanwhile.
    async fn played(
        &self,
        watch: Option<ScenarioWatch>,
        started: &Started,
        stops: &mut Stops,
        terminal: &Terminal,
    ) -> Stop {
        let Some(watch) = watch else {
            return stops.next().await;
        };
        let session = started.session();
        tokio::select! {
            stop = stops.next() => stop,
            never = watch.keep(&session, self.quiet, terminal) => match never {},
        }
    }
}

/// What a program that starts `serve` reads.
#[derive(Serialize)]
struct Ready<'a> {
    gateway: Option<&'a str>,
    authority: Option<&'a Path>,
    control: String,
    providers: &'a BTreeMap<String, String>,
    session: &'a str,
    seed: u64,
    edition: &'a str,
    scenario: &'a str,
    clock: ReadyClock,
    tokens: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ReadyClock {
    now: String,
    manual: bool,
}

fn ready(started: &Started) -> Result<String, Failure> {
    let view: &SessionView = &started.view;
    let ready = Ready {
        gateway: view.gateway.as_deref(),
        authority: started.authority.as_deref(),
        control: format!("http://{}", started.control()),
        providers: &view.providers,
        session: &view.name,
        seed: view.seed,
        edition: &view.edition,
        scenario: &view.scenario,
        clock: ReadyClock {
            now: view.clock.now.to_string(),
            manual: view.clock.manual,
        },
        tokens: &view.tokens,
    };
    serde_json::to_string(&ready).map_err(Failure::new)
}

const EXAMPLES: &str = "\
Examples:
  doublure serve
  doublure serve --edition observed --seed 7
  doublure serve --scenario acoss-under-analysis --clock manual
  doublure serve --quota-limit json=5 --override ban-term=1m
  doublure serve --cases ./payloads --cases-first
  doublure serve --scenario my/faults.yaml
  doublure serve --tls --tls-authority authority.pem
  doublure serve --journal today.jsonl --capture full
  doublure serve --without-gateway --provider-port insee=9001";
