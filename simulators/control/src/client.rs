//! The client of the control API.

use std::net::SocketAddr;

use doublure_journal::{Event, Filter};

use crate::{
    AddressView, Advance, ClockView, JournalPage, JournalQuery, NewSession, NewToken, Problem,
    QuotaView, SessionView, TokenView,
};

/// Speaks to a control server, in this process or far away. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
}

/// Speaks of one session.
#[derive(Clone, Debug)]
pub struct SessionClient {
    client: Client,
    name: String,
}

/// Why a control call failed.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The server is not there or went away.
    #[error("no control server answers at {address}: {source}")]
    Unreachable {
        /// Where it was looked for.
        address: SocketAddr,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The server refused; nothing was changed.
    #[error("{problem} (HTTP {status})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Why.
        problem: Problem,
    },
    /// What answered is no control server of this version.
    #[error("what answers at {address} is no control server of this version: {reason}")]
    Foreign {
        /// Where.
        address: SocketAddr,
        /// What was not understood.
        reason: String,
    },
}

impl Client {
    /// A client of the server at this address. Nothing is sent yet.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Where the server is.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it is up.
    pub async fn health(&self) -> Result<(), ControlError> {
        todo!()
    }

    /// Every session.
    pub async fn sessions(&self) -> Result<Vec<SessionView>, ControlError> {
        todo!()
    }

    /// Creates a session.
    pub async fn create(
        &self,
        new: &NewSession,
    ) -> Result<(SessionClient, SessionView), ControlError> {
        todo!("{new:?}")
    }

    /// Speaks of the session with this name; whether it exists shows at the first call.
    pub fn session(&self, name: &str) -> SessionClient {
        SessionClient {
            client: self.clone(),
            name: name.to_owned(),
        }
    }
}

impl SessionClient {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it stands.
    pub async fn view(&self) -> Result<SessionView, ControlError> {
        todo!("{:?}", self.client)
    }

    /// Ends it: listeners, connections, state.
    pub async fn end(&self) -> Result<(), ControlError> {
        todo!()
    }

    /// What time it is there.
    pub async fn clock(&self) -> Result<ClockView, ControlError> {
        todo!()
    }

    /// Moves its manual clock.
    pub async fn advance(&self, advance: &Advance) -> Result<ClockView, ControlError> {
        todo!("{advance:?}")
    }

    /// Text of the scenario in force.
    pub async fn scenario(&self) -> Result<String, ControlError> {
        todo!()
    }

    /// Puts a scenario in force, from the text of a scenario file; a refused one leaves the running one in force.
    pub async fn set_scenario(&self, text: &str) -> Result<(), ControlError> {
        todo!("{text}")
    }

    /// Puts the calm scenario in force: nothing goes wrong.
    pub async fn calm(&self) -> Result<(), ControlError> {
        todo!()
    }

    /// Entries of its journal.
    pub async fn journal(&self, query: &JournalQuery) -> Result<JournalPage, ControlError> {
        todo!("{query:?}")
    }

    /// Writes an event of the harness itself into its journal, so that all stand on one time base.
    pub async fn record(&self, event: &Event) -> Result<(), ControlError> {
        todo!("{event:?}")
    }

    /// How many entries a filter picks.
    pub async fn count(&self, filter: &Filter) -> Result<usize, ControlError> {
        todo!("{filter:?}")
    }

    /// Waits in real time until a filter picks so many; returns how many it picks.
    pub async fn wait_for(
        &self,
        filter: &Filter,
        count: usize,
        patience: std::time::Duration,
    ) -> Result<usize, ControlError> {
        todo!("{filter:?} {count} {patience:?}")
    }

    /// Forgets its journal.
    pub async fn clear_journal(&self) -> Result<(), ControlError> {
        todo!()
    }

    /// Its quota counters.
    pub async fn quotas(&self) -> Result<Vec<QuotaView>, ControlError> {
        todo!()
    }

    /// Sets every quota counter back.
    pub async fn reset_quotas(&self) -> Result<(), ControlError> {
        todo!()
    }

    /// The addresses it has seen, and their bans.
    pub async fn bans(&self) -> Result<Vec<AddressView>, ControlError> {
        todo!()
    }

    /// Lifts every ban and forgets every address.
    pub async fn lift_bans(&self) -> Result<(), ControlError> {
        todo!()
    }

    /// Mints a fresh token.
    pub async fn mint(&self, new: &NewToken) -> Result<TokenView, ControlError> {
        todo!("{new:?}")
    }
}
