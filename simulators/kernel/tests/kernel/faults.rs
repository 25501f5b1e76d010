//! What a foreign caller sees of each fault below HTTP.

use std::{io::ErrorKind, time::Duration};

use doublure_journal::{Ending, Event, EventKind, Hop, Side};
use doublure_kernel::{Host, Reply, Session};
use doublure_scenarios::{Drip, Effect, Fault, On, WireFault, delay::Spread};
use tokio::io::AsyncReadExt;

use crate::support::{
    Caller, advance, answer, fault, host, of, seconds, session_with, struck, wait_for, wire, within,
};

fn ten_digits() -> Reply {
    answer(200, "0123456789")
}

/// A session with a fault, its provider, and a caller that has asked.
async fn asked(fault: Fault) -> (Session, Host, Caller) {
    let session = session_with(fault);
    let host = host(
        &session,
        Hop::Provider,
        struck(&session, Hop::Provider, ten_digits),
    )
    .await;
    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;
    (session, host, caller)
}

async fn closed(session: &Session) -> (Side, Ending) {
    match wait_for(session, EventKind::ConnectionClosed, 1)
        .await
        .remove(0)
        .event
    {
        Event::ConnectionClosed { by, how, .. } => (by, how),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_cut_answer_keeps_its_length_and_ends_in_its_body() {
    let (session, _host, mut caller) = asked(wire(WireFault::Cut { after: 4 })).await;

    let (came, ended) = caller.rest().await;

    assert_eq!(came.header("content-length"), Some("10"));
    assert_eq!((came.body.as_str(), ended.is_ok()), ("0123", true));
    assert_eq!(closed(&session).await, (Side::Ours, Ending::Closed));
    assert_eq!(session.journal().count(&of(EventKind::ResponseSent)), 0);
}

#[tokio::test]
async fn a_cut_beyond_the_end_lets_the_whole_answer_through_and_closes() {
    let (session, _host, mut caller) = asked(wire(WireFault::Cut { after: 10 })).await;

    let (came, ended) = caller.rest().await;

    assert_eq!((came.body.as_str(), ended.is_ok()), ("0123456789", true));
    assert_eq!(session.journal().count(&of(EventKind::ResponseSent)), 1);
}

#[tokio::test]
async fn a_length_that_promises_too_much_is_never_kept() {
    let (session, _host, mut caller) = asked(wire(WireFault::WrongLength { by: 5 })).await;

    let (came, ended) = caller.rest().await;

    assert_eq!(came.header("content-length"), Some("15"));
    assert_eq!((came.body.as_str(), ended.is_ok()), ("0123456789", true));
    assert_eq!(closed(&session).await, (Side::Ours, Ending::Closed));
}

#[tokio::test]
async fn a_length_that_promises_too_little_is_followed_by_more() {
    let (_session, _host, mut caller) = asked(wire(WireFault::WrongLength { by: -4 })).await;

    let (came, _) = caller.rest().await;

    assert_eq!(came.header("content-length"), Some("6"));
    assert!(came.body.starts_with("012345"), "{}", came.body);
}

#[tokio::test]
async fn garbage_is_no_answer_and_ends_the_connection() {
    let (session, _host, mut caller) = asked(wire(WireFault::Garbage)).await;

    let (came, ended) = caller.rest().await;

    assert!(!came.head.contains("HTTP"), "{}", came.head);
    assert!(ended.is_ok());
    assert_eq!(closed(&session).await, (Side::Ours, Ending::Closed));
    assert_eq!(session.journal().count(&of(EventKind::ResponseSent)), 0);
}

#[tokio::test]
async fn a_close_sends_nothing_but_its_end() {
    let (session, _host, mut caller) = asked(wire(WireFault::Close)).await;

    let (came, ended) = caller.rest().await;

    assert_eq!((came.head.as_str(), ended.unwrap()), ("", 0));
    assert_eq!(closed(&session).await, (Side::Ours, Ending::Closed));
}

#[tokio::test]
async fn a_reset_is_a_reset_to_the_caller() {
    let (session, _host, mut caller) = asked(wire(WireFault::Reset)).await;

    let (_, ended) = caller.rest().await;

    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(closed(&session).await, (Side::Ours, Ending::Reset));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drip_comes_a_byte_a_second_on_the_clock_of_the_session() {
    let every = seconds(1);
    let (session, _host, mut caller) = asked(wire(WireFault::Drip(Drip::bytewise(every)))).await;

    advance(&session, seconds(5), 1).await;
    let mut first = [0; 6];
    within(caller.0.read_exact(&mut first)).await.unwrap();
    let seventh = caller.0.try_read(&mut [0]).map_err(|error| error.kind());
    advance(&session, seconds(3_600), 1).await;
    let (rest, length) = (
        caller.answer().await,
        wait_for(&session, EventKind::ResponseSent, 1).await,
    );

    assert_eq!((&first, seventh), (b"HTTP/1", Err(ErrorKind::WouldBlock)));
    let bytes = u64::try_from(6 + rest.head.len() + 4 + rest.body.len()).unwrap();
    let asked = session
        .journal()
        .entries(&of(EventKind::RequestGot), 1)
        .remove(0);
    assert_eq!(length[0].at.since(asked.at), seconds(bytes - 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drip_comes_in_pieces_with_times_of_their_own_between_them() {
    let drip = Drip {
        bytes: 10,
        ..Drip::bytewise(Spread::Uniform {
            from: seconds(1),
            to: seconds(2),
        })
    };
    let (session, _host, mut caller) = asked(wire(WireFault::Drip(drip))).await;

    advance(&session, Duration::ZERO, 1).await;
    let mut piece = [0; 10];
    within(caller.0.read_exact(&mut piece)).await.unwrap();
    let too_early = caller.0.try_read(&mut [0]).map_err(|error| error.kind());
    advance(&session, seconds(3_600), 1).await;
    let rest = caller.answer().await;

    assert!(piece.starts_with(b"HTTP/1.1 2"));
    assert_eq!(
        (too_early, rest.body.as_str()),
        (Err(ErrorKind::WouldBlock), "0123456789")
    );
    let sent = wait_for(&session, EventKind::ResponseSent, 1)
        .await
        .remove(0);
    let asked = session
        .journal()
        .entries(&of(EventKind::RequestGot), 1)
        .remove(0);
    let pieces = u64::try_from((10 + rest.head.len() + 4 + rest.body.len()).div_ceil(10)).unwrap();
    let took = sent.at.since(asked.at);
    assert!(
        took > seconds(pieces - 1) && took < seconds(2 * (pieces - 1)),
        "{took:?}"
    );
}

#[tokio::test]
async fn a_drip_ends_with_its_answer() {
    let first = doublure_scenarios::When {
        first: Some(1),
        ..Default::default()
    };
    let drip = Fault {
        when: first,
        ..wire(WireFault::Drip(Drip::bytewise(seconds(1))))
    };
    let (session, _host, mut caller) = asked(drip).await;
    advance(&session, seconds(3_600), 1).await;
    caller.answer().await;

    caller.ask("/b").await;

    assert_eq!(caller.answer().await.body, "0123456789");
}

#[tokio::test]
async fn a_delay_counts_from_the_request_and_is_told_when_it_is_decided() {
    let late = Fault {
        delay: seconds(9).into(),
        ..fault(On::Provider, Effect::Pass)
    };
    let (session, _host, mut caller) = asked(late).await;

    let fired = wait_for(&session, EventKind::FaultFired, 1).await.remove(0);
    advance(&session, seconds(9), 1).await;
    let came = caller.answer().await;

    let sent = session
        .journal()
        .entries(&of(EventKind::ResponseSent), 1)
        .remove(0);
    assert_eq!(came.status(), 200);
    assert_eq!(sent.at.since(fired.at), seconds(9));
    assert!(
        matches!(&fired.event, Event::FaultFired { effect, .. } if effect == "delay 9s"),
        "{fired:?}"
    );
}
