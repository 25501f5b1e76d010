//! One call over HTTP, on a connection that was kept alive where there is one.

use std::{
    error::Error as _,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::ControlError;
use crate::{Stream, Trust, locked};

/// The way to one server. Clones share its idle connections; calls at the same time each have their own.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    address: SocketAddr,
    secured: Option<Secured>,
    idle: Arc<Mutex<Vec<Sender>>>,
}

/// How a server that speaks TLS is known.
#[derive(Clone, Debug)]
struct Secured {
    name: Arc<str>,
    trust: Trust,
}

/// What a request carries.
#[derive(Clone, Debug)]
pub(super) enum Payload {
    /// Nothing.
    Nothing,
    /// JSON.
    Json(Bytes),
    /// A scenario file.
    Yaml(Bytes),
}

type Sender = SendRequest<Full<Bytes>>;

impl Transport {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            secured: None,
            idle: Arc::default(),
        }
    }

    pub(super) fn secured(address: SocketAddr, name: &str, trust: Trust) -> Self {
        let name = name.into();
        Self {
            secured: Some(Secured { name, trust }),
            ..Self::new(address)
        }
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes one call; the answer's whole body is read, whatever its status.
    pub(super) async fn call(
        &self,
        method: Method,
        target: &str,
        payload: Payload,
    ) -> Result<(StatusCode, Bytes), ControlError> {
        let mut request = self.request(method, target, payload)?;
        while let Some(mut sender) = self.kept() {
            match sender.try_send_request(request).await {
                Ok(response) => return self.read(sender, response).await,
                // The server had closed it meanwhile; what was not sent can be sent again.
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(self.failed(error.into_error())),
                },
            }
        }
        let mut sender = self.connect().await?;
        match sender.send_request(request).await {
            Ok(response) => self.read(sender, response).await,
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Makes one call on a connection of its own, whose answer is read as it comes.
    pub(super) async fn open(
        &self,
        method: Method,
        target: &str,
    ) -> Result<Response<Incoming>, ControlError> {
        let request = self.request(method, target, Payload::Nothing)?;
        let mut sender = self.connect().await?;
        let sent = sender.send_request(request).await;
        sent.map_err(|error| self.failed(error))
    }

    /// Something that was answered and not understood.
    pub(super) fn foreign(&self, reason: impl ToString) -> ControlError {
        ControlError::Foreign {
            address: self.address,
            reason: reason.to_string(),
        }
    }

    fn request(
        &self,
        method: Method,
        target: &str,
        payload: Payload,
    ) -> Result<Request<Full<Bytes>>, ControlError> {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header(header::HOST, self.address.to_string());
        if let Some(kind) = payload.media_type() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        request
            .body(Full::new(payload.into_bytes()))
            .map_err(|error| self.unreachable(io::Error::other(error)))
    }

    async fn connect(&self) -> Result<Sender, ControlError> {
        let stream = TcpStream::connect(self.address)
            .await
            .map_err(|error| self.unreachable(error))?;
        // A call is one small packet each way: waiting to fill it would cost more than sending it.
        stream
            .set_nodelay(true)
            .map_err(|error| self.unreachable(error))?;
        let stream = match &self.secured {
            None => Stream::Plain(stream),
            Some(Secured { name, trust }) => trust
                .secure(name, stream)
                .await
                .map_err(|error| self.unreachable(error))?,
        };
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| self.failed(error))?;
        tokio::spawn(async move {
            // How it ended shows at the call that was under way.
            let _ = connection.await;
        });
        Ok(sender)
    }

    async fn read(
        &self,
        mut sender: Sender,
        response: Response<Incoming>,
    ) -> Result<(StatusCode, Bytes), ControlError> {
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| self.failed(error))?.to_bytes();
        if sender.ready().await.is_ok() {
            let mut idle = locked(&self.idle);
            if idle.len() < KEPT {
                idle.push(sender);
            }
        }
        Ok((status, body))
    }

    /// A connection of an earlier call that still stands, as far as is known.
    fn kept(&self) -> Option<Sender> {
        let mut idle = locked(&self.idle);
        idle.retain(SendRequest::is_ready);
        idle.pop()
    }

    pub(super) fn failed(&self, error: hyper::Error) -> ControlError {
        if error.is_parse() {
            return self.foreign(format!("its answer is no HTTP: {error}"));
        }
        let cause = error
            .source()
            .and_then(|cause| cause.downcast_ref::<io::Error>());
        let kind = cause.map_or(io::ErrorKind::ConnectionAborted, io::Error::kind);
        self.unreachable(io::Error::new(kind, error))
    }

    const fn unreachable(&self, source: io::Error) -> ControlError {
        ControlError::Unreachable {
            address: self.address,
            source,
        }
    }
}

impl Payload {
    const fn media_type(&self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Json(_) => Some("application/json"),
            Self::Yaml(_) => Some("text/yaml"),
        }
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::Json(bytes) | Self::Yaml(bytes) => bytes,
        }
    }
}

/// How many idle connections are kept.
const KEPT: usize = 8;
