//! `doublure run`: a gateway for the time of one command.

use std::{ffi::OsString, io, io::IsTerminal, process::ExitStatus};

use clap::Args;
use doublure_journal::Hop;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::{
    access_log::access_log,
    environment,
    exit::{Exit, Failure, Outcome},
    session_args::SessionArgs,
    signals::{Stop, Stops},
    started::{Place, Started},
    tally::Tally,
    terminal::{STRONG, Terminal},
};

/// Run a command against a gateway of its own, and tell what was seen
///
/// Starts on free ports, sets in the environment `DOUBLURE_BASE_URL`, `DOUBLURE_TOKEN` (and `DOUBLURE_TOKEN_<NAME>`),
/// `DOUBLURE_SIREN`, `DOUBLURE_RECIPIENT`, `DOUBLURE_CONTEXT`, `DOUBLURE_OBJECT`, `DOUBLURE_OPERATION_PATH` and
/// `DOUBLURE_URL` for a whole call, `DOUBLURE_PROVIDER_<ID>` where providers listen, `DOUBLURE_AUTHORITY` (a file) with `--tls`, `DOUBLURE_CONTROL`,
/// `DOUBLURE_SESSION`, `DOUBLURE_SEED`, `DOUBLURE_EDITION` and `DOUBLURE_SCENARIO`; runs the command, prints what was
/// seen on standard error and ends with the command's exit code.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunArgs {
    /// Print a line per call as it happens
    #[arg(long)]
    access_log: bool,

    /// Do not print what was seen
    #[arg(long)]
    quiet: bool,

    #[command(flatten)]
    session: SessionArgs,

    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl RunArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        let mut stops = Stops::listen()?;
        let play = self.session.resolve()?;
        let place = Place {
            gateway: FREE.into(),
            control: FREE.into(),
            beyond_loopback: false,
            access_log: self.access_log.then(|| access_log(terminal)),
        };
        let started = Started::start(&play, place, self.session.cases_first, terminal).await?;
        started.tell_cases(&play, self.session.cases_first, terminal);

        let ended = self.run(&started, &mut stops).await;
        if ended.is_ok() && !self.quiet {
            tell(&started, terminal).await;
        }
        let done = ended.as_ref().copied().map_or(Exit::DONE, Exit::of);
        let outcome = started.close(done).await;
        ended.and(outcome)
    }

    async fn run(&self, started: &Started, stops: &mut Stops) -> Result<ExitStatus, Failure> {
        // Clap demands at least one word.
        let (program, arguments) = self.command.split_first().ok_or_else(no_command)?;
        let mut child = Command::new(program)
            .args(arguments)
            .envs(environment::variables(&started.view, started.control()))
            .envs(started.authority.as_ref().map(|path| (AUTHORITY, path)))
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| not_started(program, &error))?;
        let mut asked = 0;
        loop {
            tokio::select! {
                status = child.wait() => return status.map_err(Failure::from),
                stop = stops.next() => {
                    asked += 1;
                    hand_on(stop, asked, &child);
                }
            }
        }
    }
}

/// Hands a wish to stop on to the command; whoever asks twice wants it gone.
fn hand_on(stop: Stop, asked: u32, child: &Child) {
    // From a terminal, Ctrl-C has reached the command already: two would be taken for impatience.
    let has_it = stop == Stop::Interrupt && io::stdin().is_terminal();
    let signal = match asked {
        1 if has_it => return,
        1 => stop.signal(),
        _ => Signal::KILL,
    };
    let pid = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(pid) = pid.and_then(Pid::from_raw) {
        // It may have ended in between; then there is nobody to tell.
        let _ = kill_process(pid, signal);
    }
}

async fn tell(started: &Started, terminal: &Terminal) {
    // Without a gateway, whoever called has called the providers.
    let hop = match started.view.gateway {
        Some(_) => Hop::Client,
        None => Hop::Provider,
    };
    match Tally::of(&started.session(), hop).await {
        Ok(tally) => terminal.note(format_args!("{STRONG}doublure saw{STRONG:#} {tally}")),
        Err(error) => terminal.note(format_args!("doublure lost count: {error}")),
    }
}

fn not_started(program: &OsString, error: &io::Error) -> Failure {
    let program = program.display();
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new(format!("command not found: {program}"))
            .help("name it as your shell finds it, after `--`")
            .with(Exit::NOT_FOUND),
        _ => Failure::new(format!("cannot run {program}: {error}")).with(Exit::NOT_EXECUTABLE),
    }
}

fn no_command() -> Failure {
    Failure::new("no command").help("name it after `--`")
}

/// Names the file with the certificate that callers have to believe.
const AUTHORITY: &str = "DOUBLURE_AUTHORITY";
/// A free port of this machine.
const FREE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

const EXAMPLES: &str = "\
Examples:
  doublure run -- pytest tests/
  doublure run --scenario acoss-under-analysis -- npm test
  doublure run --clock manual --capture full --journal run.jsonl -- ./nightly-job.sh
  doublure run --quota-limit 5 --access-log -- ./nightly-job.sh";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_not_there_and_one_that_cannot_run_end_differently() {
        let (terminal, written) = Terminal::in_memory();
        let gone = not_started(&"pytset".into(), &io::ErrorKind::NotFound.into());
        let shut = not_started(&"notes.txt".into(), &io::ErrorKind::PermissionDenied.into());

        let exits = (gone.tell(&terminal), shut.tell(&terminal));

        assert_eq!(exits, (Exit::NOT_FOUND, Exit::NOT_EXECUTABLE));
        assert!(written.notes().contains("command not found: pytset"));
    }
}
