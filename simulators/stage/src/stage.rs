//! Sessions by name, and the control server that speaks of them.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use doublure_control::{NewSession, Problem, SessionView};
use doublure_fixtures::cases::Cases;
use doublure_kernel::AccessLine;

use crate::{JournalWriter, listen, server::Server, sessions::Sessions};

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
    pub access_log: Option<AccessLog>,
    /// Answers given as files, for every session.
    pub cases: Option<Arc<Cases>>,
    /// Whether those are looked for before any check.
    pub cases_first: bool,
}

/// Told of every exchange of a foreign caller, once it is over.
pub type AccessLog = Arc<dyn Fn(&AccessLine) + Send + Sync>;

/// A control server and its sessions.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), doublure_control::Problem> {
/// use doublure_control::NewSession;
/// use doublure_stage::{Stage, StageConfig};
///
/// let stage = Stage::open(StageConfig::default()).await?;
/// let session = stage.create(NewSession::default()).await?;
///
/// println!("gateway: {:?}, control: {}", session.gateway, stage.control());
/// stage.close().await;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Stage {
    sessions: Arc<Sessions>,
    server: Server,
}

impl Stage {
    /// Binds the control server. No session yet.
    ///
    /// # Errors
    /// The address is taken, or beyond loopback without leave.
    pub async fn open(config: StageConfig) -> Result<Self, Problem> {
        let address = listen::allowed(config.control, "control", config.beyond_loopback)?;
        let sessions = Arc::new(Sessions::new(config));
        let server = Server::start(address, Arc::clone(&sessions)).await?;
        Ok(Self { sessions, server })
    }

    /// Where the control server listens.
    pub fn control(&self) -> SocketAddr {
        self.server.address()
    }

    /// Creates a session; all of it listens when this returns.
    ///
    /// # Errors
    /// What cannot be started: a scenario with an error, an unknown edition, an address that is taken.
    pub async fn create(&self, new: NewSession) -> Result<SessionView, Problem> {
        Ok(self.sessions.create(&new, None).await?)
    }

    /// The same, its journal written to a file from the first entry on.
    ///
    /// # Errors
    /// What cannot be started, as above. A file that fails later tells so itself.
    pub async fn create_written(
        &self,
        new: NewSession,
        journal: JournalWriter,
    ) -> Result<SessionView, Problem> {
        Ok(self.sessions.create(&new, Some(journal)).await?)
    }

    /// Every session, by name.
    pub fn sessions(&self) -> Vec<SessionView> {
        self.sessions.views()
    }

    /// How a session stands.
    ///
    /// # Errors
    /// There is no such session.
    pub fn view(&self, name: &str) -> Result<SessionView, Problem> {
        Ok(self.sessions.find(name)?.view())
    }

    /// Ends a session: nothing of it listens when this returns.
    ///
    /// # Errors
    /// There is no such session.
    pub async fn end(&self, name: &str) -> Result<(), Problem> {
        Ok(self.sessions.end(name).await?)
    }

    /// Cases that no call brings to light as long as checks come before them, each with the reason.
    pub fn unreachable_cases(&self) -> Vec<(PathBuf, String)> {
        self.sessions.common.unreachable_cases()
    }

    /// Ends every session and the control server.
    pub async fn close(self) {
        self.sessions.end_all().await;
        self.server.stop().await;
    }
}

/// A free port of loopback, seed 1, nothing logged, no cases.
impl Default for StageConfig {
    fn default() -> Self {
        Self {
            control: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 1,
            beyond_loopback: false,
            marks_answers: true,
            access_log: None,
            cases: None,
            cases_first: false,
        }
    }
}

impl fmt::Debug for StageConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageConfig")
            .field("control", &self.control)
            .field("seed", &self.seed)
            .field("beyond_loopback", &self.beyond_loopback)
            .finish_non_exhaustive()
    }
}
