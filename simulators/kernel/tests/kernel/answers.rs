//! What every answer of a host carries.

use doublure_journal::Hop;
use doublure_kernel::{Labels, Place, Session, SessionConfig, Upstream};
use doublure_scenarios::{Effect, Fault, On, Scenario};
use http::{Request, Response};

use crate::support::{
    Caller, advance, answer, config, fault, host, play, seconds, session, struck,
};

#[tokio::test]
async fn the_date_of_an_answer_is_the_sessions() {
    let session = session();
    let host = host(&session, Hop::Client, play(|_| async { answer(204, "") })).await;
    let mut caller = Caller::connect(&host).await;
    advance(&session, seconds(86_400), 0).await;

    caller
        .say("GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    let (came, _) = caller.rest().await;

    assert_eq!(came.header("date"), Some("Fri, 16 Jan 2026 10:00:00 GMT"));
    assert_eq!(came.header("content-length"), None, "204 has none");
}

#[tokio::test]
async fn a_head_request_is_told_the_length_and_given_no_body() {
    let session = session();
    let host = host(
        &session,
        Hop::Client,
        play(|_| async { answer(200, "12345") }),
    )
    .await;
    let mut caller = Caller::connect(&host).await;

    caller
        .say("HEAD /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    let (came, _) = caller.rest().await;

    assert_eq!(
        (came.header("content-length"), came.body.as_str()),
        (Some("5"), "")
    );
}

/// A session in which one fault strikes on each hop, and that marks its answers.
fn marking() -> Session {
    let slow = |name: &str, on| Fault {
        name: name.into(),
        delay: seconds(1).into(),
        ..fault(on, Effect::Pass)
    };
    Session::new(SessionConfig {
        marks_answers: true,
        scenario: Scenario {
            faults: vec![
                slow("slow-gateway", On::Client),
                slow("slow-insee", On::Provider),
            ],
            ..Scenario::default()
        },
        ..config()
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mark_names_the_session_the_exchange_and_the_faults_of_both_hops() {
    for on_socket in [true, false] {
        let session = marking();
        let service = struck(&session, Hop::Provider, || answer(200, "x"));
        let provider = host(&session, Hop::Provider, service.clone()).await;
        let place = match on_socket {
            true => Place::Socket(provider.address()),
            false => Place::InProcess(service),
        };
        let upstream = Upstream {
            provider: "insee".into(),
            place,
        };
        let gateway_session = session.clone();
        let gateway = play(move |exchange| {
            let (session, upstream) = (gateway_session.clone(), upstream.clone());
            async move {
                let subject = doublure_kernel::Subject {
                    hop: Hop::Client,
                    labels: &exchange.labels,
                    address: None,
                    fingerprint: doublure_kernel::Fingerprint(0),
                    connecting: false,
                };
                session.strike(subject, &exchange).await;
                let request = Request::new(bytes::Bytes::new());
                let asked = upstream.exchange(&session, exchange.id, Labels::default(), request);
                let marked = asked.await.unwrap().headers().contains_key("x-doublure");
                Response::new(format!("{marked}").into()).into()
            }
        });
        let host = host(&session, Hop::Client, gateway).await;
        let mut caller = Caller::connect(&host).await;
        caller.ask("/a").await;

        advance(&session, seconds(2), 1).await;
        let came = caller.answer().await;

        let mark = "session=tests; exchange=1; fault=slow-gateway,slow-insee";
        assert_eq!(came.header("x-doublure"), Some(mark));
        assert_eq!(
            came.body, "false",
            "a provider of ours marks nothing for our gateway"
        );
    }
}
