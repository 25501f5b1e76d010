//! A TCP connection that speaks TLS.
//!
//! It lies beneath the gate: the gate holds back, cuts and drips what HTTP says, a record at a time,
//! and a silent gate gives TLS nothing to say. The handshake is made when HTTP first reads.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{Accept, TlsAcceptor, server::TlsStream};

use super::Line;
use crate::tls::Tls;

/// One end of a TLS connection that somebody else opens.
pub(crate) struct Secured {
    state: State,
    agreed: Option<OnAgreed>,
}

/// What was agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Agreed {
    /// `1.2` or `1.3`.
    pub(crate) version: &'static str,
    /// The name that the caller wants to speak to.
    pub(crate) name: Option<String>,
}

/// Told what was agreed on, or why nothing was.
type OnAgreed = Box<dyn FnOnce(Result<Agreed, String>) + Send + Sync>;

enum State {
    Greeting(Box<Accept<TcpStream>>),
    Open(Box<TlsStream<TcpStream>>),
    /// No agreement: TLS has said so, and closed.
    Failed,
}

impl Secured {
    pub(crate) fn new(
        stream: TcpStream,
        tls: &Tls,
        agreed: impl FnOnce(Result<Agreed, String>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            state: State::Greeting(Box::new(TlsAcceptor::from(tls.config()).accept(stream))),
            agreed: Some(Box::new(agreed)),
        }
    }

    fn socket(&self) -> Option<&TcpStream> {
        match &self.state {
            State::Greeting(greeting) => greeting.get_ref(),
            State::Open(stream) => Some(stream.get_ref().0),
            State::Failed => None,
        }
    }

    /// The stream, once there is one; none: there will be none.
    fn poll_stream(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Pin<&mut TlsStream<TcpStream>>>> {
        if let State::Greeting(greeting) = &mut self.state {
            let outcome = match ready!(Pin::new(greeting).poll(context)) {
                Ok(stream) => {
                    let agreed = agreed(&stream);
                    self.state = State::Open(Box::new(stream));
                    Ok(agreed)
                }
                Err(error) => {
                    self.state = State::Failed;
                    Err(error.to_string())
                }
            };
            if let Some(told) = self.agreed.take() {
                told(outcome);
            }
        }
        Poll::Ready(match &mut self.state {
            State::Open(stream) => Some(Pin::new(&mut **stream)),
            State::Greeting(_) | State::Failed => None,
        })
    }
}

impl Line for Secured {
    fn reset(self) {
        if let Some(socket) = self.socket() {
            // Without this the peer sees an orderly end; there is nothing else that we could do.
            let _ = socket.set_zero_linger();
        }
    }

    async fn hung_up(&self) {
        if let Some(socket) = self.socket() {
            socket.hung_up().await;
        }
    }

    /// The peer sees the end of TCP without the word that TLS says before it: what was cut is cut.
    fn poll_cut(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Open(stream) => Pin::new(stream.get_mut().0).poll_shutdown(context),
            State::Greeting(greeting) => match greeting.get_mut() {
                Some(socket) => Pin::new(socket).poll_shutdown(context),
                None => Poll::Ready(Ok(())),
            },
            State::Failed => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(stream) = ready!(self.poll_stream(context)) else {
            return Poll::Ready(Ok(()));
        };
        match ready!(stream.poll_read(context, buffer)) {
            // Many callers end TCP without a word of TLS; HTTP says by itself what was whole.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            read => Poll::Ready(read),
        }
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match ready!(self.poll_stream(context)) {
            Some(stream) => stream.poll_write_vectored(context, slices),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // HTTP flushes before it reads, too: there is nothing to be flushed before an agreement.
        match &mut self.state {
            State::Open(stream) => Pin::new(stream).poll_flush(context),
            State::Greeting(_) | State::Failed => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Open(stream) => Pin::new(stream).poll_shutdown(context),
            State::Greeting(_) | State::Failed => self.poll_cut(context),
        }
    }
}

fn agreed(stream: &TlsStream<TcpStream>) -> Agreed {
    let connection = stream.get_ref().1;
    Agreed {
        version: match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_2) => "1.2",
            _ => "1.3",
        },
        name: connection.server_name().map(str::to_owned),
    }
}
