//! A stage with the one session of `serve` or `run`.

use std::{net::SocketAddr, path::PathBuf};

use doublure_control::{Client, SessionClient, SessionView};
use doublure_stage::{Stage, StageConfig};

use crate::{
    access_log::AccessLog,
    authority_file, cases_told,
    exit::{Exit, Failure, Outcome},
    journal_file::JournalFailure,
    session_args::{self, Play, SESSION},
    terminal::Terminal,
};

/// Where to listen, and who is told of calls.
pub(crate) struct Place {
    /// Where the gateway listens.
    pub(crate) gateway: SocketAddr,
    /// Where the control server listens.
    pub(crate) control: SocketAddr,
    /// Whether other machines may call.
    pub(crate) beyond_loopback: bool,
    /// Told of every call.
    pub(crate) access_log: Option<AccessLog>,
}

/// All of it listens.
pub(crate) struct Started {
    /// The session as it stood when it started.
    pub(crate) view: SessionView,
    /// Where the certificate is that callers have to believe, if TLS is spoken.
    pub(crate) authority: Option<PathBuf>,
    stage: Stage,
    journal: JournalFailure,
}

impl Started {
    /// Starts what was resolved.
    ///
    /// # Errors
    /// What the stage refuses, in words of the command line.
    pub(crate) async fn start(
        play: &Play,
        place: Place,
        cases_first: bool,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let mut new = play.new.clone();
        new.gateway_address = (!new.without_gateway).then_some(place.gateway);
        let journal = JournalFailure::default();
        let file = match &play.journal {
            Some(path) => Some(journal.writer(path, terminal)?),
            None => None,
        };
        let stage = Stage::open(StageConfig {
            control: place.control,
            seed: new.seed.unwrap_or_default(),
            beyond_loopback: place.beyond_loopback,
            marks_answers: true,
            access_log: place.access_log,
            cases: play.cases.clone(),
            cases_first,
        })
        .await
        .map_err(|problem| session_args::refusal(&problem))?;
        let created = match file {
            Some(file) => stage.create_written(new, file).await,
            None => stage.create(new).await,
        };
        let told = created
            .map_err(|problem| session_args::refusal(&problem))
            .and_then(|view| Ok((write_authority(play, &view)?, view)));
        match told {
            Ok((authority, view)) => Ok(Self {
                view,
                authority,
                stage,
                journal,
            }),
            Err(failure) => {
                stage.close().await;
                Err(failure)
            }
        }
    }

    /// Where the control server listens.
    pub(crate) fn control(&self) -> SocketAddr {
        self.stage.control()
    }

    /// Tells what is the matter with answers given as files.
    pub(crate) fn tell_cases(&self, play: &Play, cases_first: bool, terminal: &Terminal) {
        let unreachable = self.stage.unreachable_cases();
        cases_told::tell(&play.bad_cases, unreachable, cases_first, terminal);
    }

    /// Speaks of the session.
    pub(crate) fn session(&self) -> SessionClient {
        Client::new(self.control()).session(SESSION)
    }

    /// Ends all of it. A command that would be done is not, where its journal could not be written.
    pub(crate) async fn close(self, done: Exit) -> Outcome {
        self.stage.close().await;
        match done {
            Exit::DONE => self.journal.outcome(),
            other => Ok(other),
        }
    }
}

/// Nothing is written where nobody is told where to write it: a replay needs no file.
fn write_authority(play: &Play, view: &SessionView) -> Result<Option<PathBuf>, Failure> {
    match (&play.authority, &view.authority) {
        (Some(path), Some(pem)) => authority_file::write(path, pem).map(Some),
        _ => Ok(None),
    }
}
