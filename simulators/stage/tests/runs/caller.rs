//! A small HTTP client that can call from any address of loopback and keep its connection.

use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};

/// Somebody who calls, from an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    from: Ipv4Addr,
}

/// A connection that is kept from call to call.
pub(crate) struct Line {
    authority: String,
    sender: SendRequest<Full<Bytes>>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Caller {
    /// From 127.0.0.1.
    pub(crate) const LOCAL: Self = Self {
        from: Ipv4Addr::LOCALHOST,
    };

    /// From 127.0.0.2.
    pub(crate) const NEIGHBOUR: Self = Self {
        from: Ipv4Addr::new(127, 0, 0, 2),
    };

    /// Connects to the host of a URL.
    pub(crate) async fn connect(self, url: &str) -> TcpStream {
        let (authority, _) = split(url);
        let target: SocketAddr = authority.parse().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((self.from, 0))).unwrap();
        socket.connect(target).await.unwrap()
    }

    /// A connection for several calls.
    pub(crate) async fn line(self, url: &str) -> Line {
        let stream = TokioIo::new(self.connect(url).await);
        let (sender, connection) = handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Line {
            authority: split(url).0.to_owned(),
            sender,
        }
    }

    /// One call on a connection of its own.
    pub(crate) async fn get(self, url: &str, token: Option<&str>) -> Answer {
        self.line(url).await.get(url, token).await
    }

    /// One call of any method with a body, on a connection of its own.
    pub(crate) async fn send(self, method: &str, url: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .body(Full::from(body.to_owned()))
            .unwrap();
        self.line(url).await.ask(url, request).await
    }
}

impl Line {
    /// One call.
    pub(crate) async fn get(&mut self, url: &str, token: Option<&str>) -> Answer {
        let mut request = Request::builder();
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        self.ask(url, request.body(Full::default()).unwrap()).await
    }

    /// One call with a header more.
    pub(crate) async fn get_with(
        &mut self,
        url: &str,
        token: &str,
        (name, value): (&str, &str),
    ) -> Answer {
        let request = Request::builder()
            .header("Authorization", format!("Bearer {token}"))
            .header(name, value);
        self.ask(url, request.body(Full::default()).unwrap()).await
    }

    async fn ask(&mut self, url: &str, mut request: Request<Full<Bytes>>) -> Answer {
        *request.uri_mut() = split(url).1.parse().unwrap();
        let host = self.authority.parse().unwrap();
        request.headers_mut().insert("Host", host);
        self.sender.ready().await.unwrap();
        let (head, body) = self
            .sender
            .send_request(request)
            .await
            .unwrap()
            .into_parts();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        let parsed = serde_json::from_slice(&self.body);
        parsed.unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// The code of the first error, where there is one.
    pub(crate) fn code(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        Some(body["errors"][0]["code"].as_str()?.to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A header that is a whole number.
    pub(crate) fn number(&self, name: &str) -> u64 {
        let text = self
            .header(name)
            .unwrap_or_else(|| panic!("no {name}: {self:?}"));
        text.parse().unwrap()
    }
}

/// Authority and target of a URL.
fn split(url: &str) -> (&str, &str) {
    let rest = url
        .strip_prefix("http://")
        .unwrap_or_else(|| panic!("no plain URL: {url}"));
    let slash = rest.find('/').unwrap_or(rest.len());
    let (authority, target) = rest.split_at(slash);
    (authority, if target.is_empty() { "/" } else { target })
}
