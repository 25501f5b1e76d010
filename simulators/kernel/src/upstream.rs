//! How the gateway reaches a provider, in process or on a socket, alike.
//!
//! - `asking`: an exchange as the asking side sees it, written down from its start to its end.
//! - `client`: an HTTP client over one connection.
//! - `connector`: makes a connection to a socket, known to the session where the other end is ours.
//! - `in_process`: the same exchange without a socket.

mod asking;
mod client;
mod connector;
mod in_process;

use std::{fmt, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use doublure_journal::{ExchangeId, Failure, Hop};
use doublure_scenarios::{Effect, WireFault};
use http::{
    HeaderValue, Request, Response, Uri, Version,
    header::{CONTENT_LENGTH, HOST},
    uri::PathAndQuery,
};

use self::asking::Asking;
use crate::{
    Arrived, Fingerprint, Labels, Service, Session, Subject,
    session::{Core, Origin},
};

/// The exchange in which a provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    exchange: ExchangeId,
    passes_on: bool,
}

/// Where a provider is.
#[derive(Clone)]
pub enum Place {
    /// In this process: called as a service; over an in-memory duplex where a fault touches the wire.
    InProcess(Arc<dyn Service>),
    /// On a socket.
    Socket(SocketAddr),
}

/// The way to one provider.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Provider id.
    pub provider: Arc<str>,
    /// Where it is.
    pub place: Place,
}

impl Parent {
    /// An exchange that only passes on what the provider gives it: what breaks on the wire of the provider's answer
    /// breaks on the wire of this one's answer instead, and until that is out the provider is not done.
    pub const fn passing_on(exchange: ExchangeId) -> Self {
        Self {
            exchange,
            passes_on: true,
        }
    }

    /// An exchange that meets itself what breaks on the wire to a provider.
    pub const fn within(exchange: ExchangeId) -> Self {
        Self {
            exchange,
            passes_on: false,
        }
    }

    /// The exchange.
    pub const fn exchange(self) -> ExchangeId {
        self.exchange
    }

    /// The exchange, where it only passes on.
    pub(crate) fn passes_on(self) -> Option<ExchangeId> {
        self.passes_on.then_some(self.exchange)
    }
}

impl Upstream {
    /// Makes one call. The caller sets the deadline with [`crate::Clock::within`]; a call that is dropped is journalled as given up.
    ///
    /// The request is sent with its path and query only, with its length, and with the provider's id
    /// as `Host` where it has none. It is journalled as sent before the connection is made, so that one that could
    /// not be made has an exchange to stand in.
    ///
    /// # Errors
    /// Why no whole answer came.
    pub async fn exchange(
        &self,
        session: &Session,
        parent: impl Into<Parent>,
        labels: Labels,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Failure> {
        let core = session.core();
        let labels = Labels {
            provider: Some(Arc::clone(&self.provider)),
            ..labels
        };
        let request = self.addressed(request);
        let origin = Origin {
            exchange: core.next_exchange(),
            parent: parent.into(),
        };
        let asking = Asking::open(core, origin, &labels, &request);
        let work = self.carry(core, origin, labels, request, asking.head());
        asking.over(work).await
    }

    async fn carry(
        &self,
        core: &Arc<Core>,
        origin: Origin,
        labels: Labels,
        request: Request<Bytes>,
        head: asking::Head,
    ) -> Result<Response<Bytes>, Failure> {
        refused(core, origin, &labels, &request).await?;
        match &self.place {
            Place::InProcess(service) => {
                in_process::exchange(core, origin, service, request, head).await
            }
            Place::Socket(address) => {
                let (line, keeper) = connector::connect(core, origin, *address).await?;
                // Boxed, as what is large and rare should not be moved about with every call.
                Box::pin(client::ask(core, line, keeper, request, head)).await
            }
        }
    }

    fn addressed(&self, request: Request<Bytes>) -> Request<Bytes> {
        let (mut head, body) = request.into_parts();
        let target = head.uri.path_and_query().cloned();
        head.uri = Uri::from(target.unwrap_or_else(|| PathAndQuery::from_static("/")));
        head.version = Version::HTTP_11;
        if !head.headers.contains_key(HOST)
            && let Ok(host) = HeaderValue::try_from(&*self.provider)
        {
            head.headers.insert(HOST, host);
        }
        if !body.is_empty() {
            head.headers.insert(CONTENT_LENGTH, body.len().into());
        }
        Request::from_parts(head, body)
    }
}

impl From<ExchangeId> for Parent {
    fn from(exchange: ExchangeId) -> Self {
        Self::within(exchange)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InProcess(_) => f.write_str("InProcess"),
            Self::Socket(address) => f.debug_tuple("Socket").field(address).finish(),
        }
    }
}

/// The faults that strike before a connection stands.
async fn refused(
    core: &Core,
    origin: Origin,
    labels: &Labels,
    request: &Request<Bytes>,
) -> Result<(), Failure> {
    if !core.engine.is_armed() {
        return Ok(());
    }
    let subject = Subject {
        hop: Hop::Provider,
        labels,
        address: None,
        fingerprint: Fingerprint::of(Hop::Provider, request, labels.token_name.as_deref()),
        connecting: true,
    };
    let arrived = Arrived {
        at: core.clock.now(),
        headers: Some(request.headers()),
    };
    let struck = core.strike(
        &subject,
        Some(origin.exchange),
        Some(origin.parent.exchange()),
        arrived,
    );
    match struck.await {
        Some(Effect::Wire(WireFault::Refuse)) => Err(Failure::Refused),
        Some(Effect::Wire(WireFault::Unreachable)) => Err(Failure::Unreachable),
        Some(Effect::Wire(WireFault::Unresolvable)) => Err(Failure::Unresolvable),
        _ => Ok(()),
    }
}
