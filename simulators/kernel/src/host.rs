//! Binds, accepts, drives hyper.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use doublure_journal::{ExchangeId, Hop, Moment};

use crate::{Service, Session};

/// A listener and all its connections.
#[derive(Debug)]
pub struct Host {}

/// What the access log is told of each exchange of a foreign caller, once it is over.
#[derive(Clone, Debug)]
pub struct AccessLine {
    /// The exchange.
    pub exchange: ExchangeId,
    /// When the request was got.
    pub at: Moment,
    /// Where it came from.
    pub peer: SocketAddr,
    /// HTTP method.
    pub method: String,
    /// Path and query, tokens masked.
    pub target: String,
    /// Status; none: it was not answered.
    pub status: Option<u16>,
    /// How long it took, on the session's clock.
    pub took: Duration,
    /// Names of the faults that fired in it, on both hops.
    pub faults: Vec<Arc<str>>,
}

impl Host {
    /// Binds, then accepts in the background: when this returns, callers can connect.
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub async fn bind(
        session: &Session,
        hop: Hop,
        address: SocketAddr,
        service: Arc<dyn Service>,
    ) -> io::Result<Self> {
        let _ = (session, hop, address, service);
        todo!()
    }

    /// Where it listens; the port is known, also when port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        todo!()
    }

    /// Stops accepting and ends every connection. Also done when the host is dropped.
    pub async fn stop(self) {
        todo!()
    }
}
