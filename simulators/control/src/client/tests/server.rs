//! A server that writes down what it is asked and answers from a list.

use std::{
    collections::VecDeque,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// A running server; it goes with the runtime of its test.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// A request in one line, and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) line: String,
    pub(super) kind: Option<String>,
    pub(super) body: String,
}

#[derive(Default)]
struct State {
    answers: VecDeque<(u16, String)>,
    asked: Vec<Asked>,
    connections: usize,
}

impl Server {
    /// Gives these answers, one after the other, then 204.
    pub(super) async fn answering(answers: &[(u16, &str)]) -> Self {
        Self::start(answers, true).await
    }

    /// The same, but every connection is closed after its first answer.
    pub(super) async fn closing(answers: &[(u16, &str)]) -> Self {
        Self::start(answers, false).await
    }

    async fn start(answers: &[(u16, &str)], keeps: bool) -> Self {
        let answers = answers
            .iter()
            .map(|(status, body)| (*status, (*body).to_owned()));
        let state = Arc::new(Mutex::new(State {
            answers: answers.collect(),
            ..State::default()
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, state.clone(), keeps));
        Self { address, state }
    }

    /// The requests so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// The connections so far.
    pub(super) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>, keeps: bool) {
    while let Ok((stream, _)) = listener.accept().await {
        state.lock().unwrap().connections += 1;
        let state = state.clone();
        let service = service_fn(move |request| answer(request, state.clone()));
        let connection = http1::Builder::new()
            .keep_alive(keeps)
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let line = format!("{} {}", request.method(), request.uri());
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .map(|kind| kind.to_str().unwrap().to_owned());
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let mut state = state.lock().unwrap();
    state.asked.push(Asked {
        line,
        kind,
        body: String::from_utf8(body.into()).unwrap(),
    });
    let (status, body) = state.answers.pop_front().unwrap_or((204, String::new()));
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status.try_into().unwrap();
    Ok(response)
}
