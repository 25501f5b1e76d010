use std::{net::IpAddr, time::Duration};

use doublure_control::patience;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
};

use super::*;

const ANSWER: &str =
    "HTTP/1.1 200 OK\r\nratelimit-reset: 7\r\ncontent-length: 13\r\n\r\n{\"data\":null}";
const REQUEST: &str =
    "GET /v3?object=a HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer a.b.c\r\n\r\n";

/// What a gateway made by hand saw.
#[derive(Debug, PartialEq)]
enum Saw {
    Caller(IpAddr),
    Request(String),
    End,
}

/// A gateway that answers the first so many requests of each connection and is silent then, and a proxy before it.
async fn before_a_gateway(
    answers: usize,
    sabotage: Sabotage,
) -> (Proxy, mpsc::UnboundedReceiver<Saw>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((socket, peer)) = listener.accept().await {
            tell.send(Saw::Caller(peer.ip())).unwrap();
            tokio::spawn(answer(socket, answers, tell.clone()));
        }
    });
    (Proxy::start(&base_url, sabotage).await.unwrap(), told)
}

async fn answer(mut socket: TcpStream, mut answers: usize, tell: mpsc::UnboundedSender<Saw>) {
    let mut buffer = [0; 1_024];
    loop {
        let read = socket.read(&mut buffer).await.unwrap_or_default();
        if read == 0 {
            let _ = tell.send(Saw::End);
            return;
        }
        let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
        let _ = tell.send(Saw::Request(request));
        if answers > 0 {
            answers -= 1;
            socket.write_all(ANSWER.as_bytes()).await.unwrap();
        }
    }
}

async fn caller(proxy: &Proxy, from: [u8; 4]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((IpAddr::from(from), 0).into()).unwrap();
    let address = proxy.base_url().strip_prefix("http://").unwrap();
    socket.connect(address.parse().unwrap()).await.unwrap()
}

/// Sends the request and reads one answer.
async fn asks(caller: &mut TcpStream) -> String {
    caller.write_all(REQUEST.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let mut byte = [0];
        caller.read_exact(&mut byte).await.unwrap();
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_faithful_proxy_changes_neither_request_nor_answer() {
    let (proxy, mut saw) = before_a_gateway(1, Sabotage::Nothing).await;
    let mut caller = caller(&proxy, [127, 0, 0, 1]).await;

    let got = asks(&mut caller).await;

    let _caller = saw.recv().await;
    let Some(Saw::Request(request)) = saw.recv().await else {
        panic!("no request came")
    };
    let lower = |text: &str| text.to_lowercase();
    assert_eq!(lower(&request), lower(REQUEST));
    assert_eq!(lower(&got), lower(ANSWER));
}

#[tokio::test]
async fn each_connection_is_one_to_the_gateway_from_the_callers_own_address() {
    let (proxy, mut saw) = before_a_gateway(2, Sabotage::Nothing).await;
    let mut one = caller(&proxy, [127, 0, 0, 7]).await;
    let _one = (asks(&mut one).await, asks(&mut one).await);
    let mut other = caller(&proxy, [127, 0, 0, 8]).await;
    asks(&mut other).await;

    saw.close();
    let mut callers = Vec::new();
    while let Some(seen) = saw.recv().await {
        callers.extend(matches!(seen, Saw::Caller(_)).then_some(seen));
    }

    let from = |last| Saw::Caller([127, 0, 0, last].into());
    assert_eq!(callers, [from(7), from(8)]);
}

#[tokio::test]
async fn silence_stays_silence_and_a_caller_that_leaves_has_left_the_gateway_too() {
    let (proxy, mut saw) = before_a_gateway(0, Sabotage::Nothing).await;
    let mut caller = caller(&proxy, [127, 0, 0, 1]).await;
    caller.write_all(REQUEST.as_bytes()).await.unwrap();
    let _caller_and_request = (saw.recv().await, saw.recv().await);

    let heard = patience(Duration::from_millis(50), caller.read_u8()).await;
    drop(caller);

    assert!(heard.is_none());
    assert_eq!(saw.recv().await, Some(Saw::End));
}

#[tokio::test]
async fn where_the_gateway_ends_a_connection_unanswered_the_callers_ends_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let proxy = Proxy::start(&base_url, Sabotage::Nothing).await.unwrap();
    let mut caller = caller(&proxy, [127, 0, 0, 1]).await;
    caller.write_all(REQUEST.as_bytes()).await.unwrap();
    drop(listener.accept().await.unwrap());

    let mut heard = Vec::new();
    // A reset is an end as well.
    let _ = caller.read_to_end(&mut heard).await;

    assert_eq!(heard, b"");
}

#[tokio::test]
async fn a_proxy_that_is_dropped_ends_its_connections() {
    let (proxy, _saw) = before_a_gateway(1, Sabotage::Nothing).await;
    let mut caller = caller(&proxy, [127, 0, 0, 1]).await;
    asks(&mut caller).await;

    drop(proxy);

    assert!(matches!(caller.read(&mut [0]).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_proxy_that_asks_twice_gives_the_first_answer() {
    let (proxy, mut saw) = before_a_gateway(2, Sabotage::AsksTwice).await;
    let mut caller = caller(&proxy, [127, 0, 0, 1]).await;

    let got = asks(&mut caller).await;

    let seen = [saw.recv().await, saw.recv().await, saw.recv().await];
    assert!(got.starts_with("HTTP/1.1 200"));
    assert!(matches!(
        seen,
        [
            Some(Saw::Caller(_)),
            Some(Saw::Request(_)),
            Some(Saw::Request(_))
        ]
    ));
}

#[tokio::test]
async fn what_is_spoilt_arrives_spoilt_and_whole() {
    let longer = Sabotage::Text {
        from: "null",
        to: "\"a longer value\"",
    };
    let (proxy, _saw) = before_a_gateway(1, longer).await;
    let mut caller = caller(&proxy, [127, 0, 0, 1]).await;

    let got = asks(&mut caller).await;

    assert!(
        got.ends_with("\r\n\r\n{\"data\":\"a longer value\"}"),
        "{got}"
    );
    assert!(got.contains("content-length: 25"), "{got}");
}

#[tokio::test]
async fn a_proxy_may_hide_its_callers_behind_one_address() {
    let (proxy, mut saw) = before_a_gateway(1, Sabotage::OneAddress).await;
    let mut caller = caller(&proxy, [127, 0, 0, 9]).await;

    asks(&mut caller).await;

    assert_eq!(saw.recv().await, Some(Saw::Caller([127, 0, 0, 1].into())));
}

#[tokio::test]
async fn what_is_asked_with_a_text_in_its_target_has_another_status_and_nothing_else() {
    let (strict, _saw) = before_a_gateway(1, Sabotage::StatusAt("object=a", 422)).await;
    let (lax, _saw_too) = before_a_gateway(1, Sabotage::StatusAt("object=b", 422)).await;

    let refused = asks(&mut caller(&strict, [127, 0, 0, 1]).await).await;
    let answered = asks(&mut caller(&lax, [127, 0, 0, 1]).await).await;

    assert!(refused.starts_with("HTTP/1.1 422 "), "{refused}");
    assert!(answered.starts_with("HTTP/1.1 200 "), "{answered}");
}

#[tokio::test]
async fn what_is_asked_at_a_path_comes_from_elsewhere() {
    let (proxy, mut saw) = before_a_gateway(2, Sabotage::ElsewhereAt("/v3")).await;

    asks(&mut caller(&proxy, [127, 0, 0, 7]).await).await;

    let (own, elsewhere) = (saw.recv().await, saw.recv().await);
    assert_eq!(own, Some(Saw::Caller([127, 0, 0, 7].into())));
    assert_eq!(elsewhere, Some(Saw::Caller(ELSEWHERE)));
}

#[test]
fn a_parameter_is_made_up_only_where_it_alone_is_missing() {
    let told = |query: &str| {
        let uri = format!("/v3/op/1?{query}").parse().unwrap();
        made_up("object", &uri).to_string()
    };

    assert_eq!(
        told("context=a&recipient=b"),
        "/v3/op/1?context=a&recipient=b&object=13002526500013"
    );
    for whole in ["context=a", "context=a&recipient=b&object=c"] {
        assert_eq!(told(whole), format!("/v3/op/1?{whole}"));
    }
}
