//! A listening socket towards somebody else, shut as long as no connection is to come about.
//!
//! - `filter`: which addresses the system leaves without an answer.
//!
//! Nobody in this process sees a connection that is refused or never answered: the journal notes when a door is shut
//! and opened. What was accepted before goes on as it may.

mod filter;

use std::{
    fmt, io, mem,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use doublure_journal::{Hop, Moment};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::Handle,
    sync::Notify,
};

use self::filter::Filter;
use crate::{
    Engine, Service, ShutOut,
    engine::{Shut, Standing},
    lock::locked,
};

/// A listening socket that can be shut and opened again on its own address.
pub(crate) struct Doorway {
    hop: Hop,
    address: SocketAddr,
    service: Arc<dyn Service>,
    provider: Option<Arc<str>>,
    runtime: Handle,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    socket: Socket,
    filter: Filter,
    shut: Option<Shut>,
    until: Option<Moment>,
}

enum Socket {
    /// Connections come.
    Listening(TcpListener),
    /// The address is kept, and nobody listens there: whoever connects is refused.
    Kept(TcpSocket),
    /// The address could not be kept.
    Lost,
}

impl Doorway {
    /// Listens; when this returns, callers can connect.
    pub(crate) fn bind(
        hop: Hop,
        address: SocketAddr,
        service: Arc<dyn Service>,
    ) -> io::Result<Self> {
        let listener = bound(address)?.listen(BACKLOG)?;
        Ok(Self {
            hop,
            address: listener.local_addr()?,
            provider: service.provider(),
            service,
            runtime: Handle::current(),
            state: Mutex::new(State {
                socket: Socket::Listening(listener),
                filter: Filter::Nobody,
                shut: None,
                until: None,
            }),
            changed: Notify::new(),
        })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) const fn hop(&self) -> Hop {
        self.hop
    }

    /// The provider behind it, where one is.
    pub(crate) const fn provider(&self) -> Option<&Arc<str>> {
        self.provider.as_ref()
    }

    /// Shuts or opens it as what is in force wants it now. Returns what is to be noted, if anything changed.
    pub(crate) fn settle(&self, engine: &Engine, now: Moment) -> Vec<String> {
        let _within = self.runtime.enter();
        // Asked while locked: of two who come at once, the second knows more.
        let mut state = locked(&self.state);
        let standing = engine.standing(self.hop, self.provider.as_deref(), now);
        let banned = match self.hop {
            Hop::Client => self.service.shuts_out(now),
            Hop::Provider => ShutOut::default(),
        };
        let ends = [standing.until, banned.until];
        state.until = ends.into_iter().flatten().min();
        let mut told = Vec::new();
        told.extend(self.listen(&mut state.socket, &standing));
        told.extend(state.filter_out(wanted(&standing, banned.addresses)));
        told.extend(self.words(&mut state.shut, standing.shut));
        drop(state);
        self.changed.notify_one();
        told
    }

    /// When it has to be settled again; none: not because of the time.
    pub(crate) fn until(&self) -> Option<Moment> {
        locked(&self.state).until
    }

    /// Returns once it was settled anew.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The next connection; none comes while it is shut.
    pub(crate) fn poll_accept(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        match &locked(&self.state).socket {
            Socket::Listening(listener) => Pin::new(listener).poll_accept(context),
            // Whoever opens it says that it changed.
            Socket::Kept(_) | Socket::Lost => Poll::Pending,
        }
    }

    /// Listens, or refuses. Returns what went wrong.
    fn listen(&self, socket: &mut Socket, standing: &Standing) -> Option<String> {
        let refuses = matches!(standing.shut, Some(Shut::Refused(_)));
        let wanted = match (mem::replace(socket, Socket::Lost), refuses) {
            (listening @ Socket::Listening(_), false) => Ok(listening),
            (kept @ Socket::Kept(_), true) => Ok(kept),
            (Socket::Kept(kept), false) => kept.listen(BACKLOG).map(Socket::Listening),
            (Socket::Lost, false) => bound(self.address)
                .and_then(|socket| socket.listen(BACKLOG))
                .map(Socket::Listening),
            (listening, true) => {
                // Two sockets of one address can only stand side by side while neither listens.
                drop(listening);
                bound(self.address).map(Socket::Kept)
            }
        };
        match wanted {
            Ok(wanted) => {
                *socket = wanted;
                None
            }
            Err(error) => Some(format!("{} is lost: {error}", self.address)),
        }
    }

    fn words(&self, known: &mut Option<Shut>, shut: Option<Shut>) -> Option<String> {
        if *known == shut {
            return None;
        }
        let door = self.provider.as_deref().unwrap_or("the gateway");
        let words = match &shut {
            None => format!("{door} accepts connections again"),
            Some(Shut::Refused(fault)) => format!("{door} refuses connections ({fault})"),
            Some(Shut::Unanswered(fault)) => format!("{door} answers no connection ({fault})"),
        };
        *known = shut;
        Some(words)
    }
}

impl fmt::Debug for Doorway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doorway")
            .field("hop", &self.hop)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl State {
    /// Leaves these without an answer. Returns what went wrong.
    fn filter_out(&mut self, wanted: Filter) -> Option<String> {
        let Socket::Listening(listener) = &self.socket else {
            // A socket that is made anew has none.
            self.filter = Filter::Nobody;
            return None;
        };
        if self.filter == wanted {
            return None;
        }
        let outcome = wanted.attach(listener);
        self.filter = wanted;
        let error = outcome.err()?;
        // What is accepted all the same is held in silence.
        Some(format!(
            "connections cannot be left unanswered ({error}): they are held in silence"
        ))
    }
}

fn wanted(standing: &Standing, mut addresses: Vec<IpAddr>) -> Filter {
    if matches!(standing.shut, Some(Shut::Unanswered(_))) {
        return Filter::Everybody;
    }
    addresses.extend(&standing.unanswered);
    Filter::of(addresses)
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // As listeners commonly do: connections that ended a moment ago do not keep the address.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

const BACKLOG: u32 = 1_024;
