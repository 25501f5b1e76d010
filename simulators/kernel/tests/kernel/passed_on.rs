//! One that only passes on what a provider says passes on what breaks below HTTP, too.

use std::{io::ErrorKind, sync::Arc, time::Duration};

use bytes::Bytes;
use doublure_journal::{Event, EventKind, ExchangeId, Hop};
use doublure_kernel::{Host, Labels, Parent, Place, Service, Session, Upstream};
use doublure_scenarios::{Drip, WireFault};
use http::Request;

use crate::support::{
    Caller, advance, answer, events, host, play, seconds, session_with, struck, wait_for, wire,
};

/// A provider in which something breaks, and one that passes on what it gets from there.
struct Way {
    session: Session,
    provider: Host,
    front: Host,
}

impl Way {
    async fn with(fault: WireFault, on_socket: bool) -> Self {
        let session = session_with(wire(fault));
        let service = struck(&session, Hop::Provider, || answer(200, "0123456789"));
        let provider = host(&session, Hop::Provider, Arc::clone(&service)).await;
        let place = match on_socket {
            true => Place::Socket(provider.address()),
            false => Place::InProcess(service),
        };
        let front = host(&session, Hop::Provider, front(&session, place)).await;
        Self {
            session,
            provider,
            front,
        }
    }

    fn count(&self, kind: EventKind) -> usize {
        let events = events(&self.session);
        events.iter().filter(|event| event.kind() == kind).count()
    }
}

fn front(session: &Session, place: Place) -> Arc<dyn Service> {
    let (session, provider) = (session.clone(), Arc::from("insee"));
    let upstream = Upstream { provider, place };
    play(move |exchange| {
        let (session, upstream) = (session.clone(), upstream.clone());
        async move {
            let parent = Parent::passing_on(exchange.id);
            let request = Request::new(Bytes::new());
            let asked = upstream.exchange(&session, parent, Labels::default(), request);
            asked.await.unwrap().into()
        }
    })
}

/// All that came over a connection to a host, and how that ended.
async fn heard(session: &Session, host: &Host, waits: bool) -> String {
    let mut caller = Caller::connect(host).await;
    caller
        .say("GET /418166096 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    if waits {
        advance(session, seconds(300), 1).await;
    }
    let (came, ended) = caller.rest().await;
    format!("{came:?} {:?}", ended.map_err(|error| error.kind()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_caller_hears_what_a_caller_of_the_provider_hears() {
    let wires = [
        WireFault::Close,
        WireFault::Reset,
        WireFault::Garbage,
        WireFault::Cut { after: 0 },
        WireFault::Cut { after: 40 },
        WireFault::Cut { after: 10_000 },
        WireFault::WrongLength { by: 5 },
        WireFault::WrongLength { by: -5 },
        WireFault::Drip(Drip::bytewise(seconds(1))),
    ];
    for fault in wires {
        for on_socket in [false, true] {
            let waits = matches!(fault, WireFault::Drip(_));
            let one = Way::with(fault.clone(), on_socket).await;
            let other = Way::with(fault.clone(), on_socket).await;

            let through = heard(&one.session, &one.front, waits).await;
            let directly = heard(&other.session, &other.provider, waits).await;

            assert_eq!(through, directly, "{fault:?}, {on_socket}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drip_of_the_provider_drips_out_of_it_and_both_are_done_at_its_end() {
    for on_socket in [false, true] {
        let drip = WireFault::Drip(Drip {
            bytes: 40,
            ..Drip::bytewise(seconds(1))
        });
        let way = Way::with(drip, on_socket).await;
        let mut caller = Caller::connect(&way.front).await;
        caller.ask("/418166096").await;

        advance(&way.session, seconds(1), 1).await;
        // The first forty come at once.
        let mut some = [0; 80];
        let read = tokio::io::AsyncReadExt::read_exact(&mut caller.0, &mut some).await;
        let no_more = caller.0.try_read(&mut some).map_err(|error| error.kind());
        let sent_by_then = way.count(EventKind::ResponseSent);
        advance(&way.session, seconds(60), 0).await;
        let sent = wait_for(&way.session, EventKind::ResponseSent, 2).await;

        assert_eq!(read.unwrap(), 80);
        assert_eq!(no_more, Err(ErrorKind::WouldBlock));
        assert_eq!(sent_by_then, 0, "{on_socket}");
        let behind_first = sent.iter().map(|entry| entry.event.exchange());
        let exchanges = [ExchangeId(2), ExchangeId(1)].map(Some);
        assert_eq!(behind_first.collect::<Vec<_>>(), exchanges, "{on_socket}");
        assert_eq!(way.count(EventKind::ResponseGot), 0, "{on_socket}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silence_of_the_provider_silences_the_connection_to_it() {
    for on_socket in [false, true] {
        let way = Way::with(WireFault::Silence, on_socket).await;
        let mut caller = Caller::connect(&way.front).await;
        caller.ask("/418166096").await;

        wait_for(&way.session, EventKind::ConnectionSilenced, 1).await;
        advance(&way.session, Duration::from_secs(3_600), 0).await;
        let nothing = caller.0.try_read(&mut [0; 1]).map_err(|error| error.kind());

        assert_eq!(nothing, Err(ErrorKind::WouldBlock));
        assert_eq!(way.count(EventKind::ResponseSent), 0, "{on_socket}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_before_the_provider_has_answered_leaves_nothing_to_break_later() {
    let way = Way::with(WireFault::Reset, false).await;
    let late = doublure_scenarios::Fault {
        delay: seconds(5).into(),
        ..wire(WireFault::Reset)
    };
    way.session.engine().install(doublure_scenarios::Scenario {
        faults: vec![late],
        ..doublure_scenarios::Scenario::default()
    });
    let mut caller = Caller::connect(&way.front).await;
    caller.ask("/418166096").await;
    wait_for(&way.session, EventKind::FaultFired, 1).await;

    drop(caller);
    wait_for(&way.session, EventKind::CallerLeft, 1).await;
    advance(&way.session, seconds(10), 0).await;

    let ended = |event: &Event| event.kind() == EventKind::ResponseSent;
    assert!(!events(&way.session).iter().any(ended));
    assert_eq!(way.session.calls_in_progress(), 0);
}
