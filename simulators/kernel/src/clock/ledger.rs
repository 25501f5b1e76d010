//! Who is busy and what is on its way.

use std::sync::{
    Arc, Mutex, MutexGuard,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use tokio::sync::Notify;

use crate::lock::locked;

/// What has to be over before time may move.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    standing: Mutex<Standing>,
    calls: AtomicUsize,
    changed: Notify,
    turns: Mutex<()>,
}

/// How a ledger stands. Read as a whole: a byte that is taken makes its reader busy, and between
/// two looks the one could turn into the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Tasks between being woken and returning Pending.
    pub(crate) busy: usize,
    /// Bytes between two of our own sockets that their reader waits for.
    pub(crate) in_flight: usize,
}

/// A call of a foreign caller, for as long as this is held.
#[derive(Debug)]
pub(crate) struct InProgress(Arc<Ledger>);

/// Something that is being done and that no task of ours is busy with, for as long as this is held.
#[derive(Debug)]
pub(crate) struct Hold(Arc<Ledger>);

impl Ledger {
    pub(crate) fn standing(&self) -> Standing {
        *locked(&self.standing)
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }

    pub(crate) fn call(self: &Arc<Self>) -> InProgress {
        self.calls.fetch_add(1, SeqCst);
        InProgress(Arc::clone(self))
    }

    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.change(|standing| standing.busy += 1);
        Hold(Arc::clone(self))
    }

    /// One task at a time: what a task does in one turn is done, and written down, before another
    /// can answer it. Without that, two machines would tell the same story in another order.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        locked(&self.turns)
    }

    /// Changes the standing, and tells those who wait for rest if this brought it.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Standing)) {
        let settled = {
            let mut standing = locked(&self.standing);
            change(&mut standing);
            standing.is_settled()
        };
        if settled {
            self.changed.notify_waiters();
        }
    }

    /// Waits until nobody is busy, nothing is on its way, and at least so many calls wait.
    pub(crate) async fn parked(&self, calls: usize) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if self.is_parked(calls) {
                return;
            }
            changed.await;
        }
    }

    pub(crate) fn is_parked(&self, calls: usize) -> bool {
        // Calls begin and end in tasks that are busy meanwhile: none does while this lock shows rest.
        let standing = locked(&self.standing);
        standing.is_settled() && self.calls() >= calls
    }
}

impl Standing {
    const fn is_settled(&self) -> bool {
        self.busy == 0 && self.in_flight == 0
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, SeqCst);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.change(|standing| standing.busy -= 1);
    }
}
