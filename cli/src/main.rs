//! `doublure`, the command: parses, resolves, runs, and leaves with a named code.
//!
//! - [`args`]: the command line; each command's own part stands in its file.
//! - [`commands`]: one file a command.
//! - [`session_args`]: the options that `serve` and `run` share.
//! - [`exit`]: exit codes and failures.
//! - [`terminal`]: where words go to, and how they look.
//! - [`started`]: a stage with one session.
//! - [`progress`]: how far a check is.
//! - [`journal_file`]: its journal in a file.
//! - [`tally`]: what was seen in it.
//!
//! Start at [`exec`].

mod access_log;
mod args;
mod authority_file;
mod baseline;
mod cases_told;
mod commands;
mod environment;
mod exit;
mod greeting;
mod journal_file;
mod overrides;
mod pattern;
mod progress;
mod recording;
mod report;
mod scenario_files;
mod scenario_source;
mod scenario_watch;
mod session_args;
mod signals;
mod spans;
mod started;
mod suggestion;
mod table;
mod tally;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Cli, exit::Exit, terminal::Terminal};

/// A call makes and drops many small things on either thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    exec(Cli::parse(), &Terminal::standard()).into()
}

/// Runs a command to its end; a failure has been told on the terminal when this returns.
fn exec(cli: Cli, terminal: &Terminal) -> Exit {
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(exit::Failure::from)
        .and_then(|runtime| runtime.block_on(cli.command.exec(terminal)));
    match done {
        Ok(exit) => exit,
        Err(failure) => failure.tell(terminal),
    }
}
