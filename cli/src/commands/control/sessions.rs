//! `doublure control sessions`, `create`, `end`.

use std::net::SocketAddr;

use clap::Args;
use doublure_control::{Client, NewSession, SessionView};

use super::Spoken;
use crate::{
    exit::{Exit, Failure, Outcome},
    session_args::SessionArgs,
    table::Table,
};

/// A session beside those that run.
#[derive(Args, Debug)]
pub(super) struct CreateArgs {
    /// Where its gateway listens, seen from the server; a free port of 127.0.0.1 when missing
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,

    #[command(flatten)]
    session: SessionArgs,
}

pub(super) async fn list(client: &Client, spoken: &Spoken<'_>) -> Outcome {
    let sessions = client.sessions().await?;
    spoken.show(&sessions, table(&sessions))
}

pub(super) async fn end(spoken: &Spoken<'_>) -> Outcome {
    spoken.session.end().await?;
    let name = spoken.session.name();
    spoken.terminal.note(format_args!("session {name} is over"));
    Ok(Exit::DONE)
}

impl CreateArgs {
    /// Creates it under the name that `--session` gives.
    pub(super) async fn exec(self, client: &Client, spoken: &Spoken<'_>) -> Outcome {
        let play = self.session.resolve()?;
        if play.cases.is_some() || play.journal.is_some() {
            return Err(Failure::new(
                "--cases and --journal are files of the server: give them to `doublure serve`",
            ));
        }
        let new = NewSession {
            name: Some(spoken.session.name().to_owned()),
            gateway_address: self.listen,
            ..play.new
        };
        let (_, view) = client.create(&new).await?;
        spoken.show(&view, table(std::slice::from_ref(&view)))
    }
}

fn table(sessions: &[SessionView]) -> Table<6> {
    let mut table = Table::new(["session", "edition", "scenario", "seed", "gateway", "now"]);
    sessions.iter().for_each(|session| table.row(row(session)));
    table
}

fn row(session: &SessionView) -> [String; 6] {
    [
        session.name.clone(),
        session.edition.clone(),
        session.scenario.clone(),
        session.seed.to_string(),
        session.gateway.clone().unwrap_or_else(|| "none".to_owned()),
        session.clock.now.to_string(),
    ]
}
