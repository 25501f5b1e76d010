//! A clock that runs with the machine's, and may be set forward.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use doublure_journal::Moment;

use super::manual::Listener;
use crate::lock::locked;

/// Monotonic, and right about the wall when the session started, until it is set forward.
pub(super) struct Real {
    anchor: Instant,
    wall: Moment,
    /// By how many microseconds it was set forward, all in all; changed under the lock of the sleepers.
    ahead: AtomicU64,
    sleepers: Mutex<Sleepers>,
    listener: OnceLock<Listener>,
}

#[derive(Default)]
struct Sleepers {
    ordinal: u64,
    wakers: BTreeMap<u64, Waker>,
}

/// A wait under way, and by how much the clock had been set forward when it was last wound up.
pub(super) struct Timer {
    seat: u64,
    ahead: Duration,
    sleep: Pin<Box<tokio::time::Sleep>>,
}

impl Real {
    pub(super) fn new(anchor: Instant, wall: Moment) -> Self {
        Self {
            anchor,
            wall,
            ahead: AtomicU64::new(0),
            sleepers: Mutex::default(),
            listener: OnceLock::new(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.wall + self.anchor.elapsed() + self.ahead()
    }

    pub(super) fn on_moved(&self, listener: Listener) {
        // The first stays: a clock belongs to one session.
        let _ = self.listener.set(listener);
    }

    /// Sets it forward; whoever waits looks again whether that was it. The new now.
    pub(super) fn set_forward(&self, by: Duration) -> Moment {
        let micros = u64::try_from(by.as_micros()).unwrap_or(u64::MAX);
        let (from, wakers) = {
            let mut sleepers = locked(&self.sleepers);
            let from = self.now();
            self.ahead.fetch_add(micros, Ordering::Relaxed);
            (from, std::mem::take(&mut sleepers.wakers))
        };
        if let Some(listener) = self.listener.get() {
            listener(from, from + by);
        }
        wakers.into_values().for_each(Waker::wake);
        from + by
    }

    /// Starts a wait.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is what a real clock waits with"
    )]
    pub(super) fn timer(&self, due: Moment) -> Timer {
        let mut sleepers = locked(&self.sleepers);
        sleepers.ordinal += 1;
        let ahead = self.ahead();
        Timer {
            seat: sleepers.ordinal,
            ahead,
            sleep: Box::pin(tokio::time::sleep_until(self.wakes(due, ahead).into())),
        }
    }

    /// Whether a wait is over.
    pub(super) fn poll(
        &self,
        timer: &mut Timer,
        due: Moment,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        {
            let mut sleepers = locked(&self.sleepers);
            let ahead = self.ahead();
            if timer.ahead != ahead {
                timer.ahead = ahead;
                timer.sleep.as_mut().reset(self.wakes(due, ahead).into());
            }
            let waker = context.waker().clone();
            sleepers.wakers.insert(timer.seat, waker);
        }
        timer.sleep.as_mut().poll(context)
    }

    /// A wait that is over, or that nobody awaits any more.
    pub(super) fn forget(&self, timer: &Timer) {
        locked(&self.sleepers).wakers.remove(&timer.seat);
    }

    fn ahead(&self) -> Duration {
        Duration::from_micros(self.ahead.load(Ordering::Relaxed))
    }

    /// When the machine's clock is where a moment comes.
    fn wakes(&self, due: Moment, ahead: Duration) -> Instant {
        self.anchor + due.since(self.wall).saturating_sub(ahead)
    }
}
