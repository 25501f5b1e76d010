//! What the client sends, and what it makes of answers.

use std::time::Duration;

use doublure_journal::{Event, EventKind, Filter, Hop};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

use self::server::{Asked, Server};
use super::*;
use crate::{Advance, JournalQuery, NewFault, NewToken};

mod secured;
mod server;

const CLOCK: &str = r#"{"now":"2026-01-15T10:00:00.000000Z","manual":true,"calls_in_progress":0}"#;

/// What was asked, one request a line.
fn told(asked: &[Asked]) -> String {
    let line = |asked: &Asked| {
        let kind = asked.kind.as_deref().unwrap_or("-");
        format!("{} [{kind}] {}", asked.line, asked.body)
            .trim_end()
            .to_owned()
    };
    asked.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn silent_calls() -> Filter {
    Filter {
        event: Some(EventKind::RequestGot),
        hop: Some(Hop::Provider),
        entity: Some("418166096".into()),
        ..Filter::default()
    }
}

#[tokio::test]
async fn each_call_without_a_value_is_the_request_of_the_table() {
    let server = Server::answering(&[]).await;
    let client = Client::new(server.address);
    let session = client.session("a b/ç");

    client.health().await.unwrap();
    session.end().await.unwrap();
    session.set_scenario("faults: []\n").await.unwrap();
    session
        .set_scenario_named("mine & yours", "faults: []\n")
        .await
        .unwrap();
    session.calm().await.unwrap();
    let event = Event::TrialStarted { trial: "t".into() };
    session.record(&event).await.unwrap();
    session.clear_journal().await.unwrap();
    session.reset_quotas().await.unwrap();
    session.lift_bans().await.unwrap();
    session.forget_faults().await.unwrap();
    session.revoke("minted-1").await.unwrap();
    session.reset_providers().await.unwrap();
    session
        .repeat(Method::PUT, "/scenario?name=x", "faults: []".into())
        .await
        .unwrap();
    session
        .repeat(Method::POST, "/faults", "{}".into())
        .await
        .unwrap();
    session
        .repeat(Method::DELETE, "/bans", String::new())
        .await
        .unwrap();

    insta::assert_snapshot!(told(&server.asked()));
}

#[tokio::test]
async fn each_call_with_a_value_is_the_request_of_the_table() {
    let server = Server::answering(&VALUES).await;
    let client = Client::new(server.address);
    let session = client.session("s");
    let advance = Advance {
        by_ms: 9_000,
        parked: Some(1),
        patience_ms: None,
    };
    let query = JournalQuery {
        filter: silent_calls(),
        limit: Some(5),
    };

    let new = NewFault::once("then: silence");
    let fault = session.ask_for_fault(&new).await.unwrap();
    let faults = session.faults().await.unwrap();
    let sessions = client.sessions().await.unwrap();
    let clock = session.clock().await.unwrap();
    let moved = session.advance(&advance).await.unwrap();
    let page = session.journal(&query).await.unwrap();
    let count = session.count(&silent_calls()).await.unwrap();
    let patience = Duration::from_secs(2);
    let waited = session
        .wait_for(&silent_calls(), 1, patience)
        .await
        .unwrap();
    let quotas = session.quotas().await.unwrap();
    let bans = session.bans().await.unwrap();
    let token = session.mint(&NewToken::default()).await.unwrap();

    let tokens = session.tokens().await.unwrap();
    let providers = session.providers().await.unwrap();
    let document = client.openapi().await.unwrap();

    assert_eq!((tokens.len(), providers.len()), (0, 0));
    assert!(document.is_object());
    assert_eq!((fault.left, faults.len()), (1, 0));
    assert_eq!((sessions.len(), quotas.len(), bans.len()), (0, 0, 0));
    assert!(clock.manual && moved == clock);
    assert_eq!((page.dropped, count, waited), (3, 7, 1));
    assert_eq!(token.token, "e.y.z");
    insta::assert_snapshot!(told(&server.asked()));
}

/// What is answered to each call with a value, in turn.
const VALUES: [(u16, &str); 14] = [
    (201, r#"{"name":"f","fault":"…","left":1}"#),
    (200, "[]"),
    (200, "[]"),
    (200, CLOCK),
    (200, CLOCK),
    (200, r#"{"entries":[],"dropped":3}"#),
    (200, r#"{"count":7}"#),
    (200, r#"{"count":1}"#),
    (200, "[]"),
    (200, "[]"),
    (
        201,
        r#"{"name":"t","token":"e.y.z","expires":"2026-01-15T10:00:00.000000Z"}"#,
    ),
    (200, "[]"),
    (200, "[]"),
    (200, "{}"),
];

#[tokio::test]
async fn a_created_session_is_spoken_of_by_the_name_the_server_gave_it() {
    let view = serde_json::to_string(&crate::messages::samples::session()).unwrap();
    let server = Server::answering(&[(201, &view), (200, &view)]).await;

    let (session, created) = Client::new(server.address)
        .create(&NewSession::default())
        .await
        .unwrap();
    let seen = session.view().await.unwrap();

    assert_eq!(session.name(), "sample");
    assert_eq!(seen, created);
    assert_eq!(server.asked()[1].line, "GET /sessions/sample");
}

#[tokio::test]
async fn the_scenario_comes_as_the_text_it_was_put_in_force_with() {
    let text = "# été\nfaults: []\n";
    let server = Server::answering(&[(200, text)]).await;

    let scenario = Client::new(server.address).session("s").scenario().await;

    assert_eq!(scenario.unwrap(), text);
}

#[tokio::test]
async fn a_refusal_keeps_its_status_and_its_reason() {
    let problem = r#"{"problem":"unknown field `provder`","line":4,"column":13,"field":"faults[0].when.provder"}"#;
    let server = Server::answering(&[(422, problem)]).await;

    let refused = Client::new(server.address)
        .session("s")
        .set_scenario("…")
        .await
        .unwrap_err();

    let ControlError::Refused { status, problem } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (*status, problem.line, problem.column),
        (422, Some(4), Some(13))
    );
    assert_eq!(refused.to_string(), "unknown field `provder` (HTTP 422)");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);

    let error = Client::new(address).health().await.unwrap_err();

    let ControlError::Unreachable { source, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

/// The error of a client whose server reads its request, writes these bytes and hangs up.
async fn error_after(bytes: &'static [u8]) -> ControlError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(bytes).await.unwrap();
    });
    Client::new(address).sessions().await.unwrap_err()
}

#[tokio::test]
async fn what_is_no_answer_of_a_control_server_is_foreign() {
    let page = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>";
    let lost = b"HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\n<html>";
    let other = b"SSH-2.0-OpenSSH_9.9\r\n";

    for bytes in [&page[..], &lost[..], &other[..]] {
        let error = error_after(bytes).await;

        assert!(matches!(error, ControlError::Foreign { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_before_or_within_its_answer_went_away() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\n[";

    for bytes in [&b""[..], &cut[..]] {
        let error = error_after(bytes).await;

        assert!(
            matches!(error, ControlError::Unreachable { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn calls_one_after_another_share_a_connection() {
    let server = Server::answering(&[]).await;
    let client = Client::new(server.address);

    for _ in 0..100 {
        client.clone().health().await.unwrap();
    }

    assert_eq!(server.asked().len(), 100);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let server = Server::closing(&[]).await;
    let client = Client::new(server.address);

    for _ in 0..20 {
        client.health().await.unwrap();
    }

    assert_eq!(server.connections(), 20);
}

#[tokio::test]
async fn calls_at_the_same_time_do_not_wait_for_each_other() {
    let server = Server::answering(&[]).await;
    let client = Client::new(server.address);
    let mut calls = JoinSet::new();

    for _ in 0..32 {
        let client = client.clone();
        calls.spawn(async move { client.health().await });
    }
    let answers = calls.join_all().await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(server.asked().len(), 32);
}
