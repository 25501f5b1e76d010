//! The only module that reads the time.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use doublure_journal::Moment;

/// How a session's clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockKind {
    /// With the machine's.
    Real,
    /// By hand only, from this moment on.
    Manual(Moment),
}

/// A session's clock. Cheap to clone; all clones are one clock.
#[derive(Clone, Debug)]
pub struct Clock {}

/// In which order timers that are due at the same moment fire: an answer at exactly the deadline is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Something arrives.
    Delivery,
    /// Somebody stops waiting.
    Deadline,
}

/// What must hold before the clock is moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// At least so many calls of foreign callers are in progress and all of them wait.
    pub parked: Option<usize>,
}

/// Why the clock was not moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdvanceError {
    /// A real clock cannot be moved.
    #[error(
        "this session's clock runs with the machine's: start the session with a manual clock to move it"
    )]
    Real,
    /// The calls that should be waiting did not all come.
    #[error(
        "{seen} of {wanted} calls are waiting after {patience:?} of real time; the clock was not moved"
    )]
    NotParked {
        /// Calls that should be waiting.
        wanted: usize,
        /// Calls that are in progress.
        seen: usize,
        /// Real time that was waited.
        patience: Duration,
    },
    /// The session did not come to rest.
    #[error(
        "the session did not settle within {patience:?} of real time: {busy} tasks busy, {in_flight} bytes in flight"
    )]
    Unsettled {
        /// Tasks between being woken and returning Pending.
        busy: usize,
        /// Bytes between two of our own sockets.
        in_flight: usize,
        /// Real time that was waited.
        patience: Duration,
    },
}

/// A limit that passed before the work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the limit passed first")]
pub struct Elapsed;

/// A wait that ends at a moment of a clock.
#[derive(Debug)]
#[must_use = "a wait does nothing unless awaited"]
pub struct Sleep {}

impl Clock {
    /// A clock of this kind.
    pub fn new(kind: ClockKind) -> Self {
        todo!("{kind:?}")
    }

    /// What time it is.
    pub fn now(&self) -> Moment {
        todo!()
    }

    /// How it runs; for a manual clock with the moment it *started* at.
    pub fn kind(&self) -> ClockKind {
        todo!()
    }

    /// Waits until `due`. At once if that has passed.
    pub fn sleep_until(&self, due: Moment, order: Order) -> Sleep {
        todo!("{due} {order:?}")
    }

    /// Waits so long.
    pub fn sleep(&self, duration: Duration, order: Order) -> Sleep {
        self.sleep_until(self.now() + duration, order)
    }

    /// Runs `work` for at most `limit`; work that is done at exactly the limit is in time.
    pub async fn within<F: Future>(&self, limit: Duration, work: F) -> Result<F::Output, Elapsed> {
        let _ = (limit, work);
        todo!()
    }

    /// Moves a manual clock on: sets `now` to the earliest due, fires it, waits until the session
    /// is settled, and again, until `now + by` is reached. Returns the new now.
    ///
    /// # Errors
    /// A real clock; too few calls parked; a session that does not settle. `patience` is real time.
    pub async fn advance(
        &self,
        by: Duration,
        when: When,
        patience: Duration,
    ) -> Result<Moment, AdvanceError> {
        todo!("{by:?} {when:?} {patience:?}")
    }

    /// Real time, for what must stay on it: guards of sockets, process deadlines.
    pub async fn patience<F: Future>(limit: Duration, work: F) -> Result<F::Output, Elapsed> {
        let _ = (limit, work);
        todo!()
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        todo!()
    }
}
