//! The bytes on their way between two of our own sockets.
//!
//! Bytes handed to the kernel are nobody's until their reader is woken: without counting them, a
//! clock would find everybody at rest and run past them. The writer counts them before they leave,
//! the reader takes them off when it has them. They count only while their reader waits: what
//! nobody waits for wakes nobody.

use std::{
    io,
    sync::{Arc, Mutex},
    task::Poll,
};

use crate::{clock::Ledger, lock::locked};

/// A connection between two of our own sockets.
#[derive(Debug)]
pub(crate) struct Wire {
    lanes: [Lane; 2],
}

/// One of its two ends.
#[derive(Clone, Debug)]
pub(crate) struct WireEnd {
    wire: Arc<Wire>,
    writes: usize,
}

/// One direction.
#[derive(Debug)]
struct Lane {
    ledger: Arc<Ledger>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Handed over and not yet taken; an end (FIN, RST) is one.
    bytes: usize,
    /// The writer wants to write more and there is no room: taking makes room, which wakes it.
    blocked: bool,
    finished: bool,
    reader: Reader,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Waits,
    Elsewhere,
    Gone,
}

impl Wire {
    /// A wire whose connection is about to be made: the one end makes it, the other is waited for.
    pub(crate) fn new(ledger: &Arc<Ledger>) -> Arc<Self> {
        let wire = Self {
            lanes: [Reader::Waits, Reader::Elsewhere].map(|reader| Lane::new(ledger, reader)),
        };
        // One for the connection itself, taken when it is accepted.
        wire.lanes[0].change(|state| state.bytes = 1);
        Arc::new(wire)
    }

    /// The end that makes the connection.
    pub(crate) fn asking(self: &Arc<Self>) -> WireEnd {
        WireEnd {
            wire: Arc::clone(self),
            writes: 0,
        }
    }

    /// The end that accepts it.
    pub(crate) fn asked(self: &Arc<Self>) -> WireEnd {
        WireEnd {
            wire: Arc::clone(self),
            writes: 1,
        }
    }
}

impl WireEnd {
    /// The connection has been accepted, by a task that is busy now.
    pub(crate) fn accepted(&self) {
        self.inbound().change(|state| state.take(1));
    }

    pub(super) fn begin_turn(&self) {
        self.inbound().change(State::reader_turns_elsewhere);
        self.outbound().change(|state| state.blocked = false);
    }

    pub(super) fn read(&self, polled: &Poll<io::Result<()>>, read: usize) {
        self.inbound().change(|state| match polled {
            Poll::Pending => state.reader = Reader::Waits,
            Poll::Ready(Ok(())) if read > 0 => state.take(read),
            // The end: nothing else comes.
            Poll::Ready(_) => state.reader = Reader::Gone,
        });
    }

    pub(super) fn offer(&self, bytes: usize) {
        self.outbound().change(|state| state.bytes += bytes);
    }

    pub(super) fn wrote(&self, polled: &Poll<io::Result<usize>>, offered: usize) {
        let written = match polled {
            Poll::Ready(Ok(written)) => *written,
            _ => 0,
        };
        self.outbound().change(|state| {
            state.take(offered - written);
            state.blocked = polled.is_pending();
        });
    }

    /// An end is about to be sent.
    pub(super) fn finish(&self) {
        self.outbound().change(|state| {
            if !state.finished {
                state.finished = true;
                state.bytes += 1;
            }
        });
    }

    pub(super) fn stop_reading(&self) {
        self.inbound().change(|state| state.reader = Reader::Gone);
    }

    pub(super) fn hang_up(&self) {
        self.finish();
        self.stop_reading();
    }

    fn inbound(&self) -> &Lane {
        &self.wire.lanes[1 - self.writes]
    }

    fn outbound(&self) -> &Lane {
        &self.wire.lanes[self.writes]
    }
}

impl Lane {
    fn new(ledger: &Arc<Ledger>, reader: Reader) -> Self {
        Self {
            ledger: Arc::clone(ledger),
            state: Mutex::new(State {
                bytes: 0,
                blocked: false,
                finished: false,
                reader,
            }),
        }
    }

    /// The ledger is changed under the lock of the lane, so that the two never part.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = locked(&self.state);
        let before = state.counts();
        let outcome = change(&mut state);
        let after = state.counts();
        if before != after {
            self.ledger
                .change(|standing| standing.in_flight = standing.in_flight + after - before);
        }
        outcome
    }
}

impl State {
    fn counts(&self) -> usize {
        match self.reader {
            Reader::Waits => self.bytes + usize::from(self.blocked),
            Reader::Elsewhere | Reader::Gone => 0,
        }
    }

    fn take(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    fn reader_turns_elsewhere(&mut self) {
        if self.reader == Reader::Waits {
            self.reader = Reader::Elsewhere;
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.change(|state| state.reader = Reader::Gone);
    }
}
