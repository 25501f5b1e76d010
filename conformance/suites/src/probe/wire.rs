//! Requests on sockets of our own, and what their failure is called.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use doublure_control::{Stream, TlsVersion, Trust, patience};
use doublure_journal::{Failure, Handshake, ResponseSeen};
use http::{Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream, lookup_host};

use super::binding::Binding;
use super::{Answer, Ask, Shown, captured};

/// Where a target is, from its base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    authority: String,
    security: Security,
    prefix: String,
    binding: Binding,
}

/// How it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Security {
    Plain,
    /// In TLS; believed by whom the machine believes where no trust is given.
    Tls(Option<Trust>),
}

/// Many requests one after another on one connection that is kept.
pub(crate) struct Flood {
    endpoint: Endpoint,
    sender: Option<http1::SendRequest<Full<Bytes>>>,
}

impl Endpoint {
    /// Reads a base URL: `http://HOST:PORT` or `https://HOST`, a path may follow.
    ///
    /// # Errors
    /// Anything else, with what would be right.
    pub(crate) fn parse(base_url: &str) -> Result<Self, String> {
        let refused = || format!("`{base_url}` is no base URL: write it as http://127.0.0.1:3000");
        let uri: Uri = base_url.parse().map_err(|_| refused())?;
        let (security, port) = match uri.scheme_str().ok_or_else(refused)? {
            "http" => (Security::Plain, 80),
            "https" => (Security::Tls(None), 443),
            _ => {
                return Err(format!(
                    "`{base_url}`: only http and https are spoken to a target"
                ));
            }
        };
        let authority = uri.authority().ok_or_else(refused)?.as_str();
        let has_port = uri.port().is_some();
        Ok(Self {
            authority: if has_port {
                authority.to_owned()
            } else {
                format!("{authority}:{port}")
            },
            security,
            prefix: uri.path().trim_end_matches('/').to_owned(),
            binding: Binding::Loopback,
        })
    }

    /// The same, where nobody but `trust` says who is believed. Without a meaning for plain http.
    #[must_use]
    pub(crate) fn believed_by(mut self, trust: Option<Trust>) -> Self {
        if let (Security::Tls(known), Some(trust)) = (&mut self.security, trust) {
            *known = Some(trust);
        }
        self
    }

    /// The host in its base URL.
    pub(crate) fn host(&self) -> &str {
        let host = self.authority.rsplit_once(':').map_or("", |(host, _)| host);
        host.trim_matches(['[', ']'])
    }

    /// Tries a handshake with one version, asking for a host of this name.
    pub(crate) async fn try_handshake(&self, offered: TlsVersion, name: &str) -> Handshake {
        let connected = async {
            let stream = self.connect(&Ask::default()).await;
            let stream = stream.map_err(|failure| format!("no connection ({failure:?})"))?;
            let trust = self.trust().map_err(|error| error.to_string())?;
            Ok((stream, trust))
        };
        match connected.await {
            Ok((stream, trust)) => trust.try_handshake(stream, offered, name).await,
            Err(refused) => Handshake {
                offered: offered.name().to_owned(),
                name: name.to_owned(),
                refused: Some(refused),
                ..Handshake::default()
            },
        }
    }

    /// The place that a link leads to, spoken to as this one is; none where it is neither this one nor one of this
    /// machine: nobody goes anywhere else for a link.
    pub(crate) fn of_link(&self, url: &str) -> Option<(Self, String, String)> {
        let uri: Uri = url.parse().ok()?;
        let base = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        let there = Self::parse(&base).ok()?;
        let host = uri.host()?.trim_matches(['[', ']']);
        let is_here = host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) || host == "localhost";
        let trust = match &self.security {
            Security::Tls(trust) => trust.clone(),
            Security::Plain => None,
        };
        let path = uri.path_and_query()?.to_string();
        (is_here || there.is_at(self)).then(|| (there.believed_by(trust), base, path))
    }

    /// Whether it is the same host and port as another.
    pub(crate) fn is_at(&self, other: &Self) -> bool {
        self.authority == other.authority
    }

    /// The same, called from such addresses.
    #[must_use]
    pub(crate) const fn called_by(mut self, binding: Binding) -> Self {
        self.binding = binding;
        self
    }

    /// Whether it is on this machine, where calls may come from every address of its own.
    pub(crate) fn is_local(&self) -> bool {
        let host = self.authority.rsplit_once(':').map_or("", |(host, _)| host);
        let loopback = host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        loopback || host == "localhost"
    }

    /// Whether anything listens there.
    ///
    /// # Errors
    /// Nothing does, or not within this time; with what to look at.
    pub(crate) async fn reach(&self, within: Duration) -> Result<(), String> {
        let reached = patience(within, TcpStream::connect(&self.authority)).await;
        let why = match reached {
            Some(Ok(_)) => return Ok(()),
            Some(Err(error)) => error.to_string(),
            None => format!("no connection within {within:?}"),
        };
        let authority = &self.authority;
        Err(format!(
            "nothing answers at {authority} ({why}): is the target running, and is its base_url right?"
        ))
    }

    fn request(
        &self,
        ask: &Ask,
        token: Option<&Shown>,
        keep: bool,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let in_url = match token {
            Some(Shown::InUrl(raw)) if ask.target.contains('?') => format!("&token={raw}"),
            Some(Shown::InUrl(raw)) => format!("?token={raw}"),
            _ => String::new(),
        };
        let mut request = Request::builder()
            .method(ask.method())
            .uri(format!("{}{}{in_url}", self.prefix, ask.target))
            .header(header::HOST, &self.authority)
            .header(header::USER_AGENT, "doublure");
        if !keep {
            request = request.header(header::CONNECTION, "close");
        }
        if let Some(Shown::Headers(values)) = token {
            let name = header::AUTHORIZATION;
            request = values
                .iter()
                .fold(request, |request, value| request.header(&name, value));
        }
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let body = Full::new(Bytes::copy_from_slice(ask.body.as_bytes()));
        request.body(body).map_err(|_| Failure::Malformed)
    }

    async fn connect(&self, ask: &Ask) -> Result<TcpStream, Failure> {
        let mut addresses = lookup_host(&self.authority)
            .await
            .map_err(|_| Failure::Unresolvable)?;
        let address = addresses
            .find(SocketAddr::is_ipv4)
            .ok_or(Failure::Unresolvable)?;
        let socket = TcpSocket::new_v4().map_err(|error| failure_of(&error))?;
        // Another address of ours reaches only what listens on this machine.
        let binds = match self.binding {
            Binding::Loopback => address.ip().is_loopback(),
            Binding::Listed => true,
            Binding::Unbound => false,
        };
        if let Some(from) = ask.from.filter(|_| binds) {
            socket
                .bind((from, 0).into())
                .map_err(|error| failure_of(&error))?;
        }
        socket
            .connect(address)
            .await
            .map_err(|error| failure_of(&error))
    }

    /// Who is believed there.
    fn trust(&self) -> io::Result<Trust> {
        match &self.security {
            Security::Tls(Some(trust)) => Ok(trust.clone()),
            Security::Tls(None) | Security::Plain => Trust::of_the_machine(),
        }
    }

    async fn secure(&self, stream: TcpStream) -> Result<Stream, Failure> {
        if self.security == Security::Plain {
            return Ok(Stream::Plain(stream));
        }
        let secured = async { self.trust()?.secure(self.host(), stream).await };
        secured.await.map_err(|error| failure_of(&error))
    }

    async fn open(&self, ask: &Ask) -> Result<http1::SendRequest<Full<Bytes>>, Failure> {
        let stream = self.connect(ask).await?;
        let stream = self.secure(stream).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broken(&error))?;
        // Its failure shows at the request that it carries.
        tokio::spawn(connection);
        Ok(sender)
    }
}

impl Flood {
    pub(crate) const fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            sender: None,
        }
    }

    /// Sends one more; opens a connection where the last one was closed.
    pub(crate) async fn send(&mut self, ask: &Ask, token: Option<&Shown>) -> Answer {
        let answer = self.try_send(ask, token).await;
        answer.unwrap_or_else(|failure| Answer::Failed(failure, None))
    }

    async fn try_send(&mut self, ask: &Ask, token: Option<&Shown>) -> Result<Answer, Failure> {
        let request = self.endpoint.request(ask, token, true)?;
        let mut sender = match self.sender.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => self.endpoint.open(ask).await?,
        };
        sender.ready().await.map_err(|error| broken(&error))?;
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| broken(&error))?;
        let answer = whole(response, &mut None).await;
        self.sender = Some(sender);
        Ok(answer)
    }
}

/// One request on a connection of its own; the head is left in `head` as soon as it has come.
pub(super) async fn exchange(
    endpoint: &Endpoint,
    ask: &Ask,
    token: Option<&Shown>,
    head: &mut Option<ResponseSeen>,
) -> Answer {
    let begun = async {
        let request = endpoint.request(ask, token, false)?;
        let mut sender = endpoint.open(ask).await?;
        sender
            .send_request(request)
            .await
            .map_err(|error| broken(&error))
    };
    match begun.await {
        Ok(response) => whole(response, head).await,
        Err(failure) => Answer::Failed(failure, None),
    }
}

async fn whole(response: Response<Incoming>, head: &mut Option<ResponseSeen>) -> Answer {
    let (parts, body) = response.into_parts();
    let seen = head.insert(ResponseSeen {
        status: parts.status.as_u16(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.to_string(), value.into_owned())
            })
            .collect(),
        body: None,
    });
    match body.collect().await {
        Ok(collected) => Answer::Whole(ResponseSeen {
            body: Some(captured(&collected.to_bytes())),
            ..seen.clone()
        }),
        Err(error) => Answer::Failed(broken(&error), head.take()),
    }
}

/// What is said of a connection that broke.
fn broken(error: &hyper::Error) -> Failure {
    if error.is_parse() {
        return Failure::Malformed;
    }
    let mut cause = std::error::Error::source(error);
    while let Some(known) = cause {
        if let Some(error) = known.downcast_ref::<io::Error>() {
            return failure_of(error);
        }
        cause = known.source();
    }
    Failure::Closed
}

fn failure_of(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Failure::Refused,
        io::ErrorKind::ConnectionReset => Failure::Reset,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable
        | io::ErrorKind::TimedOut => Failure::Unreachable,
        _ => Failure::Closed,
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, time::Duration};

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::probe::{after, send};

    /// A listener that takes one request and then does what is wanted with the socket.
    async fn answering<F>(act: impl FnOnce(TcpStream) -> F + Send + 'static) -> Endpoint
    where
        F: Future<Output = ()> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let _ = socket.read(&mut request).await.unwrap();
            act(socket).await;
        });
        Endpoint::parse(&format!("http://{address}")).unwrap()
    }

    fn plain() -> Ask {
        Ask {
            target: "/privileges".to_owned(),
            ..Ask::default()
        }
    }

    async fn told(wire: &'static [u8]) -> Answer {
        let endpoint = answering(move |mut socket| async move {
            socket.write_all(wire).await.unwrap();
        })
        .await;
        send(&endpoint, &plain(), None, pending()).await
    }

    #[tokio::test]
    async fn a_whole_answer_comes_with_headers_and_body() {
        let answer = told(b"HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}").await;

        let Answer::Whole(seen) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(seen.status, 429);
        assert_eq!(seen.header("retry-after"), Some("7"));
        assert_eq!(seen.body.unwrap().text, "{}");
    }

    #[tokio::test]
    async fn an_answer_that_is_cut_keeps_its_head() {
        let answer = told(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}").await;

        let Answer::Failed(failure, Some(head)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!((failure, head.status), (Failure::Closed, 200));
    }

    #[tokio::test]
    async fn what_is_not_http_is_malformed() {
        let answer = told(b"220 smtp ready\r\n").await;

        assert_eq!(answer, Answer::Failed(Failure::Malformed, None));
    }

    #[tokio::test]
    async fn a_connection_closed_without_a_word_is_closed() {
        assert_eq!(told(b"").await, Answer::Failed(Failure::Closed, None));
    }

    #[tokio::test]
    async fn silence_ends_when_the_caller_gives_up() {
        let endpoint = answering(|socket| async move {
            pending::<()>().await;
            drop(socket);
        })
        .await;

        let answer = send(&endpoint, &plain(), None, after(Duration::from_millis(20))).await;

        assert_eq!(answer, Answer::Failed(Failure::GaveUp, None));
    }

    #[tokio::test]
    async fn nobody_listening_is_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let endpoint = Endpoint::parse(&format!("http://{address}")).unwrap();

        let answer = send(&endpoint, &plain(), None, pending()).await;

        assert_eq!(answer, Answer::Failed(Failure::Refused, None));
    }

    #[test]
    fn a_base_url_may_have_a_path_and_needs_no_port() {
        let endpoint = Endpoint::parse("http://gateway.test/api/").unwrap();

        assert_eq!(endpoint.authority, "gateway.test:80");
        assert_eq!(endpoint.prefix, "/api");
    }

    #[test]
    fn https_has_a_port_of_its_own() {
        let endpoint = Endpoint::parse("https://gateway.test").unwrap();

        assert_eq!(endpoint.authority, "gateway.test:443");
        assert_eq!(endpoint.security, Security::Tls(None));
    }

    #[test]
    fn a_link_is_followed_on_this_machine_and_at_the_target() {
        let target = Endpoint::parse("https://gateway.test/api").unwrap();
        let followed = |url| target.of_link(url).map(|(_, base, path)| (base, path));
        let there = |base: &str, path: &str| Some((base.to_owned(), path.to_owned()));

        assert_eq!(
            followed("http://127.0.0.1:81/siade/a.pdf?b=c"),
            there("http://127.0.0.1:81", "/siade/a.pdf?b=c")
        );
        assert_eq!(
            followed("https://gateway.test/a.pdf"),
            there("https://gateway.test", "/a.pdf")
        );
        assert_eq!(followed("https://elsewhere.test/a.pdf"), None);
        assert_eq!(followed("a.pdf"), None);
    }

    #[test]
    fn a_base_url_that_is_none_is_refused_with_an_example() {
        assert!(
            Endpoint::parse("localhost")
                .unwrap_err()
                .contains("http://127.0.0.1:3000")
        );
        assert!(
            Endpoint::parse("ftp://gateway.test")
                .unwrap_err()
                .contains("only http and https")
        );
    }
}
