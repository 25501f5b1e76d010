//! A task that the ledger knows: busy from being woken until it returns Pending.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
};

use tokio::task::coop::{Unconstrained, unconstrained};

use super::ledger::Ledger;
use crate::lock::locked;

/// Work that counts as busy in a ledger from the start, and again from each wake to the Pending that follows.
///
/// Do not `tokio::task::yield_now` in it: tokio holds that wake back until the task has returned
/// Pending, and in between it looks like one that waits.
pub(crate) struct Tracked<F> {
    work: Option<Pin<Box<Unconstrained<F>>>>,
    turn: Arc<Turn>,
}

impl<F> Tracked<F> {
    pub(crate) fn new(ledger: &Arc<Ledger>, work: F) -> Self {
        ledger.change(|standing| standing.busy += 1);
        Self {
            // A task that has used up its budget is made to yield in just that way.
            work: Some(Box::pin(unconstrained(work))),
            turn: Arc::new(Turn {
                ledger: Arc::clone(ledger),
                phase: Mutex::new(Phase::Woken),
                waker: Mutex::default(),
            }),
        }
    }

    fn finish(&mut self) {
        // What the work wakes by being dropped must find this task still busy.
        self.turn.shift(|_| Phase::Running);
        self.work = None;
        self.turn.shift(|_| Phase::Over);
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let turn = Arc::clone(&self.turn);
        let _alone = turn.ledger.turn();
        turn.remember(context.waker());
        turn.shift(|_| Phase::Running);
        let work = self.work.as_mut().expect("work is polled until it is done");
        let polled = work
            .as_mut()
            .poll(&mut Context::from_waker(&Waker::from(Arc::clone(&turn))));
        if polled.is_ready() {
            self.finish();
        } else {
            turn.shift(|phase| match phase {
                // A wake during the poll keeps it busy: it will be polled again.
                Phase::Running => Phase::Idle,
                other => other,
            });
        }
        polled
    }
}

impl<F> Drop for Tracked<F> {
    fn drop(&mut self) {
        if self.work.is_some() {
            self.finish();
        }
    }
}

/// What the waker of a tracked task shares with it.
struct Turn {
    ledger: Arc<Ledger>,
    phase: Mutex<Phase>,
    waker: Mutex<Option<Waker>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Woken,
    Running,
    Over,
}

impl Turn {
    /// The ledger is changed under the lock of the phase, so that the two never part.
    fn shift(&self, change: impl FnOnce(Phase) -> Phase) {
        let mut phase = locked(&self.phase);
        let before = phase.is_busy();
        *phase = change(*phase);
        match (before, phase.is_busy()) {
            (false, true) => self.ledger.change(|standing| standing.busy += 1),
            (true, false) => self.ledger.change(|standing| standing.busy -= 1),
            _ => {}
        }
    }

    fn remember(&self, waker: &Waker) {
        let mut known = locked(&self.waker);
        if !known.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *known = Some(waker.clone());
        }
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.shift(|phase| match phase {
            Phase::Over => Phase::Over,
            _ => Phase::Woken,
        });
        // Called outside the lock: a waker is foreign code.
        let waker = locked(&self.waker).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Phase {
    const fn is_busy(self) -> bool {
        matches!(self, Self::Woken | Self::Running)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, task::ready};

    use tokio::sync::oneshot;

    use super::*;

    fn busy(ledger: &Ledger) -> usize {
        ledger.standing().busy
    }

    fn poll<F: Future>(work: &mut Pin<Box<Tracked<F>>>) -> Poll<F::Output> {
        work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_task_is_busy_until_it_waits_and_again_once_woken() {
        let ledger = Arc::new(Ledger::default());
        let (send, receive) = oneshot::channel::<()>();
        let mut work = Box::pin(Tracked::new(&ledger, receive));
        let at_birth = busy(&ledger);

        assert!(poll(&mut work).is_pending());
        let waiting = busy(&ledger);
        send.send(()).unwrap();
        let woken = busy(&ledger);
        assert!(poll(&mut work).is_ready());

        assert_eq!((at_birth, waiting, woken, busy(&ledger)), (1, 0, 1, 0));
    }

    #[test]
    fn a_wake_during_a_poll_keeps_the_task_busy() {
        let ledger = Arc::new(Ledger::default());
        let mut first = true;
        let mut work = Box::pin(Tracked::new(
            &ledger,
            poll_fn(move |context| {
                if std::mem::take(&mut first) {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Ready(())
            }),
        ));

        assert!(poll(&mut work).is_pending());

        assert_eq!(busy(&ledger), 1);
        assert!(poll(&mut work).is_ready());
        assert_eq!(busy(&ledger), 0);
    }

    #[test]
    fn dropping_a_task_in_any_phase_leaves_nobody_busy() {
        let ledger = Arc::new(Ledger::default());
        let (send, receive) = oneshot::channel::<()>();
        let never_polled = Tracked::new(&ledger, std::future::pending::<()>());
        let mut waiting = Box::pin(Tracked::new(&ledger, std::future::pending::<()>()));
        let mut woken = Box::pin(Tracked::new(&ledger, receive));
        assert!(poll(&mut waiting).is_pending() && poll(&mut woken).is_pending());
        send.send(()).unwrap();

        drop((never_polled, waiting, woken));

        assert_eq!(busy(&ledger), 0);
    }

    #[test]
    fn what_a_finished_task_drops_wakes_others_before_the_ledger_shows_rest() {
        let ledger = Arc::new(Ledger::default());
        let (held, mut gone) = oneshot::channel::<()>();
        let mut waiter = Box::pin(Tracked::new(
            &ledger,
            poll_fn(move |context| {
                let _ = ready!(Pin::new(&mut gone).poll(context));
                Poll::Ready(())
            }),
        ));
        assert!(poll(&mut waiter).is_pending());
        let mut holder = Box::pin(Tracked::new(&ledger, async move {
            let _held = held;
        }));

        assert!(poll(&mut holder).is_ready());

        assert_eq!(busy(&ledger), 1, "the waiter was woken by the drop");
    }

    #[test]
    fn a_wake_after_the_end_counts_for_nothing() {
        let ledger = Arc::new(Ledger::default());
        let kept = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&kept);
        let mut work = Box::pin(Tracked::new(
            &ledger,
            poll_fn(move |context| {
                *keep.lock().unwrap() = Some(context.waker().clone());
                Poll::Ready(())
            }),
        ));
        assert!(poll(&mut work).is_ready());

        kept.lock().unwrap().take().unwrap().wake();

        assert_eq!(busy(&ledger), 0);
    }
}
