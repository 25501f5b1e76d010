//! One connection, from accept to its end.

use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc};

use doublure_journal::{ConnectionId, Ending, Event, Hop, Side};
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::mpsc};

use super::{
    answer::{self, AnswerBody},
    inbound::{self, Arrival},
    silence,
};
use crate::{
    Admission, Arrived, Fingerprint, Labels, Service, Subject,
    gate::{Driven, Fate, Gate, Keeper, Line, drive},
    session::{Closing, Core},
};

/// What all connections of a host share.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) core: Arc<Core>,
    pub(super) hop: Hop,
    pub(super) local: SocketAddr,
    pub(super) service: Arc<dyn Service>,
    pub(super) closing: Arc<Closing>,
    pub(super) _alive: mpsc::Sender<Infallible>,
}

/// How a connection ended, and by whom.
pub(crate) type Ended = (Side, Ending);

/// Serves a connection that was accepted.
pub(super) async fn run(door: Door, stream: TcpStream, peer: SocketAddr) {
    let core = Arc::clone(&door.core);
    let pairing = core.connections.take_pairing(peer);
    let wire = pairing.as_ref().and_then(|pairing| pairing.wire.clone());
    let end = wire.map(|wire| wire.asked());
    if let Some(end) = &end {
        end.accepted();
    }
    let keeper = Keeper::of_wire(end);
    let arrival = Arrival {
        hop: door.hop,
        peer,
        origin: pairing.map(|pairing| pairing.origin),
    };
    let connection = core.next_connection();
    let opened = Opened::record(&core, connection, &door, peer);
    if arrival.is_foreign() {
        if door.hop == Hop::Client {
            core.connections.add(connection, peer.ip(), keeper.clone());
        }
        decide(&door, peer, &keeper).await;
    }
    let gate = Gate::new(stream, keeper.clone());
    let ended = tokio::select! {
        biased;
        () = door.closing.wait() => (Side::Ours, Ending::Closed),
        ended = converse(&core, connection, gate, &keeper, |request| {
            exchange(&door, arrival, &keeper, request)
        }) => ended,
    };
    opened.close(ended);
}

/// Speaks HTTP through a gate until one side ends the connection or the keeper orders otherwise.
pub(crate) async fn converse<L, F, A>(
    core: &Arc<Core>,
    connection: ConnectionId,
    gate: Gate<L>,
    keeper: &Keeper,
    respond: F,
) -> Ended
where
    L: Line + Sync,
    F: Fn(Request<Incoming>) -> A,
    A: Future<Output = Response<AnswerBody>>,
{
    let respond = |request| {
        let answer = respond(request);
        async move { Ok::<_, Infallible>(answer.await) }
    };
    let mut http = http1::Builder::new()
        // The date is the session's.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(gate), service_fn(respond));
    let driven = drive(keeper, &mut http).await;
    // Dropping the rest of HTTP drops what it has not written, and the call that it waited for.
    let mut gate = http.into_parts().io.into_inner();
    match driven {
        Driven::Done(_) => match keeper.peer() {
            Some(ending) => (Side::Peer, ending),
            None => (Side::Ours, Ending::Closed),
        },
        Driven::Ordered(Fate::Silent) => silence::hold(core, connection, gate, keeper).await,
        Driven::Ordered(Fate::Reset) => {
            gate.reset();
            (Side::Ours, Ending::Reset)
        }
        Driven::Ordered(Fate::Close | Fate::Open) => {
            // If the peer is gone already, the end is none the worse for it.
            let _ = gate.shutdown().await;
            (Side::Ours, Ending::Closed)
        }
    }
}

/// Whether a foreign caller is served at all.
async fn decide(door: &Door, peer: SocketAddr, keeper: &Keeper) {
    if door.service.admits(peer) == Admission::Silence {
        keeper.order(Fate::Silent);
    } else if door.hop == Hop::Client && is_refused(&door.core, peer).await {
        keeper.order(Fate::Reset);
    }
}

async fn is_refused(core: &Core, peer: SocketAddr) -> bool {
    let subject = Subject {
        hop: Hop::Client,
        labels: &Labels::default(),
        address: Some(peer.ip()),
        fingerprint: Fingerprint::of_address(peer.ip()),
        connecting: true,
    };
    let arrived = Arrived {
        at: core.clock.now(),
        headers: None,
    };
    core.strike(&subject, None, None, arrived).await.is_some()
}

async fn exchange(
    door: &Door,
    arrival: Arrival,
    keeper: &Keeper,
    request: Request<Incoming>,
) -> Response<AnswerBody> {
    let (call, reply) = inbound::work(&door.core, arrival, &door.service, keeper, request).await;
    answer::send(&door.core, keeper, call, reply).await
}

/// A connection that is known as open, until this is dropped.
struct Opened<'a> {
    core: &'a Core,
    connection: ConnectionId,
}

impl<'a> Opened<'a> {
    fn record(core: &'a Core, connection: ConnectionId, door: &Door, peer: SocketAddr) -> Self {
        core.journal.record(Event::ConnectionOpened {
            connection,
            hop: door.hop,
            peer,
            local: door.local,
        });
        Self { core, connection }
    }

    fn close(self, (by, how): Ended) {
        self.core.journal.record(Event::ConnectionClosed {
            connection: self.connection,
            by,
            how,
        });
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.core.connections.remove(self.connection);
    }
}
