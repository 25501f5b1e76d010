//! One stage and one session, for Rust tests.

use std::fmt;

use doublure_control::{Client, ClockSetting, NewSession, Problem, SessionClient, SessionView};

use crate::{Stage, StageConfig};

/// One stage and one session, for Rust tests: `let doublure = Doublure::start().await;`.
///
/// It ends when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use doublure_stage::Doublure;
/// use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::TcpStream};
///
/// let doublure = Doublure::start().await;
///
/// // Any HTTP client will do; here it is a socket.
/// let address = doublure.gateway().trim_start_matches("http://");
/// let token = doublure.token("standard");
/// let mut socket = TcpStream::connect(address).await?;
/// let request = format!(
///     "GET /privileges HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
/// );
/// socket.write_all(request.as_bytes()).await?;
/// let mut answer = String::new();
/// socket.read_to_string(&mut answer).await?;
///
/// assert!(answer.starts_with("HTTP/1.1 200"));
/// assert!(answer.contains("privileges"));
/// # Ok(()) }
/// ```
pub struct Doublure {
    stage: Stage,
    session: SessionClient,
    view: SessionView,
}

impl Doublure {
    /// A session as documented, on a manual clock.
    ///
    /// # Panics
    /// When no port of loopback is free.
    pub async fn start() -> Self {
        let new = NewSession {
            clock: ClockSetting::Manual(None),
            ..NewSession::default()
        };
        match Self::with(new).await {
            Ok(doublure) => doublure,
            Err(problem) => panic!("Doublure cannot start: {problem}"),
        }
    }

    /// A session like this.
    ///
    /// # Errors
    /// What cannot be started: a scenario with an error, an unknown edition, an address that is taken.
    pub async fn with(new: NewSession) -> Result<Self, Problem> {
        let stage = Stage::open(StageConfig::default()).await?;
        let view = stage.create(new).await?;
        let session = Client::new(stage.control()).session(&view.name);
        Ok(Self {
            stage,
            session,
            view,
        })
    }

    /// Base URL of the gateway, without a slash at the end.
    ///
    /// # Panics
    /// When the session was created without a gateway.
    pub fn gateway(&self) -> &str {
        let gateway = self.view.gateway.as_deref();
        gateway.expect("a session created with `without_gateway` has no gateway to ask for")
    }

    /// The token of this name.
    ///
    /// # Panics
    /// When there is no such token; says which there are.
    pub fn token(&self, name: &str) -> &str {
        let tokens = &self.view.tokens;
        match tokens.get(name) {
            Some(token) => token,
            None => panic!("no token `{name}`; there are: {:?}", tokens.keys()),
        }
    }

    /// How the session stood when it started.
    pub fn view(&self) -> &SessionView {
        &self.view
    }

    /// Clock, scenario, journal, quotas, bans.
    pub fn session(&self) -> &SessionClient {
        &self.session
    }

    /// The stage it stands on: more sessions beside this one.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }
}

impl fmt::Debug for Doublure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doublure")
            .field("session", &self.session)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
