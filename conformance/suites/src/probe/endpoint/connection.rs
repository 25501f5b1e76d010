//! How a target is reached: connections, handshakes.

use std::{io, net::SocketAddr, time::Duration};

use bytes::Bytes;
use doublure_control::{Stream, TlsVersion, Trust, patience};
use doublure_journal::{Failure, Handshake};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream, lookup_host};

use super::{Endpoint, Security};
use crate::probe::{
    Ask, Binding,
    failure::{broken, failure_of},
};

impl Endpoint {
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

    /// A connection of its own, ready for requests.
    pub(in crate::probe) async fn open(
        &self,
        ask: &Ask,
    ) -> Result<http1::SendRequest<Full<Bytes>>, Failure> {
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
