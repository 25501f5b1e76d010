//! The one place where bytes are held back, cut, dripped or dropped.
//!
//! A `Gate` lies between a connection and HTTP; its `Keeper` gives it orders from elsewhere.
//!
//! - `keeper`: the orders, and what the gate tells in return.
//! - `shape`: how an answer is let through: whole, cut, dripping, not at all.
//! - `wire`: the bytes on their way between two of our own sockets.
//! - `line`: what a gate can lie on: a TCP connection, a pair of pipes in memory.
//! - `secured`: the same connection, speaking TLS.
//! - `turn`: drives what reads and writes through a gate.

mod keeper;
mod line;
mod secured;
mod shape;
mod turn;
mod wire;

use std::{
    future::poll_fn,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use doublure_journal::Ending;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::shape::Pass;
pub(crate) use self::{
    keeper::{Fate, Keeper, Ticket},
    line::{Line, pipe},
    secured::{Agreed, Secured},
    shape::Shape,
    turn::{Driven, drive},
    wire::{Wire, WireEnd},
};

/// A connection that obeys a [`Keeper`].
pub(crate) struct Gate<L> {
    // Dropped before the line: what the peer is about to learn is on its way before it is sent.
    wire: Option<HangsUp>,
    keeper: Keeper,
    shape: Shape,
    line: L,
}

impl<L> Gate<L> {
    pub(crate) fn new(line: L, keeper: Keeper) -> Self {
        Self {
            wire: keeper.wire().map(HangsUp),
            keeper,
            shape: Shape::Whole,
            line,
        }
    }

    pub(crate) fn line(&self) -> &L {
        &self.line
    }

    fn end(&self) -> Option<&WireEnd> {
        self.wire.as_ref().map(|wire| &wire.0)
    }
}

impl<L: Line> Gate<L> {
    /// Ends the connection by force: the peer sees a reset.
    pub(crate) fn reset(self) {
        if let Some(wire) = &self.wire {
            wire.0.finish();
        }
        self.line.reset();
    }

    /// Ends the connection in the middle of what is said: TCP ends in order, nothing above it does.
    pub(crate) async fn cut(mut self) -> io::Result<()> {
        if let Some(wire) = &self.wire {
            wire.0.finish();
        }
        poll_fn(|context| Pin::new(&mut self.line).poll_cut(context)).await
    }
}

impl<L: AsyncRead + Unpin> AsyncRead for Gate<L> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.keeper.fate() != Fate::Open {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.line).poll_read(context, buffer);
        let read = buffer.filled().len() - before;
        match &polled {
            Poll::Ready(Ok(())) if read == 0 => self.keeper.peer_left(Ending::Closed),
            Poll::Ready(Err(_)) => self.keeper.peer_left(Ending::Reset),
            _ => {}
        }
        if let Some(end) = self.end() {
            end.read(&polled, read);
        }
        polled
    }
}

impl<L: AsyncWrite + Unpin> AsyncWrite for Gate<L> {
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
        let (fate, shape) = self.keeper.before_write();
        if let Some(shape) = shape {
            self.shape = shape;
        }
        if fate != Fate::Open {
            return Poll::Pending;
        }
        if matches!(self.shape, Shape::Whole) {
            return self.write(context, slices);
        }
        let bytes = slices.iter().find(|slice| !slice.is_empty());
        self.write_shaped(context, bytes.map_or(&[], |bytes| bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.line.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.line).poll_flush(context));
        // HTTP flushes when it holds nothing back: an answer that was handed to it is written.
        if flushed.is_ok() && self.keeper.sent() {
            if let Shape::Cut(_) = self.shape {
                // The answer was shorter than the cut; it is closed after all the same.
                self.keeper.order(Fate::Close);
            }
            self.shape = Shape::Whole;
        }
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(wire) = &self.wire {
            wire.0.finish();
        }
        Pin::new(&mut self.line).poll_shutdown(context)
    }
}

impl<L: AsyncWrite + Unpin> Gate<L> {
    fn write(
        &mut self,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let offered = slices.iter().map(|slice| slice.len()).sum();
        // Taken before the bytes are on their way: their reader may be faster than we are.
        if let Some(end) = self.end() {
            end.offer(offered);
        }
        let polled = Pin::new(&mut self.line).poll_write_vectored(context, slices);
        if let Some(end) = self.end() {
            end.wrote(&polled, offered);
        }
        if let Poll::Ready(Err(_)) = &polled {
            self.keeper.peer_left(Ending::Reset);
        }
        polled
    }

    fn write_shaped(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        while let Some(instead) = self.shape.instead() {
            let written = ready!(self.write(context, &[IoSlice::new(&instead)]))?;
            self.shape.passed(&instead[..written]);
        }
        let allowed = match self.shape.poll_pass(context, bytes) {
            Pass::Allowed(allowed) => allowed,
            Pass::Later => return Poll::Pending,
            Pass::Nothing => {
                self.keeper.order(Fate::Close);
                return Poll::Pending;
            }
        };
        let bytes = &bytes[..allowed];
        let written = ready!(self.write(context, &[IoSlice::new(bytes)]))?;
        self.shape.passed(&bytes[..written]);
        Poll::Ready(Ok(written))
    }
}

/// An end of a wire that tells the other end when it is dropped.
struct HangsUp(WireEnd);

impl Drop for HangsUp {
    fn drop(&mut self) {
        self.0.hang_up();
    }
}
