//! `doublure replay`: the calls of a journal once more.
//!
//! - `script`: what is to be done, in order.
//! - `tokens`: the tokens of a journal, made anew.
//! - `caller`: sends a request as it was recorded.
//! - `difference`: where an answer is not the recorded one.
//! - `player`: does what is to be done, until an answer differs.

mod caller;
mod difference;
mod player;
mod script;
mod tokens;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use doublure_control::{ClockSetting, Header, JournalFile, NewSession};

use self::{
    caller::Caller,
    difference::Judge,
    player::Player,
    script::Step,
    tokens::{GivenToken, Tokens},
};
use crate::{
    exit::{Exit, Failure, Outcome},
    session_args::{self, Play},
    started::{Place, Started},
    terminal::{GOOD, Terminal},
};

/// Send the calls of a journal again, and tell the first answer that differs
///
/// Reads what `--journal FILE` of `serve` or `run` wrote. The calls go to a session made like the recorded one, or to
/// another gateway with `--against`. What was changed over the control API meanwhile (scenario, faults, tokens, quotas, bans,
/// providers) is changed again in a session of its own. Statuses are compared, and headers and bodies as far as the journal kept them
/// (`--capture full`). On a manual clock its moves are made again, too, and a run of one call after another comes out the
/// same to the last byte; otherwise ids and instants in headers are left out. Ends with 0 when nothing differs, with 1
/// when an answer does.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReplayArgs {
    /// The journal
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,

    /// Call this gateway, as http://127.0.0.1:8600, instead of a session of its own
    #[arg(long, value_name = "URL")]
    against: Option<Caller>,

    /// Believe the authorities of this PEM file where that gateway speaks TLS; those of the machine when missing
    #[arg(long, value_name = "FILE", requires = "against")]
    authority: Option<PathBuf>,

    /// Folder of the answers given as files, where it is another than the recorded one
    #[arg(long, value_name = "DIR", conflicts_with = "against")]
    cases: Option<PathBuf>,

    /// The token to show in the place of a named one, as standard=eyJ…
    #[arg(long, value_name = "NAME=TOKEN", requires = "against")]
    token: Vec<GivenToken>,
}

impl ReplayArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        let journal = read(&self.journal, terminal)?;
        let steps = script::steps(&journal.entries);
        if !steps.iter().any(|step| matches!(step, Step::Ask { .. })) {
            return Err(Failure::new(
                "no caller asked the gateway anything in this journal",
            ));
        }
        let recorded = &journal.header.session;
        let level = recorded.capture.unwrap_or_default();
        let manual = recorded.clock != ClockSetting::Real;
        let (started, caller) = match self.against {
            Some(caller) => (None, caller.believing(self.authority.as_deref())?),
            None => {
                let started = stage(&journal.header, self.cases.as_deref(), terminal).await?;
                let caller = Caller::of(&started.view)?;
                (Some(started), caller)
            }
        };
        let same_clock = manual && started.is_some();
        let player = Player {
            caller,
            session: started.as_ref().map(Started::session),
            tokens: Tokens::new(&journal, self.token, same_clock),
            judge: Judge::new(level, same_clock),
        };
        let played = player.play(&steps).await;
        if let Some(started) = started {
            started.close(Exit::DONE).await?;
        }
        tell(played?, terminal)
    }
}

fn read(path: &PathBuf, terminal: &Terminal) -> Result<JournalFile, Failure> {
    let name = path.display();
    let bytes =
        fs::read(path).map_err(|error| Failure::new(format!("cannot read {name}: {error}")))?;
    let journal = JournalFile::read(&bytes).map_err(|error| {
        Failure::new(format!("{name} is no journal: {error}"))
            .help("write one with `doublure serve --journal FILE` or `doublure run --journal FILE`")
    })?;
    if let Some(torn) = journal.torn {
        terminal.note(format_args!("{name}: {torn}"));
    }
    Ok(journal)
}

/// A session like the recorded one, on free ports.
async fn stage(
    recorded: &Header,
    cases: Option<&Path>,
    terminal: &Terminal,
) -> Result<Started, Failure> {
    let new = NewSession {
        provider_addresses: [].into(),
        upstream_addresses: [].into(),
        ..recorded.session.clone()
    };
    let (cases, bad_cases) = match cases.or(recorded.cases.as_deref()) {
        Some(folder) => session_args::load_cases(folder)?,
        None => (None, Vec::new()),
    };
    let play = Play {
        new,
        cases,
        bad_cases,
        journal: None,
        authority: None,
    };
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let place = Place {
        gateway: free,
        control: free,
        beyond_loopback: false,
        access_log: None,
    };
    Started::start(&play, place, recorded.cases_first, terminal).await
}

fn tell(played: player::Played, terminal: &Terminal) -> Outcome {
    let calls = played.calls;
    match played.difference {
        Some(difference) => {
            terminal.answer(difference)?;
            Ok(Exit::NONCONFORMITY)
        }
        None => {
            terminal.answer(format_args!(
                "{GOOD}same{GOOD:#}: calls × {calls}, no difference"
            ))?;
            Ok(Exit::DONE)
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure run --clock manual --capture full --journal run.jsonl -- ./nightly-job.sh
  doublure replay run.jsonl
  doublure replay run.jsonl --against http://127.0.0.1:3000 --token standard=$TOKEN";
