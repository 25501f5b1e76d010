//! What a foreign caller sees of a fault that strikes before anything is asked.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use doublure_journal::{Event, EventKind, Hop, Moment};
use doublure_kernel::{
    Admission, Clock, Exchange, Host, Labels, Reply, Service, Session, SessionConfig, ShutOut,
};
use doublure_scenarios::{Effect, Fault, On, Scenario, When, Window, WireFault};
use http::Request;
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{
    Caller, advance, answer, config, events, fault, host, of, play, seconds, session, session_with,
    wait_for, wire,
};

fn well() -> Arc<dyn Service> {
    play(|_| async { answer(200, "well") })
}

fn scenario(faults: impl IntoIterator<Item = Fault>) -> Scenario {
    Scenario {
        faults: faults.into_iter().collect(),
        ..Scenario::default()
    }
}

async fn connect(host: &Host) -> io::Result<TcpStream> {
    TcpStream::connect(host.address()).await
}

/// Whether a connection from this address of loopback comes about; none: nobody answers.
async fn connect_from(host: &Host, last: u8) -> Option<io::Result<TcpStream>> {
    let socket = TcpSocket::new_v4().unwrap();
    let from = Ipv4Addr::new(127, 0, 0, last);
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    // What loopback does not answer while it is asked, it never answers.
    let connecting = socket.connect(host.address());
    Clock::patience(Duration::from_millis(300), connecting)
        .await
        .ok()
}

fn notes(session: &Session) -> Vec<String> {
    let noted = events(session).into_iter().filter_map(|event| match event {
        Event::Noted { topic, text, .. } if topic == "door" => Some(text),
        _ => None,
    });
    noted.collect()
}

async fn asks(host: &Host) -> u16 {
    let mut caller = Caller::connect(host).await;
    caller.ask("/a").await;
    caller.answer().await.status()
}

#[tokio::test]
async fn a_refusal_closes_the_listener_and_opens_it_again_on_its_own_port() {
    for (hop, on) in [(Hop::Provider, On::Provider), (Hop::Client, On::Client)] {
        let session = session();
        let host = host(&session, hop, well()).await;

        session
            .engine()
            .install(scenario([fault(on, Effect::Wire(WireFault::Refuse))]));
        let refused = connect(&host).await;
        session.engine().install(Scenario::default());
        let status = asks(&host).await;

        assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        assert_eq!(status, 200);
        assert_eq!(
            notes(&session),
            [
                "the gateway refuses connections (broken)",
                "the gateway accepts connections again"
            ]
        );
    }
}

#[tokio::test]
async fn who_binds_under_a_refusal_is_refused_from_the_start() {
    let session = session_with(wire(WireFault::Refuse));
    let host = host(&session, Hop::Provider, well()).await;

    let refused = connect(&host).await;

    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_refusal_begins_and_ends_with_its_window() {
    let at = |text: &str| text.parse().ok();
    let when = When {
        window: Some(Window {
            from: at("2026-01-15T10:00:10Z"),
            to: at("2026-01-15T10:00:20Z"),
        }),
        ..When::default()
    };
    let session = session_with(Fault {
        when,
        ..wire(WireFault::Refuse)
    });
    let host = host(&session, Hop::Provider, well()).await;

    let mut came = Vec::new();
    for _ in 0..4 {
        came.push(connect(&host).await.is_ok());
        let steps = [9_999_999, 1, 9_999_999, 1];
        let step = Duration::from_micros(steps[came.len() - 1]);
        advance(&session, step, 0).await;
    }
    came.push(connect(&host).await.is_ok());

    assert_eq!(came, [true, true, false, false, true]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_host_that_is_unreachable_answers_no_connection() {
    let session = session();
    let host = host(&session, Hop::Provider, well()).await;

    session
        .engine()
        .install(scenario([wire(WireFault::Unreachable)]));
    let unanswered = connect_from(&host, 1).await;
    session.engine().install(Scenario::default());

    assert!(unanswered.is_none(), "{unanswered:?}");
    assert_eq!(asks(&host).await, 200);
    assert_eq!(
        session.journal().count(&of(EventKind::ConnectionSilenced)),
        0
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_gateway_is_unreachable_from_the_address_of_a_fault_and_from_no_other() {
    let when = When {
        address: Some(IpAddr::from([127, 0, 0, 9])),
        ..When::default()
    };
    let session = session_with(Fault {
        when,
        ..fault(On::Client, Effect::Wire(WireFault::Unreachable))
    });
    let host = host(&session, Hop::Client, well()).await;

    let (struck, spared) = (connect_from(&host, 9).await, connect_from(&host, 8).await);

    assert!(struck.is_none(), "{struck:?}");
    assert!(spared.unwrap().is_ok());
}

#[tokio::test]
async fn a_refusal_that_counts_is_a_reset_at_accept_of_those_that_it_counts() {
    for hop in [Hop::Provider, Hop::Client] {
        let on = if hop == Hop::Client {
            On::Client
        } else {
            On::Provider
        };
        let session = session_with(Fault {
            when: When {
                nth: Some(2),
                ..When::default()
            },
            ..fault(on, Effect::Wire(WireFault::Refuse))
        });
        let host = host(&session, hop, well()).await;

        let first = asks(&host).await;
        let (_, second) = Caller::connect(&host).await.rest().await;
        let third = asks(&host).await;

        assert_eq!((first, third), (200, 200));
        assert_eq!(second.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(session.journal().count(&of(EventKind::RequestGot)), 2);
        assert_eq!(session.journal().count(&of(EventKind::FaultFired)), 1);
    }
}

#[tokio::test]
async fn what_is_unreachable_now_and_then_is_silent_from_its_start() {
    let session = session_with(Fault {
        when: When {
            first: Some(1),
            ..When::default()
        },
        ..wire(WireFault::Unreachable)
    });
    let host = host(&session, Hop::Provider, well()).await;

    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;
    wait_for(&session, EventKind::ConnectionSilenced, 1).await;

    assert_eq!(session.journal().count(&of(EventKind::RequestGot)), 0);
    assert_eq!(asks(&host).await, 200);
}

#[tokio::test]
async fn a_connection_from_before_is_reset_with_its_next_request() {
    let session = session();
    let host = host(&session, Hop::Provider, well()).await;
    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;
    caller.answer().await;

    session
        .engine()
        .install(scenario([wire(WireFault::Refuse)]));
    caller.ask("/b").await;
    let (_, ended) = caller.rest().await;

    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(session.journal().count(&of(EventKind::FaultFired)), 1);
}

#[tokio::test]
async fn an_exception_that_looks_at_the_request_is_heard_before_anything_is_refused() {
    let spared = Fault {
        name: "spared".into(),
        when: When {
            entity: Some("good".into()),
            ..When::default()
        },
        ..fault(On::Provider, Effect::Pass)
    };
    let session = Session::new(SessionConfig {
        scenario: scenario([spared, wire(WireFault::Refuse)]),
        ..config()
    });
    let host = host(&session, Hop::Provider, well()).await;

    let mut good = Caller::connect(&host).await;
    good.ask("/good").await;
    let mut bad = Caller::connect(&host).await;
    bad.ask("/bad").await;
    let (_, ended) = bad.rest().await;

    assert_eq!(good.answer().await.status(), 200);
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_fault_of_another_provider_leaves_the_door_open() {
    let session = session_with(Fault {
        when: When {
            provider: Some("urssaf".into()),
            ..When::default()
        },
        ..wire(WireFault::Refuse)
    });
    let host = host(&session, Hop::Provider, Arc::new(Doorman::default())).await;

    let came = connect(&host).await;

    assert!(came.is_ok(), "{came:?}");
}

/// Shuts out whom it is told to, until a moment.
#[derive(Default)]
struct Doorman(Mutex<ShutOut>);

impl Service for Doorman {
    fn admits(&self, _: SocketAddr) -> Admission {
        Admission::Serve
    }

    fn shuts_out(&self, now: Moment) -> ShutOut {
        let shut = self.0.lock().unwrap().clone();
        match shut.until {
            Some(until) if now < until => shut,
            _ => ShutOut::default(),
        }
    }

    fn provider(&self) -> Option<Arc<str>> {
        Some("insee".into())
    }

    fn label(&self, _: &mut Request<Bytes>) -> Labels {
        Labels::default()
    }

    fn call(self: Arc<Self>, _: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        Box::pin(async { answer(200, "well") })
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn who_is_shut_out_is_so_until_the_end_and_nobody_else_is() {
    let session = session();
    let doorman = Arc::new(Doorman::default());
    let service: Arc<dyn Service> = Arc::<Doorman>::clone(&doorman);
    let host = host(&session, Hop::Client, service).await;

    *doorman.0.lock().unwrap() = ShutOut {
        addresses: vec![IpAddr::from([127, 0, 0, 9])],
        until: Some(session.clock().now() + seconds(60)),
    };
    session.doors_changed();
    let (shut_out, other) = (connect_from(&host, 9).await, connect_from(&host, 8).await);
    advance(&session, seconds(60), 0).await;
    let afterwards = connect_from(&host, 9).await;

    assert!(shut_out.is_none(), "{shut_out:?}");
    assert!(other.unwrap().is_ok());
    assert!(afterwards.unwrap().is_ok());
}
