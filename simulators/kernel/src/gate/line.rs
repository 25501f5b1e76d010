//! What a gate can lie on: a TCP connection, a pair of pipes in memory.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, Interest, ReadBuf},
    net::TcpStream,
};

/// What a host can serve on.
pub(crate) trait Line: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Ends by force: the peer sees a reset, not an end.
    fn reset(self);

    /// Returns when the peer has closed its side. Nothing is read.
    fn hung_up(&self) -> impl Future<Output = ()> + Send;

    /// Ends our side in order, without a word of what may lie above it.
    fn poll_cut(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_shutdown(context)
    }
}

impl Line for TcpStream {
    fn reset(self) {
        // Without this the peer sees an orderly end; there is nothing else that we could do.
        let _ = self.set_zero_linger();
    }

    async fn hung_up(&self) {
        loop {
            match self.ready(Interest::READABLE).await {
                Ok(readiness) if !readiness.is_read_closed() => {
                    // Bytes nobody will read: forget them, or this would spin.
                    let _ = self.try_io(Interest::READABLE, || {
                        Err::<(), _>(io::ErrorKind::WouldBlock.into())
                    });
                }
                _ => return,
            }
        }
    }
}

/// One end of a connection in memory: sees a reset where the other end was reset.
#[derive(Debug)]
pub(crate) struct End {
    stream: DuplexStream,
    reset: Arc<AtomicBool>,
}

/// A connection in memory: two ends that are alike.
pub(crate) fn pipe() -> (End, End) {
    let (near, far) = tokio::io::duplex(PIPE_BYTES);
    let reset = Arc::new(AtomicBool::new(false));
    let end = |stream| End {
        stream,
        reset: Arc::clone(&reset),
    };
    (end(near), end(far))
}

impl Line for End {
    fn reset(self) {
        self.reset.store(true, SeqCst);
    }

    async fn hung_up(&self) {
        // Both ends live in one exchange and go together.
        std::future::pending::<()>().await;
    }
}

impl AsyncRead for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() == before && self.reset.load(SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for End {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

const PIPE_BYTES: usize = 64 * 1024;
