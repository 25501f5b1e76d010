//! The composition root: starts sessions (gateway, providers, clock, journal) and the control server over them.

use std::{net::SocketAddr, sync::Arc};

use doublure_control::{NewSession, Problem, SessionClient, SessionView};
use doublure_fixtures::cases::Cases;
use doublure_kernel::AccessLine;

/// What a stage is made from.
#[derive(Clone)]
pub struct StageConfig {
    /// Where the control server listens; port 0 for a free one.
    pub control: SocketAddr,
    /// Seed of sessions that name none.
    pub seed: u64,
    /// Whether addresses beyond loopback may be bound.
    pub beyond_loopback: bool,
    /// Whether answers carry `X-Doublure`.
    pub marks_answers: bool,
    /// Told of every exchange of a foreign caller.
    pub access_log: Option<Arc<dyn Fn(&AccessLine) + Send + Sync>>,
    /// Answers given as files, for every session.
    pub cases: Option<Arc<Cases>>,
    /// Whether those are looked for before any check.
    pub cases_first: bool,
}

/// A control server and its sessions.
#[derive(Debug)]
pub struct Stage {}

impl Stage {
    /// Binds the control server. No session yet.
    ///
    /// # Errors
    /// The address is taken, or beyond loopback without leave.
    pub async fn open(config: StageConfig) -> Result<Self, Problem> {
        let _ = config;
        todo!()
    }

    /// Where the control server listens.
    pub fn control(&self) -> SocketAddr {
        todo!()
    }

    /// Creates a session; all of it listens when this returns.
    pub async fn create(&self, new: NewSession) -> Result<SessionView, Problem> {
        todo!("{new:?}")
    }

    /// Ends every session and the control server.
    pub async fn close(self) {
        todo!()
    }
}

/// One stage and one session, for Rust tests: `let doublure = Doublure::start().await;`.
#[derive(Debug)]
pub struct Doublure {}

impl Doublure {
    /// A session as documented, on a manual clock.
    pub async fn start() -> Self {
        todo!()
    }

    /// A session like this.
    ///
    /// # Errors
    /// What cannot be started: a scenario with an error, an unknown edition, an address that is taken.
    pub async fn with(new: NewSession) -> Result<Self, Problem> {
        todo!("{new:?}")
    }

    /// Base URL of the gateway, without a slash at the end.
    pub fn gateway(&self) -> &str {
        todo!()
    }

    /// The token of this name.
    pub fn token(&self, name: &str) -> &str {
        todo!("{name}")
    }

    /// How the session stood when it started.
    pub fn view(&self) -> &SessionView {
        todo!()
    }

    /// Clock, scenario, journal, quotas, bans.
    pub fn session(&self) -> &SessionClient {
        todo!()
    }
}
