//! Callers that leave, break the rules of HTTP, or come again.

use std::sync::{Arc, Mutex};

use doublure_journal::{EventKind, Hop};
use doublure_kernel::{AccessLine, Order, Service, Session, SessionConfig};
use tokio::io::AsyncWriteExt;

use crate::support::{Caller, advance, answer, config, host, of, play, seconds, session, wait_for};

/// Answers after five seconds, and notes that it did.
fn slow(session: &Session) -> Arc<dyn Service> {
    let session = session.clone();
    play(move |exchange| {
        let session = session.clone();
        async move {
            session.clock().sleep(seconds(5), Order::Delivery).await;
            session.note(Some(exchange.id), "test", "done".into());
            answer(200, "late")
        }
    })
}

type Lines = Arc<Mutex<Vec<AccessLine>>>;

fn logged() -> (Session, Lines) {
    let lines = Lines::default();
    let kept = Arc::clone(&lines);
    let session = Session::new(SessionConfig {
        access_log: Some(Arc::new(move |line| {
            kept.lock().unwrap().push(line.clone());
        })),
        ..config()
    });
    (session, lines)
}

#[tokio::test]
async fn a_call_goes_on_when_its_caller_hangs_up_or_closes_its_side() {
    for half in [true, false] {
        let (session, lines) = logged();
        let host = host(&session, Hop::Client, slow(&session)).await;
        let mut caller = Caller::connect(&host).await;
        caller.ask("/a").await;
        advance(&session, seconds(1), 1).await;

        if half {
            caller.0.shutdown().await.unwrap();
        } else {
            drop(caller);
        }
        wait_for(&session, EventKind::CallerLeft, 1).await;
        advance(&session, seconds(10), 1).await;

        assert_eq!(session.journal().count(&of(EventKind::Noted)), 1);
        assert_eq!(session.journal().count(&of(EventKind::ResponseSent)), 0);
        assert_eq!(session.calls_in_progress(), 0);
        let lines = lines.lock().unwrap();
        assert_eq!((lines.len(), lines[0].status), (1, None));
        assert_eq!(lines[0].took, seconds(5));
    }
}

#[tokio::test]
async fn a_connection_serves_one_call_after_another() {
    let (session, lines) = logged();
    let host = host(&session, Hop::Client, play(|_| async { answer(201, "x") })).await;
    let mut caller = Caller::connect(&host).await;

    for target in ["/a?token=secret", "/b", "/c"] {
        caller.ask(target).await;
        assert_eq!(caller.answer().await.status(), 201);
    }

    wait_for(&session, EventKind::ResponseSent, 3).await;
    assert_eq!(session.journal().count(&of(EventKind::ConnectionOpened)), 1);
    let lines = lines.lock().unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line.target.as_str(), line.status))
        .collect();
    let expected = [
        ("/a?token=⟦token:1⟧", Some(201)),
        ("/b", Some(201)),
        ("/c", Some(201)),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_turn() {
    let session = session();
    let host = host(
        &session,
        Hop::Client,
        play(|exchange| async move { answer(200, exchange.request.uri().path().to_owned()) }),
    )
    .await;
    let mut caller = Caller::connect(&host).await;
    let get = |target: &str, last: &str| format!("GET {target} HTTP/1.1\r\nhost: x\r\n{last}\r\n");
    let two = get("/a", "") + &get("/b", "connection: close\r\n");

    caller.say(&two).await;
    let (came, _) = caller.rest().await;

    assert!(
        came.body.starts_with("/aHTTP/1.1 200 OK") && came.body.ends_with("\r\n\r\n/b"),
        "{came:?}"
    );
    assert_eq!(session.journal().count(&of(EventKind::ResponseSent)), 2);
}

#[tokio::test]
async fn what_is_not_http_gets_400_and_is_no_exchange() {
    let session = session();
    let host = host(&session, Hop::Client, slow(&session)).await;
    let mut caller = Caller::connect(&host).await;

    caller.say("what?\r\n\r\n").await;
    let (came, _) = caller.rest().await;

    assert_eq!(came.status(), 400);
    assert_eq!(session.journal().count(&of(EventKind::RequestGot)), 0);
}

#[tokio::test]
async fn a_body_beyond_a_mebibyte_gets_413() {
    let session = session();
    let host = host(&session, Hop::Client, slow(&session)).await;
    let mut caller = Caller::connect(&host).await;
    let length = 1024 * 1024 + 1;

    let head = format!("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    caller.say(&head).await;
    caller.0.write_all(&vec![b'x'; length]).await.unwrap();

    assert_eq!(caller.answer().await.status(), 413);
}

#[tokio::test]
async fn a_body_is_read_whole_before_the_service_is_called() {
    let session = session();
    let host = host(
        &session,
        Hop::Client,
        play(|exchange| async move { answer(200, exchange.request.into_body()) }),
    )
    .await;
    let mut caller = Caller::connect(&host).await;

    caller
        .say("POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
        .await;
    caller.say("2\r\nde\r\n0\r\n\r\n").await;

    assert_eq!(caller.answer().await.body, "abcde");
}

#[tokio::test]
async fn a_service_that_panics_fails_one_call_and_not_the_next() {
    let session = session();
    let host = host(
        &session,
        Hop::Client,
        play(|exchange| async move {
            assert_ne!(exchange.request.uri().path(), "/bad");
            answer(200, "x")
        }),
    )
    .await;
    let mut caller = Caller::connect(&host).await;

    caller.ask("/bad").await;
    let bad = caller.answer().await;
    caller.ask("/good").await;
    let good = caller.answer().await;

    assert_eq!((bad.status(), good.status()), (500, 200));
    assert_eq!(session.journal().count(&of(EventKind::Noted)), 1);
}
