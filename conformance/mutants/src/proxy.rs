//! Stands before a gateway and spoils one thing of what it says.
//!
//! Each connection of a caller is one connection to the gateway, from the caller's own address: bans, silence
//! and the ends of connections pass through.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header, request::Parts};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client, server, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Mutex,
    task::{AbortHandle, JoinSet},
};

pub use self::sabotage::{Counting, Distortion, Echo, Keeping, Sabotage, Trust};
use self::sabotage::{Counts, Deed, Memory};

mod sabotage;

/// A proxy on a free port of loopback. It ends with all its connections when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    base_url: String,
    accepting: AbortHandle,
}

/// What the connections of a proxy share.
#[derive(Debug)]
struct Post {
    gateway: SocketAddr,
    sabotage: Sabotage,
    answered: AtomicU64,
    counts: Counts,
    memory: Memory,
    turn: Mutex<()>,
    first_token: OnceLock<HeaderValue>,
}

/// The gateway's side of a connection.
type Upstream = Mutex<client::conn::http1::SendRequest<Full<Bytes>>>;

impl Proxy {
    /// Listens before the gateway at `base_url`.
    ///
    /// # Errors
    /// A base URL that is no address of this machine, or no free port.
    pub async fn start(base_url: &str, sabotage: Sabotage) -> io::Result<Self> {
        let place = base_url.strip_prefix("http://").unwrap_or(base_url);
        let gateway = place.parse().map_err(io::Error::other)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let post = Arc::new(Post {
            gateway,
            sabotage,
            answered: AtomicU64::new(0),
            counts: Counts::default(),
            memory: Memory::default(),
            turn: Mutex::default(),
            first_token: OnceLock::new(),
        });
        let accepting = tokio::spawn(accept(listener, post)).abort_handle();
        Ok(Self {
            base_url,
            accepting,
        })
    }

    /// Base URL of the spoilt gateway.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Post {
    /// One connection, from accept to its end.
    async fn serve(self: Arc<Self>, caller: TcpStream, peer: SocketAddr) -> io::Result<()> {
        // Small answers must not wait for the peer's acknowledgements.
        caller.set_nodelay(true)?;
        let gateway = self.connect(self.sabotage.seen_from(peer.ip())).await?;
        let handshake = client::conn::http1::handshake(TokioIo::new(gateway)).await;
        let (upstream, connection) = handshake.map_err(io::Error::other)?;
        let upstream: Upstream = Mutex::new(upstream);
        let relay = service_fn(|request| self.relay(&upstream, request));
        let mut serving = pin!(
            server::conn::http1::Builder::new()
                .auto_date_header(false)
                .serve_connection(TokioIo::new(caller), relay)
        );
        tokio::select! {
            // The caller's end is the gateway's too: its connection is dropped here.
            _ = &mut serving => return Ok(()),
            _ = connection => {}
        }
        serving.as_mut().graceful_shutdown();
        serving.await.map_err(io::Error::other)
    }

    async fn connect(&self, from: IpAddr) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.set_nodelay(true)?;
        socket.bind((from, 0).into())?;
        socket.connect(self.gateway).await
    }

    /// One request; an error closes the caller's connection.
    async fn relay(
        &self,
        upstream: &Upstream,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, io::Error> {
        let (mut head, body) = request.into_parts();
        // Whether the caller keeps its connection is between the two of us.
        head.headers.remove(header::CONNECTION);
        if let Sabotage::Trusts(trust) = self.sabotage {
            trust.show(&mut head.headers);
        }
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        if let Sabotage::Keeps(keeping) = self.sabotage
            && let Some(kept) = self.memory.recall(keeping, &head)
        {
            return Ok(kept.map(Full::new));
        }
        if let Sabotage::MakesUp(name) = self.sabotage {
            head.uri = made_up(name, &head.uri);
        }
        let again = || Request::from_parts(head.clone(), Full::new(body.clone()));
        let one_at_a_time = self.sabotage == Sabotage::OneAtATime;
        let _turn = match one_at_a_time {
            true => Some(self.turn.lock().await),
            false => None,
        };
        if self.sabotage == Sabotage::AsksBefore {
            ask(upstream, again()).await?;
        }
        let mut answer = match self.has_address_of_its_own(&head) {
            true => self.ask_from_elsewhere(again()).await?,
            false => ask(upstream, again()).await?,
        };
        if self.sabotage == Sabotage::AsksAgainAt(answer.status().as_u16()) {
            answer = ask(upstream, again()).await?;
        }
        self.spoil_by_question(&head, &mut answer);
        for _ in 1..self.sabotage.times() {
            ask(upstream, again()).await?;
        }
        let earlier = self.answered.fetch_add(1, Ordering::Relaxed);
        match self.sabotage.spoil(answer, earlier) {
            Deed::Answer(answer) => Ok(answer.map(Full::new)),
            Deed::Silence => std::future::pending().await,
            Deed::HangUp => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    /// Spoils what depends on the question.
    fn spoil_by_question(&self, asked: &Parts, answer: &mut Response<Bytes>) {
        match self.sabotage {
            Sabotage::Echoes(echo) => echo.spoil(asked, answer),
            Sabotage::StatusThere(text, (from, to))
                if asked.uri.to_string().contains(text) && answer.status() == from =>
            {
                *answer.status_mut() = StatusCode::from_u16(to).unwrap_or(answer.status());
            }
            Sabotage::Counts(counting) => self.counts.spoil(counting, asked, answer),
            Sabotage::Keeps(keeping) => self.memory.keep(keeping, asked, answer),
            Sabotage::StatusAt(text, to) if asked.uri.to_string().contains(text) => {
                *answer.status_mut() = StatusCode::from_u16(to).unwrap_or(answer.status());
            }
            _ => {}
        }
    }

    /// Whether a call comes from another address than its caller's.
    fn has_address_of_its_own(&self, asked: &Parts) -> bool {
        if let Sabotage::ElsewhereAt(path) = self.sabotage {
            return asked.uri.path().starts_with(path);
        }
        let Sabotage::AddressByToken(path) = self.sabotage else {
            return false;
        };
        let token = asked.headers.get(header::AUTHORIZATION);
        let Some(token) = token.filter(|_| asked.uri.path().starts_with(path)) else {
            return false;
        };
        self.first_token.get_or_init(|| token.clone()) != token
    }

    /// One request on a connection of its own from an address that no caller has.
    async fn ask_from_elsewhere(
        &self,
        request: Request<Full<Bytes>>,
    ) -> io::Result<Response<Bytes>> {
        let gateway = self.connect(ELSEWHERE).await?;
        let handshake = client::conn::http1::handshake(TokioIo::new(gateway)).await;
        let (upstream, connection) = handshake.map_err(io::Error::other)?;
        tokio::spawn(connection);
        ask(&Mutex::new(upstream), request).await
    }
}

/// A target with a tracing parameter that it lacks; as it is where it lacks the others too.
fn made_up(name: &str, uri: &Uri) -> Uri {
    let query = uri.query().unwrap_or_default();
    let has = |name: &str| query.contains(&format!("{name}="));
    if has(name) || !TRACING.iter().all(|other| *other == name || has(other)) {
        return uri.clone();
    }
    let told = format!("{uri}&{name}=13002526500013");
    told.parse().unwrap_or_else(|_| uri.clone())
}

async fn accept(listener: TcpListener, post: Arc<Post>) {
    let mut connections = JoinSet::new();
    while let Ok((caller, peer)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        // What goes wrong with a connection shows to the caller as its end.
        connections.spawn(Arc::clone(&post).serve(caller, peer));
    }
}

async fn ask(upstream: &Upstream, request: Request<Full<Bytes>>) -> io::Result<Response<Bytes>> {
    let mut upstream = upstream.lock().await;
    upstream.ready().await.map_err(io::Error::other)?;
    let answer = upstream.send_request(request).await;
    let (mut head, body) = answer.map_err(io::Error::other)?.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    // Its length is told anew: it may be spoilt yet.
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::TRANSFER_ENCODING);
    Ok(Response::from_parts(head, body))
}

const TRACING: [&str; 3] = ["context", "recipient", "object"];
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 99));

#[cfg(test)]
mod tests;
