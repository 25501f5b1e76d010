//! Which faults fired in an exchange that is not over.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use doublure_journal::ExchangeId;

use crate::lock::locked;

/// The last faults that fired. Bounded: a fault may fire after its exchange is over, and nobody asks any more.
#[derive(Debug, Default)]
pub(crate) struct Fired {
    names: Mutex<VecDeque<(ExchangeId, Arc<str>)>>,
    // Looked at first: on most exchanges nothing fires.
    count: AtomicUsize,
}

impl Fired {
    pub(crate) fn add(&self, exchange: ExchangeId, fault: Arc<str>) {
        let mut names = locked(&self.names);
        names.push_back((exchange, fault));
        if names.len() > MOST {
            names.pop_front();
        }
        self.count.store(names.len(), SeqCst);
    }

    /// The faults that fired in an exchange, in the order in which they did.
    pub(crate) fn of(&self, exchange: ExchangeId) -> Vec<Arc<str>> {
        if self.count.load(SeqCst) == 0 {
            return Vec::new();
        }
        let names = locked(&self.names);
        let fired = names.iter().filter(|(of, _)| *of == exchange);
        fired.map(|(_, fault)| Arc::clone(fault)).collect()
    }

    /// The same, and forgets them.
    pub(crate) fn take(&self, exchange: ExchangeId) -> Vec<Arc<str>> {
        let fired = self.of(exchange);
        if !fired.is_empty() {
            let mut names = locked(&self.names);
            names.retain(|(of, _)| *of != exchange);
            self.count.store(names.len(), SeqCst);
        }
        fired
    }
}

const MOST: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_kept_by_exchange_until_they_are_taken() {
        let fired = Fired::default();
        fired.add(ExchangeId(1), "late".into());
        fired.add(ExchangeId(2), "cut".into());
        fired.add(ExchangeId(1), "sick".into());

        assert_eq!(fired.take(ExchangeId(1)), ["late".into(), "sick".into()]);
        assert!(fired.of(ExchangeId(1)).is_empty());
        assert_eq!(fired.of(ExchangeId(2)), ["cut".into()]);
    }

    #[test]
    fn what_nobody_takes_is_forgotten_in_the_end() {
        let fired = Fired::default();

        for exchange in 0..=MOST as u64 {
            fired.add(ExchangeId(exchange), "late".into());
        }

        assert!(fired.of(ExchangeId(0)).is_empty());
        assert_eq!(fired.of(ExchangeId(1)).len(), 1);
    }
}
