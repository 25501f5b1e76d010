//! The client of the control API.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use self::transport::{Payload, Transport};
use crate::{NewSession, Problem, SessionView, Trust};

mod follow;
mod session;
mod transport;

pub use self::follow::Follow;

/// Speaks to a control server, in this process or far away. Cheap to clone; connections are kept and shared.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
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
    pub fn new(address: SocketAddr) -> Self {
        Self {
            transport: Transport::new(address),
        }
    }

    /// The same, of a server that speaks TLS under this name and is believed by `trust`.
    pub fn secured(address: SocketAddr, name: &str, trust: Trust) -> Self {
        Self {
            transport: Transport::secured(address, name, trust),
        }
    }

    /// Where the server is.
    pub const fn address(&self) -> SocketAddr {
        self.transport.address()
    }

    /// Whether it is up.
    pub async fn health(&self) -> Result<(), ControlError> {
        self.tell(Method::GET, "/health", Payload::Nothing).await
    }

    /// The control API as the server describes it, an OpenAPI document.
    pub async fn openapi(&self) -> Result<Value, ControlError> {
        self.ask(Method::GET, "/openapi.json", Payload::Nothing)
            .await
    }

    /// Every session.
    pub async fn sessions(&self) -> Result<Vec<SessionView>, ControlError> {
        self.ask(Method::GET, "/sessions", Payload::Nothing).await
    }

    /// Creates a session.
    pub async fn create(
        &self,
        new: &NewSession,
    ) -> Result<(SessionClient, SessionView), ControlError> {
        let payload = self.json(new)?;
        let view: SessionView = self.ask(Method::POST, "/sessions", payload).await?;
        Ok((self.session(&view.name), view))
    }

    /// Speaks of the session with this name; whether it exists shows at the first call.
    pub fn session(&self, name: &str) -> SessionClient {
        SessionClient {
            client: self.clone(),
            name: name.to_owned(),
        }
    }

    /// A call whose answer is a value.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        target: &str,
        payload: Payload,
    ) -> Result<T, ControlError> {
        let body = self.accepted(method, target, payload).await?;
        serde_json::from_slice(&body).map_err(|error| self.transport.foreign(error))
    }

    /// A call whose answer has no value.
    async fn tell(
        &self,
        method: Method,
        target: &str,
        payload: Payload,
    ) -> Result<(), ControlError> {
        self.accepted(method, target, payload).await.map(drop)
    }

    /// The body of an answer that is no refusal.
    async fn accepted(
        &self,
        method: Method,
        target: &str,
        payload: Payload,
    ) -> Result<Bytes, ControlError> {
        let (status, body) = self.transport.call(method, target, payload).await?;
        if status.is_success() {
            return Ok(body);
        }
        Err(self.refused(status, &body))
    }

    fn refused(&self, status: StatusCode, body: &[u8]) -> ControlError {
        match serde_json::from_slice(body) {
            Ok(problem) => ControlError::Refused {
                status: status.as_u16(),
                problem,
            },
            Err(_) => self
                .transport
                .foreign(format!("it answers {status} without saying why")),
        }
    }

    fn json<T: Serialize>(&self, value: &T) -> Result<Payload, ControlError> {
        match serde_json::to_vec(value) {
            Ok(bytes) => Ok(Payload::Json(bytes.into())),
            Err(error) => Err(self
                .transport
                .foreign(format!("what is to be sent is no JSON: {error}"))),
        }
    }
}

fn encoded(name: &str) -> String {
    utf8_percent_encode(name, RESERVED).to_string()
}

/// All that RFC 3986 does not leave unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests;
