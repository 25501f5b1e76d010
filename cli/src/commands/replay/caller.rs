//! Sends a request as it was recorded, on a connection of its own.

use std::{net::SocketAddr, path::Path, str::FromStr};

use bytes::{Bytes, BytesMut};
use doublure_control::{SessionView, Stream, Trust};
use doublure_journal::RequestSeen;
use http::{HeaderMap, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream, lookup_host};

use super::tokens::Tokens;
use crate::exit::Failure;

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    authority: String,
    security: Security,
}

/// How the gateway is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Security {
    Plain,
    /// In TLS; believed by whom the machine believes where no trust is given.
    Tls(Option<Trust>),
}

/// What came of a request.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Whether its end came.
    pub(super) whole: bool,
}

impl Caller {
    /// Calls the gateway of a session.
    ///
    /// # Errors
    /// It has none.
    pub(super) fn of(view: &SessionView) -> Result<Self, Failure> {
        let gateway = view.gateway.as_deref().ok_or_else(|| {
            Failure::new("the recorded session had no gateway: there is nobody to call")
        })?;
        let mut caller: Self = gateway
            .parse()
            .map_err(|refusal: String| Failure::new(refusal))?;
        if let (Security::Tls(trust), Some(pem)) = (&mut caller.security, &view.authority) {
            *trust = Some(Trust::of_pem(pem.as_bytes()).map_err(Failure::from)?);
        }
        Ok(caller)
    }

    /// The same, believing nobody but the authorities of this file.
    ///
    /// # Errors
    /// It cannot be read, or holds no certificate.
    pub(super) fn believing(mut self, file: Option<&Path>) -> Result<Self, Failure> {
        if let (Security::Tls(trust), Some(file)) = (&mut self.security, file) {
            let read = Trust::of_file(file).map_err(|error| {
                Failure::new(format!("cannot read authority {}: {error}", file.display()))
            })?;
            *trust = Some(read);
        }
        Ok(self)
    }

    /// The answer, or none.
    pub(super) async fn call(
        &self,
        request: Request<Full<Bytes>>,
        from: Option<SocketAddr>,
    ) -> Option<Answer> {
        let stream = self.secure(self.connect(from).await?).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        // How it ended shows at the request that it carries.
        tokio::spawn(connection);
        let (head, mut body) = sender.send_request(request).await.ok()?.into_parts();
        let mut bytes = BytesMut::new();
        let whole = loop {
            match body.frame().await {
                None => break true,
                Some(Err(_)) => break false,
                Some(Ok(frame)) => bytes.extend(frame.into_data().ok()),
            }
        };
        Some(Answer {
            status: head.status,
            headers: head.headers,
            body: bytes.freeze(),
            whole,
        })
    }

    /// The recorded request as it is sent here. Host and links stay as recorded where they are known.
    pub(super) fn request(
        &self,
        seen: &RequestSeen,
        tokens: &Tokens,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let mut request = Request::builder()
            .method(seen.method.as_str())
            .uri(tokens.unmasked(&seen.target));
        if seen.headers.is_empty() {
            request = request.header(header::HOST, &self.authority);
            let shown = seen
                .token
                .as_ref()
                .filter(|mask| !seen.target.contains(*mask));
            if let Some(mask) = shown {
                let bearer = format!("Bearer {}", tokens.unmasked(mask));
                request = request.header(header::AUTHORIZATION, bearer);
            }
        }
        for (name, value) in &seen.headers {
            if !FRAMING.contains(&name.as_str()) {
                request = request.header(name, tokens.unmasked(value));
            }
        }
        let body = seen.body.as_ref().map_or("", |body| &body.text);
        let body = Full::new(Bytes::from(tokens.unmasked(body)));
        request
            .header(header::CONNECTION, "close")
            .body(body)
            .map_err(|error| {
                Failure::new(format!(
                    "{} {} cannot be sent again: {error}",
                    seen.method, seen.target
                ))
            })
    }

    async fn secure(&self, stream: TcpStream) -> Option<Stream> {
        let Security::Tls(trust) = &self.security else {
            return Some(Stream::Plain(stream));
        };
        let trust = match trust {
            Some(trust) => trust.clone(),
            None => Trust::of_the_machine().ok()?,
        };
        let (name, _) = self.authority.rsplit_once(':')?;
        trust.secure(name, stream).await.ok()
    }

    async fn connect(&self, from: Option<SocketAddr>) -> Option<TcpStream> {
        let address = lookup_host(&self.authority).await.ok()?.next()?;
        let same_machine = |from: &SocketAddr| {
            from.ip().is_loopback()
                && address.ip().is_loopback()
                && from.is_ipv4() == address.is_ipv4()
        };
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        }
        .ok()?;
        if let Some(from) = from.filter(same_machine) {
            socket.bind(SocketAddr::new(from.ip(), 0)).ok()?;
        }
        socket.connect(address).await.ok()
    }
}

impl FromStr for Caller {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is no base URL: write it as http://127.0.0.1:8600");
        let uri: Uri = text.parse().map_err(|_| refused())?;
        let (security, port) = match uri.scheme_str() {
            Some("http") => (Security::Plain, 80),
            Some("https") => (Security::Tls(None), 443),
            _ => return Err(refused()),
        };
        let authority = uri.authority().ok_or_else(refused)?;
        Ok(Self {
            authority: match authority.port() {
                Some(_) => authority.to_string(),
                None => format!("{authority}:{port}"),
            },
            security,
        })
    }
}

/// What the connection says of itself: this one says it anew.
const FRAMING: [&str; 4] = [
    "connection",
    "content-length",
    "transfer-encoding",
    "keep-alive",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_read_and_anything_else_refused_with_an_example() {
        let caller: Caller = "http://gateway/".parse().unwrap();

        assert_eq!(caller.authority, "gateway:80");
        for text in ["ftp://gateway", "127.0.0.1:8600", "gateway"] {
            let refusal = text.parse::<Caller>().unwrap_err();
            assert!(refusal.contains("http://127.0.0.1:8600"), "{refusal}");
        }
    }
}
