//! The orders given to a gate, and what it tells in return.

use std::{
    fmt,
    sync::{Arc, Mutex},
    task::Waker,
};

use doublure_journal::Ending;

use super::{Shape, WireEnd};
use crate::lock::locked;

/// Gives orders to a gate. Cheap to clone; all clones keep one gate.
#[derive(Clone, Default)]
pub(crate) struct Keeper {
    state: Arc<Mutex<State>>,
    wire: Option<WireEnd>,
}

/// What becomes of a connection. The first order stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It goes on.
    #[default]
    Open,
    /// Nothing is read or written any more.
    Silent,
    /// It is closed (FIN).
    Close,
    /// It is reset (RST).
    Reset,
}

/// Held by an answer's body: dropped when HTTP has taken all of it.
#[derive(Debug)]
pub(crate) struct Ticket(Keeper);

#[derive(Default)]
struct State {
    fate: Fate,
    waker: Option<Waker>,
    shape: Option<Shape>,
    sending: Vec<Sending>,
    peer: Option<Ending>,
}

/// An answer on its way out.
struct Sending {
    handed: bool,
    sent: Box<dyn FnOnce() + Send>,
}

impl Keeper {
    /// The keeper of one end of a connection between two of our own sockets.
    pub(crate) fn of_wire(wire: Option<WireEnd>) -> Self {
        Self {
            wire,
            ..Self::default()
        }
    }

    /// Decides what becomes of the connection, and wakes whoever drives it.
    pub(crate) fn order(&self, fate: Fate) {
        let waker = {
            let mut state = locked(&self.state);
            if state.fate == Fate::Open {
                state.fate = fate;
            }
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(crate) fn fate(&self) -> Fate {
        locked(&self.state).fate
    }

    /// How the next answer is let through.
    pub(crate) fn shape(&self, shape: Shape) {
        locked(&self.state).shape = Some(shape);
    }

    /// `sent` is called when the answer that holds the ticket has been written.
    pub(crate) fn sending(&self, sent: impl FnOnce() + Send + 'static) -> Ticket {
        locked(&self.state).sending.push(Sending {
            handed: false,
            sent: Box::new(sent),
        });
        Ticket(self.clone())
    }

    /// How the peer ended the connection, if it did.
    pub(crate) fn peer(&self) -> Option<Ending> {
        locked(&self.state).peer
    }

    pub(super) fn wire(&self) -> Option<WireEnd> {
        self.wire.clone()
    }

    pub(super) fn peer_left(&self, ending: Ending) {
        locked(&self.state).peer.get_or_insert(ending);
    }

    pub(super) fn before_write(&self) -> (Fate, Option<Shape>) {
        let mut state = locked(&self.state);
        (state.fate, state.shape.take())
    }

    /// Everything that was handed over has been written; whether that was an answer.
    pub(super) fn sent(&self) -> bool {
        let mut state = locked(&self.state);
        let handed = state
            .sending
            .iter()
            .take_while(|answer| answer.handed)
            .count();
        if handed == 0 {
            return false;
        }
        let sent: Vec<Sending> = state.sending.drain(..handed).collect();
        drop(state);
        for answer in sent {
            (answer.sent)();
        }
        true
    }

    /// Whoever drives the connection begins a turn; orders given from here on wake it.
    pub(super) fn begin_turn(&self, waker: &Waker) -> Fate {
        if let Some(wire) = &self.wire {
            wire.begin_turn();
        }
        let mut state = locked(&self.state);
        if !state
            .waker
            .as_ref()
            .is_some_and(|known| known.will_wake(waker))
        {
            state.waker = Some(waker.clone());
        }
        state.fate
    }

    /// Nobody reads from this connection any more: nothing is on its way to it.
    pub(crate) fn stop_reading(&self) {
        if let Some(wire) = &self.wire {
            wire.stop_reading();
        }
    }

    fn handed(&self) {
        let mut state = locked(&self.state);
        if let Some(answer) = state.sending.iter_mut().find(|answer| !answer.handed) {
            answer.handed = true;
        }
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper")
            .field("fate", &self.fate())
            .finish_non_exhaustive()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.handed();
    }
}
