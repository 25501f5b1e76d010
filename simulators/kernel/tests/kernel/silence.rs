//! Connections on which nothing is ever sent again.

use std::{io::ErrorKind, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use doublure_journal::{Ending, Event, EventKind, Hop, Side};
use doublure_kernel::{
    Admission, Exchange, Labels, Order, Place, Reply, Service, Session, SilenceBounds, Upstream,
};
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Caller, advance, answer, events, host, of, play, seconds, session, wait_for};

/// What the caller can read: nothing came, and the connection stands.
fn nothing(caller: &Caller) -> bool {
    let read = caller.0.try_read(&mut [0]);
    read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Answers after so many seconds; notes that it did.
fn slow(session: &Session, after: u64) -> Arc<dyn Service> {
    let session = session.clone();
    play(move |exchange| {
        let session = session.clone();
        async move {
            session.clock().sleep(seconds(after), Order::Delivery).await;
            session.note(Some(exchange.id), "test", "done".into());
            answer(200, "late")
        }
    })
}

struct Banned;

impl Service for Banned {
    fn admits(&self, _: SocketAddr) -> Admission {
        Admission::Silence
    }

    fn label(&self, _: &mut Request<Bytes>) -> Labels {
        Labels::default()
    }

    fn call(self: Arc<Self>, _: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        panic!("nothing is read from a banned address")
    }
}

#[tokio::test]
async fn a_silent_reply_leaves_the_connection_open_and_mute_for_good() {
    let session = session();
    let host = host(&session, Hop::Client, play(|_| async { Reply::silence() })).await;
    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;
    wait_for(&session, EventKind::ConnectionSilenced, 1).await;

    caller.ask("/b").await;
    advance(&session, seconds(43_200), 0).await;

    assert!(nothing(&caller));
    assert_eq!(session.calls_in_progress(), 0);
    assert_eq!(session.journal().count(&of(EventKind::RequestGot)), 1);
}

#[tokio::test]
async fn a_banned_address_is_silenced_at_accept() {
    let session = session();
    let host = host(&session, Hop::Client, Arc::new(Banned)).await;
    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;

    wait_for(&session, EventKind::ConnectionSilenced, 1).await;
    advance(&session, seconds(3_600), 0).await;

    assert!(nothing(&caller));
    assert_eq!(session.journal().count(&of(EventKind::RequestGot)), 0);
}

#[tokio::test]
async fn a_connection_that_waits_is_silenced_at_once_and_its_call_goes_on() {
    let session = session();
    let host = host(&session, Hop::Client, slow(&session, 5)).await;
    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;
    advance(&session, seconds(1), 1).await;

    session.silence(host.address().ip());
    wait_for(&session, EventKind::ConnectionSilenced, 1).await;
    advance(&session, seconds(10), 0).await;

    assert!(nothing(&caller));
    let kinds: Vec<EventKind> = events(&session).iter().map(Event::kind).collect();
    assert!(kinds.contains(&EventKind::Noted), "{kinds:?}");
    assert!(!kinds.contains(&EventKind::CallerLeft), "{kinds:?}");
    assert!(!kinds.contains(&EventKind::ResponseSent), "{kinds:?}");
}

#[tokio::test]
async fn a_ban_of_the_gateway_spares_its_own_calls_to_a_provider() {
    let session = session();
    let provider = host(&session, Hop::Provider, slow(&session, 5)).await;
    let upstream = Upstream {
        provider: "insee".into(),
        place: Place::Socket(provider.address()),
    };
    let asking = session.clone();
    let asked = session.spawn(async move {
        let request = Request::new(Bytes::new());
        let parent = asking.next_exchange();
        upstream
            .exchange(&asking, parent, Labels::default(), request)
            .await
    });
    advance(&session, seconds(1), 0).await;

    session.silence(provider.address().ip());
    advance(&session, seconds(5), 0).await;

    assert_eq!(asked.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn when_the_peer_of_a_silent_connection_leaves_it_is_closed_a_little_later() {
    let session = session();
    let host = host(&session, Hop::Client, play(|_| async { Reply::silence() })).await;
    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;
    wait_for(&session, EventKind::ConnectionSilenced, 1).await;

    caller
        .0
        .write_all(b"unread, and then the end")
        .await
        .unwrap();
    caller.0.shutdown().await.unwrap();
    advance(&session, seconds(60), 0).await;
    let at_once = session.journal().count(&of(EventKind::ConnectionClosed));
    let closed = wait_for(&session, EventKind::ConnectionClosed, 1)
        .await
        .remove(0);

    assert_eq!(at_once, 0);
    assert!(
        matches!(
            closed.event,
            Event::ConnectionClosed {
                by: Side::Peer,
                how: Ending::Closed,
                ..
            }
        ),
        "{closed:?}"
    );
}

/// What the journal notes of silence.
async fn told(session: &Session) -> String {
    match wait_for(session, EventKind::Noted, 1).await.remove(0).event {
        Event::Noted { text, .. } => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn silence_is_held_longer_than_any_client_waits() {
    let bounds = SilenceBounds::default();

    assert_eq!((bounds.longest.as_secs(), bounds.most), (120, 8_000));
}

#[tokio::test]
async fn a_silent_connection_is_closed_when_it_stood_too_long() {
    let session = session();
    session.bound_silence(SilenceBounds {
        longest: Duration::from_millis(20),
        ..SilenceBounds::default()
    });
    let host = host(&session, Hop::Client, Arc::new(Banned)).await;
    let mut caller = Caller::connect(&host).await;

    let came = caller.0.read(&mut [0]).await.unwrap();

    assert_eq!(came, 0);
    assert_eq!(
        told(&session).await,
        "a silent connection is closed after 20 ms"
    );
}

#[tokio::test]
async fn of_too_many_silent_connections_the_oldest_is_closed_and_no_other() {
    let session = session();
    session.bound_silence(SilenceBounds {
        most: 2,
        ..SilenceBounds::default()
    });
    let host = host(&session, Hop::Client, Arc::new(Banned)).await;

    let mut callers = Vec::new();
    for nth in 1..=3 {
        callers.push(Caller::connect(&host).await);
        wait_for(&session, EventKind::ConnectionSilenced, nth).await;
    }
    let came = callers[0].0.read(&mut [0]).await.unwrap();

    assert_eq!(came, 0);
    assert!(callers[1..].iter().all(nothing));
    assert_eq!(
        told(&session).await,
        "more than 2 silent connections: the oldest is closed"
    );
}
