//! One connection, from accept to its end.

use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use doublure_journal::{ConnectionId, Ending, Event, Hop, Side};
use doublure_scenarios::{Effect, WireFault};
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::mpsc};

use super::{
    answer::{self, AnswerBody},
    inbound::{self, Arrival},
    opened::{Ended, Opened},
    silence,
};
use crate::{
    Admission, Arrived, Fingerprint, Labels, Service, Subject, Tls,
    doorway::Doorway,
    gate::{Agreed, Driven, Fate, Gate, Keeper, Line, Secured, drive},
    session::{Closing, Core},
};

/// What all connections of a host share.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) core: Arc<Core>,
    pub(super) doorway: Arc<Doorway>,
    pub(super) service: Arc<dyn Service>,
    pub(super) tls: Option<Tls>,
    pub(super) closing: Arc<Closing>,
    pub(super) _alive: mpsc::Sender<Infallible>,
}

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
        hop: door.doorway.hop(),
        peer,
        origin: pairing.map(|pairing| pairing.origin),
    };
    let connection = core.next_connection();
    let opened = Opened::record(&core, connection, &door.doorway, peer);
    if arrival.is_foreign() {
        if arrival.hop == Hop::Client {
            core.connections.add(connection, peer.ip(), keeper.clone());
        }
        decide(&door, peer, &keeper).await;
    }
    let tls = door.tls.as_ref().filter(|_| arrival.is_foreign());
    let ended = match tls {
        None => serve(&door, connection, arrival, stream, keeper).await,
        Some(tls) => {
            let core = Arc::clone(&core);
            let secured = Secured::new(stream, tls, move |agreed| {
                tell(&core, connection, agreed);
            });
            serve(&door, connection, arrival, secured, keeper).await
        }
    };
    opened.close(ended);
}

/// Serves what comes over a line until it ends or the host is stopped.
async fn serve<L: Line + Sync>(
    door: &Door,
    connection: ConnectionId,
    arrival: Arrival,
    line: L,
    keeper: Keeper,
) -> Ended {
    let gate = Gate::new(line, keeper.clone());
    tokio::select! {
        biased;
        () = door.closing.wait() => (Side::Ours, Ending::Closed),
        ended = converse(&door.core, connection, gate, &keeper, |request| {
            exchange(door, arrival, &keeper, request)
        }) => ended,
    }
}

/// Writes down what came of the greeting of TLS.
fn tell(core: &Core, connection: ConnectionId, agreed: Result<Agreed, String>) {
    match agreed {
        Ok(Agreed { version, name }) => core.journal.record(Event::ConnectionSecured {
            connection,
            version: version.to_owned(),
            name,
        }),
        Err(why) => core.note(None, "tls", format!("no agreement with a caller: {why}")),
    }
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
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_SILENCE_OF_A_CALLER)
        .serve_connection(TokioIo::new(gate), service_fn(respond));
    let driven = drive(keeper, &mut http).await;
    // Dropping the rest of HTTP drops what it has not written, and the call that it waited for.
    let gate = http.into_parts().io.into_inner();
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
            let _ = gate.cut().await;
            (Side::Ours, Ending::Closed)
        }
    }
}

/// Whether a foreign caller is served at all.
async fn decide(door: &Door, peer: SocketAddr, keeper: &Keeper) {
    if door.service.admits(peer) == Admission::Silence {
        keeper.order(Fate::Silent);
    } else if let Some(fate) = struck(door, peer).await {
        keeper.order(fate);
    }
}

/// What a fault that strikes before anything is asked makes of a connection; none: it goes on.
async fn struck(door: &Door, peer: SocketAddr) -> Option<Fate> {
    let core = &door.core;
    let (hop, provider) = (door.doorway.hop(), door.doorway.provider());
    let now = core.clock.now();
    if core
        .engine
        .standing(hop, provider.map(|id| &**id), now)
        .by_request
    {
        return None;
    }
    let subject = Subject {
        hop,
        labels: &Labels {
            provider: provider.cloned(),
            ..Labels::default()
        },
        address: Some(peer.ip()),
        fingerprint: Fingerprint::of_address(peer.ip()),
        connecting: true,
    };
    let arrived = Arrived {
        at: now,
        headers: None,
    };
    match core.strike(&subject, None, None, arrived).await? {
        // What is slow has been waited for.
        Effect::Wire(WireFault::SlowTls) => None,
        Effect::Wire(WireFault::Unreachable) => Some(Fate::Silent),
        _ => Some(Fate::Reset),
    }
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

/// How long a caller may take from one answer (or the start) to the whole head of its next request.
/// On real time, as all guards of sockets. As long as front servers commonly keep idle connections.
const LONGEST_SILENCE_OF_A_CALLER: Duration = Duration::from_secs(75);

#[cfg(test)]
mod tests {
    use doublure_journal::CaptureLevel;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::{ClockKind, Session, SessionConfig, gate::pipe};

    fn session() -> Session {
        Session::new(SessionConfig {
            name: "tests".into(),
            seed: 1,
            clock: ClockKind::Real,
            capture: CaptureLevel::Meta,
            journal_capacity: 10,
            scenario: doublure_scenarios::Scenario::default(),
            marks_answers: false,
            access_log: None,
            fault_log: None,
            fault_header: None,
        })
    }

    /// In memory, so that the time of the runtime may jump to the next thing due.
    #[tokio::test(start_paused = true)]
    async fn a_caller_that_never_ends_its_head_is_left() {
        let session = session();
        let keeper = Keeper::default();
        let (near, mut far) = pipe();
        let gate = Gate::new(near, keeper.clone());
        far.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();

        let ended = converse(session.core(), ConnectionId(1), gate, &keeper, |_| {
            std::future::pending()
        })
        .await;
        let mut said = String::new();
        far.read_to_string(&mut said).await.unwrap();

        assert_eq!(ended, (Side::Ours, Ending::Closed));
        assert!(!said.contains("200"), "{said}");
    }
}
