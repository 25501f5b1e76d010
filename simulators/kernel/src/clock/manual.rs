//! A clock moved by hand, and its queue of timers.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Mutex, OnceLock},
    task::Waker,
    time::Duration,
};

use doublure_journal::Moment;
use tokio::time::Instant;

use super::{AdvanceError, Ledger, Order, When};
use crate::lock::locked;

/// Place of a timer in the queue.
pub(super) type Key = (Moment, Order, u64);

/// Told from and to.
pub(super) type Listener = Box<dyn Fn(Moment, Moment) + Send + Sync>;

pub(super) struct Manual {
    start: Moment,
    queue: Mutex<Queue>,
    moving: tokio::sync::Mutex<()>,
    listener: OnceLock<Listener>,
}

impl Manual {
    pub(super) fn new(start: Moment) -> Self {
        Self {
            start,
            queue: Mutex::new(Queue {
                now: start,
                ordinal: 0,
                timers: BTreeMap::new(),
            }),
            moving: tokio::sync::Mutex::default(),
            listener: OnceLock::new(),
        }
    }

    pub(super) const fn start(&self) -> Moment {
        self.start
    }

    pub(super) fn now(&self) -> Moment {
        locked(&self.queue).now
    }

    pub(super) fn on_moved(&self, listener: Listener) {
        // The first stays: a clock belongs to one session.
        let _ = self.listener.set(listener);
    }

    /// Puts a timer into the queue; none: it is due already.
    pub(super) fn enqueue(&self, due: Moment, order: Order, waker: &Waker) -> Option<Key> {
        let mut queue = locked(&self.queue);
        if due <= queue.now {
            return None;
        }
        queue.ordinal += 1;
        let key = (due, order, queue.ordinal);
        queue.timers.insert(key, waker.clone());
        Some(key)
    }

    /// Whether a timer has not fired. Its moment may have come: those due together fire in turn.
    pub(super) fn still_waits(&self, key: &Key, waker: &Waker) -> bool {
        match locked(&self.queue).timers.get_mut(key) {
            Some(known) => {
                known.clone_from(waker);
                true
            }
            None => false,
        }
    }

    pub(super) fn forget(&self, key: &Key) {
        locked(&self.queue).timers.remove(key);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        locked(&self.queue).timers.is_empty()
    }

    pub(super) async fn advance(
        &self,
        ledger: &Ledger,
        by: Duration,
        when: When,
        patience: Duration,
    ) -> Result<Moment, AdvanceError> {
        let bounds = Bounds::new(ledger, patience);
        let _turn = bounds.hold(self.moving.lock()).await?;
        bounds.parked(when.parked.unwrap_or(0)).await?;
        let from = self.now();
        let _told = Told { clock: self, from };
        while let Some(waker) = self.next_due(from + by) {
            waker.wake();
            bounds.parked(0).await?;
        }
        Ok(self.now())
    }

    pub(super) async fn advance_to_next(
        &self,
        ledger: &Ledger,
        patience: Duration,
    ) -> Result<bool, AdvanceError> {
        let bounds = Bounds::new(ledger, patience);
        let _turn = bounds.hold(self.moving.lock()).await?;
        bounds.parked(0).await?;
        let from = self.now();
        let due = locked(&self.queue)
            .timers
            .first_key_value()
            .map(|((due, ..), _)| *due);
        let Some(due) = due else {
            return Ok(false);
        };
        let _told = Told { clock: self, from };
        if let Some(waker) = self.next_due(due) {
            waker.wake();
            bounds.parked(0).await?;
        }
        Ok(true)
    }

    /// Takes the next timer due by `target` and sets the clock to its moment; none: to `target`.
    fn next_due(&self, target: Moment) -> Option<Waker> {
        let mut queue = locked(&self.queue);
        let due = queue.timers.first_key_value().map(|((due, ..), _)| *due);
        if due.is_some_and(|due| due <= target) {
            let ((due, ..), waker) = queue.timers.pop_first()?;
            queue.now = queue.now.max(due);
            return Some(waker);
        }
        queue.now = queue.now.max(target);
        None
    }
}

struct Queue {
    now: Moment,
    ordinal: u64,
    timers: BTreeMap<Key, Waker>,
}

/// Tells of a move when it is over: done, given up, or dropped half way.
struct Told<'a> {
    clock: &'a Manual,
    from: Moment,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        let to = self.clock.now();
        if let Some(listener) = self.clock.listener.get().filter(|_| self.from != to) {
            listener(self.from, to);
        }
    }
}

/// How long a move may take, in real time.
struct Bounds<'a> {
    ledger: &'a Ledger,
    patience: Duration,
    end: Option<Instant>,
}

impl<'a> Bounds<'a> {
    #[expect(clippy::disallowed_methods, reason = "patience is real time")]
    fn new(ledger: &'a Ledger, patience: Duration) -> Self {
        Self {
            ledger,
            patience,
            end: Instant::now().checked_add(patience),
        }
    }

    /// Waits until the session is settled and so many calls wait.
    async fn parked(&self, calls: usize) -> Result<(), AdvanceError> {
        // Timers that beget timers could go on for ever, each step at rest at once.
        if self.is_over() {
            return Err(self.unsettled());
        }
        if self.ledger.is_parked(calls) {
            return Ok(());
        }
        match self.hold(self.ledger.parked(calls)).await {
            Err(_) if self.ledger.calls() < calls => Err(AdvanceError::NotParked {
                wanted: calls,
                seen: self.ledger.calls(),
                patience: self.patience,
            }),
            outcome => outcome,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "patience is real time")]
    async fn hold<F: Future>(&self, work: F) -> Result<F::Output, AdvanceError> {
        let Some(end) = self.end else {
            return Ok(work.await);
        };
        let outcome = tokio::time::timeout_at(end, work).await;
        outcome.map_err(|_| self.unsettled())
    }

    fn unsettled(&self) -> AdvanceError {
        let standing = self.ledger.standing();
        AdvanceError::Unsettled {
            busy: standing.busy,
            in_flight: standing.in_flight,
            patience: self.patience,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "patience is real time")]
    fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }
}
