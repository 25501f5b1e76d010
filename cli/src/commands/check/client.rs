//! `doublure check client`.

use std::ffi::OsString;

use clap::Args;
use doublure_fixtures::Edition;
use doublure_rules::{Repeat, Role};
use doublure_suites::client::{Options, check_by};

use super::{Doubt, Listeners, Selection, tried};
use crate::{
    exit::Outcome,
    recording::RecordArgs,
    report::ReportArgs,
    spans::{self, Span},
    terminal::Terminal,
};

/// Put a client to the test: it is run several times, each time on a gateway that misbehaves otherwise
///
/// What it is to do stands in its environment: `DOUBLURE_BASE_URL` (or `DOUBLURE_URL`, ready-made), `DOUBLURE_TOKEN` for
/// the header `Authorization: Bearer`, `DOUBLURE_OPERATION_PATH`, `DOUBLURE_SIREN`, `DOUBLURE_RECIPIENT`,
/// `DOUBLURE_CONTEXT`, `DOUBLURE_OBJECT`, and `DOUBLURE_CALLS`, how many calls to make one after another. It ends with
/// code 0 when all were answered with 200. A last line of JSON on its standard output outweighs the code:
/// `{"outcome":"ok"}`, `"error"` or `"degraded"`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct ClientArgs {
    /// Within how long it must give up on an answer that does not come
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = spans::parse)]
    gives_up_within: Span,

    /// How long it is watched for a call that it must not make again for days
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = spans::parse)]
    watched_for: Span,

    /// Which truth about the gateway is followed
    #[arg(long, value_name = "EDITION", default_value_t = Edition::Documented)]
    edition: Edition,

    /// Run one trial after another, for a client that cannot run twice at once
    #[arg(long)]
    one_by_one: bool,

    /// Show what it writes to standard error
    #[arg(long)]
    show_stderr: bool,

    #[command(flatten)]
    doubt: Doubt,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    record: RecordArgs,

    #[command(flatten)]
    report: ReportArgs,

    /// The client and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl ClientArgs {
    pub(super) async fn exec(self, terminal: &Terminal) -> Outcome {
        self.selection.check(Role::Client)?;
        let options = Options {
            edition: self.edition,
            patience: self.gives_up_within.0,
            watch: self.watched_for.0,
            shows_stderr: self.show_stderr,
            side_by_side: !self.one_by_one,
            retries: self.doubt.retries,
        };
        let wanted = |rule: &_| self.selection.wants(rule);
        let again = Repeat::default();
        let listeners = Listeners::new(self.record.open(&again)?, terminal);
        tried(
            listeners,
            (again, &self.report, terminal),
            async |control, tell| {
                check_by(&control, &self.command, &options, &wanted, tell).await;
                Ok(())
            },
        )
        .await
    }
}

const EXAMPLES: &str = "\
Examples:
  doublure check client -- ./client.sh
  doublure check client --gives-up-within 5s -- node client.js
  doublure check client --only 'cl.quota.*' --one-by-one --show-stderr -- python3 client.py";
