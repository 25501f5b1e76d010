//! How the gateway reaches a provider, in process or on a socket, alike.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use doublure_journal::{ExchangeId, Failure};
use http::{Request, Response};

use crate::{Labels, Service, Session};

/// Where a provider is.
#[derive(Clone)]
pub enum Place {
    /// In this process: called as a service; over an in-memory duplex where a fault touches the wire.
    InProcess(Arc<dyn Service>),
    /// On a socket.
    Socket(SocketAddr),
}

/// The way to one provider.
#[derive(Clone)]
pub struct Upstream {
    /// Provider id.
    pub provider: Arc<str>,
    /// Where it is.
    pub place: Place,
}

impl Upstream {
    /// Makes one call. The caller sets the deadline with [`crate::Clock::within`]; a call that is dropped is journalled as given up.
    ///
    /// # Errors
    /// Why no whole answer came.
    pub async fn exchange(
        &self,
        session: &Session,
        parent: ExchangeId,
        labels: Labels,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Failure> {
        let _ = (session, parent, labels, request);
        todo!()
    }
}
