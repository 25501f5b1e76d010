//! A session, services made of closures, and a caller that speaks HTTP by hand.

use std::{future::Future, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use doublure_journal::{CaptureLevel, Entry, Event, EventKind, Filter, Hop, Moment};
use doublure_kernel::{
    Clock, ClockKind, Exchange, Fingerprint, Host, Labels, Reply, Service, Session, SessionConfig,
    Subject, When,
};
use doublure_scenarios::{Effect, Fault, On, Scenario, WireFault};
use http::{Request, Response};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Real time that a loaded machine may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub(crate) fn config() -> SessionConfig {
    SessionConfig {
        name: "tests".into(),
        seed: 1,
        clock: ClockKind::Manual("2026-01-15T10:00:00Z".parse().unwrap()),
        capture: CaptureLevel::Full,
        journal_capacity: 10_000,
        scenario: Scenario::default(),
        marks_answers: false,
        access_log: None,
        fault_header: None,
        fault_log: None,
    }
}

/// A session on a manual clock.
pub(crate) fn session() -> Session {
    Session::new(config())
}

/// A session in which one fault strikes.
pub(crate) fn session_with(fault: Fault) -> Session {
    let scenario = Scenario {
        faults: vec![fault],
        ..Scenario::default()
    };
    Session::new(SessionConfig {
        scenario,
        ..config()
    })
}

pub(crate) fn fault(on: On, then: Effect) -> Fault {
    Fault {
        name: "broken".into(),
        on,
        when: doublure_scenarios::When::default(),
        delay: Duration::ZERO.into(),
        then,
        enters: None,
    }
}

pub(crate) fn wire(fault_of: WireFault) -> Fault {
    fault(On::Provider, Effect::Wire(fault_of))
}

type Answering = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// A service made of a closure.
pub(crate) struct Play<F>(F);

pub(crate) fn play<F, A>(answer: F) -> Arc<dyn Service>
where
    F: Fn(Exchange) -> A + Send + Sync + 'static,
    A: Future<Output = Reply> + Send + 'static,
{
    Arc::new(Play(move |exchange| {
        Box::pin(answer(exchange)) as Answering
    }))
}

impl<F: Fn(Exchange) -> Answering + Send + Sync + 'static> Service for Play<F> {
    fn label(&self, request: &mut Request<Bytes>) -> Labels {
        Labels {
            operation: Some("played".into()),
            entity: request.uri().path().strip_prefix('/').map(Into::into),
            ..Labels::default()
        }
    }

    fn call(self: Arc<Self>, exchange: Exchange) -> Answering {
        (self.0)(exchange)
    }
}

pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> Reply {
    let response = Response::builder().status(status).body(body.into());
    Reply::from(response.unwrap())
}

/// A service that gives this reply, broken as the scenario wants it.
pub(crate) fn struck(session: &Session, hop: Hop, reply: fn() -> Reply) -> Arc<dyn Service> {
    let session = session.clone();
    play(move |exchange| {
        let session = session.clone();
        async move {
            let subject = Subject {
                hop,
                labels: &exchange.labels,
                address: Some(exchange.peer.ip()),
                fingerprint: Fingerprint::of(hop, &exchange.request, None),
                connecting: false,
            };
            match session.strike(subject, &exchange).await {
                None => reply(),
                Some(Effect::Wire(wire)) => Reply {
                    wire: Some(wire),
                    ..reply()
                },
                Some(other) => panic!("{other:?} is not played here"),
            }
        }
    })
}

pub(crate) async fn host(session: &Session, hop: Hop, service: Arc<dyn Service>) -> Host {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    Host::bind(session, hop, anywhere, service).await.unwrap()
}

/// A caller with one connection.
pub(crate) struct Caller(pub(crate) TcpStream);

/// An answer as it came over a connection: head and body, or what there was of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Came {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Caller {
    pub(crate) async fn connect(host: &Host) -> Self {
        let stream = TcpStream::connect(host.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub(crate) async fn ask(&mut self, target: &str) {
        self.say(&format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n"))
            .await;
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads one answer whole.
    pub(crate) async fn answer(&mut self) -> Came {
        within(async {
            let mut bytes = Vec::new();
            loop {
                let came = Came::parse(&bytes);
                if came.is_whole() {
                    return came;
                }
                assert_ne!(self.0.read_buf(&mut bytes).await.unwrap(), 0, "{came:?}");
            }
        })
        .await
    }

    /// Reads until the connection ends.
    pub(crate) async fn rest(&mut self) -> (Came, std::io::Result<usize>) {
        within(async {
            let mut bytes = Vec::new();
            let ended = self.0.read_to_end(&mut bytes).await;
            (Came::parse(&bytes), ended)
        })
        .await
    }
}

impl Came {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Self {
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1);
        lines
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn is_whole(&self) -> bool {
        let length = self
            .header("content-length")
            .map(|length| length.parse().unwrap());
        length == Some(self.body.len())
    }
}

/// Waits on real time, and says so when nothing comes.
pub(crate) async fn within<F: Future>(work: F) -> F::Output {
    Clock::patience(PATIENCE, work).await.expect("nothing came")
}

pub(crate) async fn advance(session: &Session, by: Duration, parked: usize) -> Moment {
    let when = When {
        parked: Some(parked),
    };
    session.clock().advance(by, when, PATIENCE).await.unwrap()
}

pub(crate) fn of(kind: EventKind) -> Filter {
    Filter {
        event: Some(kind),
        ..Filter::default()
    }
}

pub(crate) async fn wait_for(session: &Session, kind: EventKind, count: usize) -> Vec<Entry> {
    let picked = session.journal().wait_for(&of(kind), count, PATIENCE).await;
    assert!(picked >= count, "{picked} of {count} {kind:?}");
    session.journal().entries(&of(kind), usize::MAX)
}

pub(crate) fn events(session: &Session) -> Vec<Event> {
    let entries = session.journal().entries(&Filter::default(), usize::MAX);
    entries.into_iter().map(|entry| entry.event).collect()
}
