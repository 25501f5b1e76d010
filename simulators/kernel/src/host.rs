//! Binds, accepts, drives hyper.
//!
//! - `connection`: one connection, from accept to its end.
//! - `inbound`: one request, from its head to the reply that the service gives.
//! - `fault_header`: the header by which a caller asks for a fault, where that is allowed.
//! - `answer`: a reply on its way out, whole or broken.
//! - `opened`: a connection that is known as open, and how it ended.
//! - `silence`: a connection on which nothing is ever sent again.

pub(crate) mod answer;
pub(crate) mod connection;
mod fault_header;
pub(crate) mod inbound;
mod opened;
mod silence;

use std::{convert::Infallible, future::poll_fn, io, net::SocketAddr, sync::Arc, time::Duration};

use doublure_journal::{ExchangeId, Hop, Moment};
use tokio::{net::TcpStream, sync::mpsc};

use self::connection::Door;
use crate::{
    Clock, Order, Service, Session, Tls,
    doorway::Doorway,
    session::{Closing, Core},
};

/// A listener and all its connections.
///
/// A caller that closes its connection, or only its own side of it, before it is answered has left:
/// that is written down, and the call goes on without it.
///
/// Faults at connect (`refuse`, `unreachable`, `unresolvable`, `slow-tls`) strike our own gateway at its connector, and
/// foreign callers here. Where all connections of a time or a state are refused or never answered, nobody listens
/// meanwhile, or the system drops what would open one (Linux; elsewhere they are accepted and held in silence). Where
/// each connection is decided for itself, as by a share, a count or a delay, it has come about by then: one that is
/// refused is reset at once, one that is unreachable is silent, before anything is read. Names are resolved by others:
/// `unresolvable` is a reset as well. A caller that keeps a connection from before meets the same with its next
/// request.
#[derive(Debug)]
pub struct Host {
    address: SocketAddr,
    secured: bool,
    closing: Arc<Closing>,
    /// Ends when the last connection is gone.
    connections: mpsc::Receiver<Infallible>,
}

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
        Self::bind_secured(session, hop, address, service, None).await
    }

    /// The same, speaking TLS to foreign callers where `tls` is given. Our own gateway is always
    /// spoken to in plain text: its calls are looked at, not read by others.
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub async fn bind_secured(
        session: &Session,
        hop: Hop,
        address: SocketAddr,
        service: Arc<dyn Service>,
        tls: Option<Tls>,
    ) -> io::Result<Self> {
        let doorway = Arc::new(Doorway::bind(hop, address, Arc::clone(&service))?);
        let address = doorway.address();
        let core = Arc::clone(session.core());
        let closing = Arc::new(Closing::default());
        let (alive, connections) = mpsc::channel(1);
        core.connections.open_door(Arc::clone(&doorway));
        core.settle(&doorway);
        let secured = tls.is_some();
        let door = Door {
            core: Arc::clone(&core),
            doorway,
            service,
            tls,
            closing: Arc::clone(&closing),
            _alive: alive,
        };
        core.spawn(accept(door));
        Ok(Self {
            address,
            secured,
            closing,
            connections,
        })
    }

    /// Where it listens; the port is known, also when port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether foreign callers are spoken to in TLS.
    pub const fn is_secured(&self) -> bool {
        self.secured
    }

    /// Stops accepting and ends every connection. Also done when the host is dropped.
    pub async fn stop(mut self) {
        self.closing.close();
        // Nothing is ever sent on it: it ends when nobody is left who could.
        let _ = self.connections.recv().await;
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.closing.close();
    }
}

async fn accept(door: Door) {
    let doorway = &door.doorway;
    let _shut = ShutOnDrop(Arc::clone(&door.core), doorway.address());
    loop {
        let accepted = tokio::select! {
            biased;
            () = door.closing.wait() => return,
            () = doorway.changed() => continue,
            () = until(&door) => {
                door.core.settle(doorway);
                continue;
            }
            accepted = poll_fn(|context| doorway.poll_accept(context)) => accepted,
        };
        match accepted {
            Ok((stream, peer)) => welcome(&door, stream, peer),
            // Out of descriptors, most likely. Some may be given back meanwhile.
            Err(_) => {
                let _ = Clock::patience(ACCEPT_PAUSE, std::future::pending::<()>()).await;
            }
        }
    }
}

/// Returns when the time has come to look at the door again.
async fn until(door: &Door) {
    match door.doorway.until() {
        // Before all else that is due then: who asks at that moment meets the new state.
        Some(due) => door.core.clock.sleep_until(due, Order::Delivery).await,
        None => std::future::pending().await,
    }
}

fn welcome(door: &Door, stream: TcpStream, peer: SocketAddr) {
    // Small answers must not wait for the peer's acknowledgements; without it they only come later.
    let _ = stream.set_nodelay(true);
    door.core.spawn(connection::run(door.clone(), stream, peer));
}

struct ShutOnDrop(Arc<Core>, SocketAddr);

impl Drop for ShutOnDrop {
    fn drop(&mut self) {
        self.0.connections.close_door(self.1);
    }
}

const ACCEPT_PAUSE: Duration = Duration::from_millis(20);
