//! The only module that reads the time.
//!
//! - `manual`: a clock moved by hand, and its queue of timers.
//! - `real`: a clock that runs with the machine's, and may be set forward.
//! - `ledger`: who is busy and what is on its way; what *settled* means.
//! - `tracked`: a task that the ledger knows.
//! - `date`: a moment as HTTP writes it.

mod date;
mod ledger;
mod manual;
mod real;
mod tracked;

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use doublure_journal::Moment;

pub use self::date::imf_fixdate;
pub(crate) use self::{
    date::DateHeader,
    ledger::{InProgress, Ledger},
    tracked::Tracked,
};
use self::{manual::Manual, real::Real};

/// How a session's clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockKind {
    /// With the machine's, further on by as much as it is set forward.
    Real,
    /// By hand only, from this moment on.
    Manual(Moment),
}

/// A session's clock. Cheap to clone; all clones are one clock.
#[derive(Clone)]
pub struct Clock {
    face: Arc<Face>,
    ledger: Arc<Ledger>,
}

/// In which order timers that are due at the same moment fire: an answer at exactly the deadline is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Something arrives.
    Delivery,
    /// Somebody stops waiting.
    Deadline,
}

/// What must hold before the clock is moved.
///
/// A client that has just written its request may not have been read yet: the clock cannot know of
/// a call that no task of the session has seen. Say how many calls must be waiting, or the clock may
/// run past them before they begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// At least so many calls of foreign callers are in progress and all of them wait.
    pub parked: Option<usize>,
}

/// Why the clock was not moved, or not all the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdvanceError {
    /// A real clock knows nothing of calls that wait, and of what comes next.
    #[error(
        "this session's clock runs with the machine's, and is set forward whoever waits: start the session with a \
         manual clock to move it when calls are waiting"
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
    /// The session did not come to rest. The clock stands at the moment it had reached.
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
#[must_use = "a wait does nothing unless awaited"]
pub struct Sleep {
    face: Arc<Face>,
    due: Moment,
    order: Order,
    stage: Stage,
}

impl Clock {
    /// A clock of this kind.
    #[expect(
        clippy::disallowed_methods,
        reason = "a real clock is anchored to the wall once, here"
    )]
    pub fn new(kind: ClockKind) -> Self {
        let face = match kind {
            ClockKind::Manual(start) => Face::Manual(Manual::new(start)),
            ClockKind::Real => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH);
                let wall = Moment::default() + since.unwrap_or_default();
                Face::Real(Real::new(Instant::now(), wall))
            }
        };
        Self {
            face: Arc::new(face),
            ledger: Arc::default(),
        }
    }

    /// What time it is.
    pub fn now(&self) -> Moment {
        self.face.now()
    }

    /// How it runs; for a manual clock with the moment it *started* at.
    pub fn kind(&self) -> ClockKind {
        match &*self.face {
            Face::Real(_) => ClockKind::Real,
            Face::Manual(manual) => ClockKind::Manual(manual.start()),
        }
    }

    /// Waits until `due`. At once if that has passed.
    pub fn sleep_until(&self, due: Moment, order: Order) -> Sleep {
        Sleep {
            face: Arc::clone(&self.face),
            due,
            order,
            stage: Stage::New,
        }
    }

    /// Waits so long.
    pub fn sleep(&self, duration: Duration, order: Order) -> Sleep {
        self.sleep_until(self.now() + duration, order)
    }

    /// Runs `work` for at most `limit`; work that is done at exactly the limit is in time.
    pub async fn within<F: Future>(&self, limit: Duration, work: F) -> Result<F::Output, Elapsed> {
        let mut work = pin!(work);
        let mut limit = self.sleep(limit, Order::Deadline);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => Pin::new(&mut limit).poll(context).map(|()| Err(Elapsed)),
        })
        .await
    }

    /// Moves a manual clock on: sets `now` to the earliest due, fires it, waits until the session
    /// is settled, and again, until `now + by` is reached. Returns the new now.
    ///
    /// A real clock is set forward by as much, at once, and runs on from there; whatever became due is
    /// done then, in no order.
    ///
    /// Timers due at the same moment fire one at a time: deliveries before deadlines, then in the
    /// order in which they were first awaited. Concurrent moves are made one after another. When
    /// this returns, answers that became due are written to their sockets, not necessarily read.
    ///
    /// # Errors
    /// Too few calls parked; a session that does not settle; a real clock that is to be moved only when calls are
    /// parked. `patience` is real time, for the whole move.
    pub async fn advance(
        &self,
        by: Duration,
        when: When,
        patience: Duration,
    ) -> Result<Moment, AdvanceError> {
        match &*self.face {
            Face::Real(_) if when.parked.is_some() => Err(AdvanceError::Real),
            Face::Real(real) => Ok(real.set_forward(by)),
            Face::Manual(manual) => manual.advance(&self.ledger, by, when, patience).await,
        }
    }

    /// Moves a manual clock on to the next thing that is due, and waits until the session is settled. False: nothing is
    /// due, the clock stands where it stood.
    ///
    /// # Errors
    /// A real clock; a session that does not settle within `patience`, which is real time.
    pub async fn advance_to_next(&self, patience: Duration) -> Result<bool, AdvanceError> {
        match &*self.face {
            Face::Real(_) => Err(AdvanceError::Real),
            Face::Manual(manual) => manual.advance_to_next(&self.ledger, patience).await,
        }
    }

    /// Real time, for what must stay on it: guards of sockets, process deadlines.
    #[expect(
        clippy::disallowed_methods,
        reason = "real time is asked for here, by name"
    )]
    pub async fn patience<F: Future>(limit: Duration, work: F) -> Result<F::Output, Elapsed> {
        tokio::time::timeout(limit, work).await.map_err(|_| Elapsed)
    }

    /// Tells `listener` of every move, from and to. The first listener stays.
    pub(crate) fn on_moved(&self, listener: impl Fn(Moment, Moment) + Send + Sync + 'static) {
        match &*self.face {
            Face::Real(real) => real.on_moved(Box::new(listener)),
            Face::Manual(manual) => manual.on_moved(Box::new(listener)),
        }
    }

    /// What the ledger tracks matters only where the clock is moved by hand.
    pub(crate) fn is_manual(&self) -> bool {
        matches!(&*self.face, Face::Manual(_))
    }

    pub(crate) fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("kind", &self.kind())
            .field("now", &self.now())
            .finish()
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let face = Arc::clone(&self.face);
        match &*face {
            Face::Manual(manual) => self.poll_manual(manual, context),
            Face::Real(real) => self.poll_real(real, context),
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        match (&*self.face, &self.stage) {
            (Face::Manual(manual), Stage::Queued(key)) => manual.forget(key),
            (Face::Real(real), Stage::Timed(timer)) => real.forget(timer),
            _ => {}
        }
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep")
            .field("due", &self.due)
            .field("order", &self.order)
            .finish()
    }
}

enum Face {
    Real(Real),
    Manual(Manual),
}

enum Stage {
    New,
    Queued(manual::Key),
    // Made when first polled: most waits are limits of work that is done at once.
    Timed(real::Timer),
    Over,
}

impl Face {
    fn now(&self) -> Moment {
        match self {
            Self::Real(real) => real.now(),
            Self::Manual(manual) => manual.now(),
        }
    }
}

impl Sleep {
    fn poll_manual(&mut self, manual: &Manual, context: &mut Context<'_>) -> Poll<()> {
        let waits = match &self.stage {
            Stage::New => match manual.enqueue(self.due, self.order, context.waker()) {
                Some(key) => {
                    self.stage = Stage::Queued(key);
                    true
                }
                None => false,
            },
            Stage::Queued(key) => manual.still_waits(key, context.waker()),
            Stage::Timed(_) | Stage::Over => false,
        };
        if waits {
            return Poll::Pending;
        }
        self.stage = Stage::Over;
        Poll::Ready(())
    }

    fn poll_real(&mut self, real: &Real, context: &mut Context<'_>) -> Poll<()> {
        if matches!(self.stage, Stage::New) {
            self.stage = Stage::Timed(real.timer(self.due));
        }
        if let Stage::Timed(timer) = &mut self.stage {
            ready!(real.poll(timer, self.due, context));
            real.forget(timer);
            self.stage = Stage::Over;
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests;
