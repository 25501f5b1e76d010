//! What a simulator is to the host: a request in, a reply out.

use std::{
    fmt,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use bytes::Bytes;
use doublure_journal::{ExchangeId, Moment};
use doublure_scenarios::WireFault;
use http::{Request, Response};

/// A simulator.
pub trait Service: Send + Sync + 'static {
    /// Whether a connection from `peer` is served at all; asked at accept.
    fn admits(&self, peer: SocketAddr) -> Admission {
        let _ = peer;
        Admission::Serve
    }

    /// Addresses whose connections are not even answered now; asked when that may have changed
    /// ([`crate::Session::doors_changed`]).
    fn shuts_out(&self, now: Moment) -> ShutOut {
        let _ = now;
        ShutOut::default()
    }

    /// Id of the provider that it plays, where it plays one.
    fn provider(&self) -> Option<Arc<str>> {
        None
    }

    /// What is known of a request before it is worked on. Must be cheap; what [`Service::call`] need not read again may
    /// be left in the request's extensions.
    fn label(&self, request: &mut Request<Bytes>) -> Labels;

    /// Works on a request. Runs in a task of its own: it goes on when the caller leaves.
    fn call(self: Arc<Self>, exchange: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>>;
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is served.
    Serve,
    /// Nothing is ever sent on it.
    Silence,
}

/// Addresses whose connections nobody answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShutOut {
    /// The addresses.
    pub addresses: Vec<IpAddr>,
    /// When it is to be asked again; none: only when told so.
    pub until: Option<Moment>,
}

/// What is known of a request: goes into the journal and to the fault engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Operation id.
    pub operation: Option<Arc<str>>,
    /// Provider id.
    pub provider: Option<Arc<str>>,
    /// Name of the provider's own call.
    pub call: Option<Arc<str>>,
    /// SIREN or SIRET.
    pub entity: Option<Arc<str>>,
    /// The raw token; masked before it is written down.
    pub token: Option<Arc<str>>,
    /// The token's name, where it is one of the session's own.
    pub token_name: Option<Arc<str>>,
}

impl Labels {
    /// Name of the call by which every provider that wants one is logged in to.
    pub const LOG_IN: &str = "login";
}

/// A request and where it stands.
#[derive(Debug)]
pub struct Exchange {
    /// Its number.
    pub id: ExchangeId,
    /// The gateway's exchange that caused it, where our gateway did.
    pub parent: Option<ExchangeId>,
    /// The request, its body read.
    pub request: Request<Bytes>,
    /// What [`Service::label`] said of it.
    pub labels: Labels,
    /// Where it came from.
    pub peer: SocketAddr,
    /// When it was got.
    pub got: Moment,
}

/// What becomes of a request.
#[derive(Debug)]
pub struct Reply {
    /// The answer; not used where `wire` keeps it from being sent.
    pub response: Response<Bytes>,
    /// What breaks below HTTP, if anything.
    pub wire: Option<WireFault>,
    /// Told once the last byte of the answer is out; never, where that does not come about.
    pub sent: Option<Sent>,
}

/// Is told that an answer is out.
pub struct Sent(Box<dyn FnOnce() + Send>);

impl Sent {
    /// Calls this. It must be quick: it is called where bytes are written.
    pub fn new(told: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(told))
    }

    /// The last byte is out.
    pub fn tell(self) {
        (self.0)();
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sent")
    }
}

impl Reply {
    /// Nothing is ever answered, and the connection stays silent.
    pub fn silence() -> Self {
        Self {
            response: Response::new(Bytes::new()),
            wire: Some(WireFault::Silence),
            sent: None,
        }
    }
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self {
            response,
            wire: None,
            sent: None,
        }
    }
}
