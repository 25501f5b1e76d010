//! What breaks on the wire of a provider's answer that somebody else only passes on.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use doublure_journal::ExchangeId;
use doublure_scenarios::WireFault;

use crate::{Sent, lock::locked};

/// By the exchange that passes on: what breaks on its own wire, once it is answered.
#[derive(Default)]
pub(crate) struct HandedOn {
    waiting: Mutex<HashMap<ExchangeId, Broken>>,
    // Looked at first: mostly nobody passes anything on.
    count: AtomicUsize,
}

/// What breaks, and the exchanges behind that are over once the answer is out.
pub(crate) struct Broken {
    pub(crate) wire: WireFault,
    behind: Vec<(ExchangeId, Sent)>,
}

impl HandedOn {
    /// An exchange would break in a way in which another, that passes on what it gets, breaks now. The first way wins.
    pub(crate) fn add(&self, to: ExchangeId, wire: WireFault, from: ExchangeId, sent: Sent) {
        let mut waiting = locked(&self.waiting);
        let behind = Vec::new();
        let broken = waiting.entry(to).or_insert(Broken { wire, behind });
        broken.behind.push((from, sent));
        self.count.store(waiting.len(), SeqCst);
    }

    /// Whether an exchange waits for another to be answered.
    pub(crate) fn holds(&self, to: ExchangeId, from: ExchangeId) -> bool {
        if self.count.load(SeqCst) == 0 {
            return false;
        }
        let waiting = locked(&self.waiting);
        waiting
            .get(&to)
            .is_some_and(|broken| broken.behind.iter().any(|(behind, _)| *behind == from))
    }

    /// What an exchange that is about to be answered, or never will be, has to break in.
    pub(crate) fn take(&self, to: ExchangeId) -> Option<Broken> {
        if self.count.load(SeqCst) == 0 {
            return None;
        }
        let mut waiting = locked(&self.waiting);
        let broken = waiting.remove(&to);
        self.count.store(waiting.len(), SeqCst);
        broken
    }
}

impl Broken {
    /// Tells the exchanges behind that the answer is out.
    pub(crate) fn tell(self) {
        self.behind.into_iter().for_each(|(_, sent)| sent.tell());
    }
}

impl fmt::Debug for HandedOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandedOn")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const FRONT: ExchangeId = ExchangeId(1);

    #[test]
    fn the_first_way_to_break_wins_and_all_behind_are_told() {
        let (handed_on, told) = (HandedOn::default(), Arc::new(AtomicUsize::new(0)));
        for (behind, wire) in [(2, WireFault::Reset), (3, WireFault::Garbage)] {
            let told = Arc::clone(&told);
            let sent = Sent::new(move || {
                told.fetch_add(1, SeqCst);
            });
            handed_on.add(FRONT, wire, ExchangeId(behind), sent);
        }

        let held = [2, 3, 4].map(|behind| handed_on.holds(FRONT, ExchangeId(behind)));
        let broken = handed_on.take(FRONT).unwrap();
        let wire = broken.wire.clone();
        broken.tell();

        assert_eq!(held, [true, true, false]);
        assert_eq!(wire, WireFault::Reset);
        assert_eq!(told.load(SeqCst), 2);
    }

    #[test]
    fn what_was_taken_is_not_there_any_more() {
        let handed_on = HandedOn::default();
        let sent = Sent::new(|| ());
        handed_on.add(FRONT, WireFault::Reset, ExchangeId(2), sent);

        let taken = [(); 2].map(|()| handed_on.take(FRONT).is_some());

        assert_eq!(taken, [true, false]);
        assert!(!handed_on.holds(FRONT, ExchangeId(2)));
    }
}
