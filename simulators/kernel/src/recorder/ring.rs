//! The entries, bounded in number and in bytes.

use std::collections::VecDeque;

use doublure_journal::{Entry, Filter, Moment};

use super::kept::Kept;

/// The last entries of a journal.
#[derive(Debug)]
pub(super) struct Ring {
    entries: VecDeque<(Moment, Kept)>,
    capacity: usize,
    bytes: usize,
    /// Index of the last entry, also of one that is gone.
    last: u64,
    dropped: u64,
}

impl Ring {
    pub(super) const fn new(capacity: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            capacity,
            bytes: 0,
            last: 0,
            dropped: 0,
        }
    }

    /// Takes an entry in; returns the last that it drove out, to be dropped elsewhere.
    #[must_use = "what was driven out is dropped where no lock is held"]
    pub(super) fn push(&mut self, at: Moment, kept: Kept) -> Option<Kept> {
        self.last += 1;
        self.bytes += kept.weight();
        self.entries.push_back((at, kept));
        let mut driven_out = None;
        while self.entries.len() > self.capacity || self.bytes > MOST_BYTES {
            driven_out = self.pop();
        }
        driven_out
    }

    /// The entries a filter picks, oldest first.
    pub(super) fn picked(&self, filter: &Filter) -> impl Iterator<Item = Entry> {
        let before = self.last - self.entries.len() as u64;
        let known = filter.after.unwrap_or(0).saturating_sub(before);
        let known = usize::try_from(known)
            .map_or(self.entries.len(), |known| known.min(self.entries.len()));
        let first = before + known as u64 + 1;
        let entries = self.entries.range(known..).zip(first..);
        entries
            .map(|((at, kept), index)| kept.entry(index, *at))
            .filter(|entry| filter.picks(entry))
    }

    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    pub(super) fn oldest(&self) -> u64 {
        self.last - self.entries.len() as u64 + 1
    }

    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }

    fn pop(&mut self) -> Option<Kept> {
        let (_, oldest) = self.entries.pop_front()?;
        self.bytes -= oldest.weight();
        self.dropped += 1;
        Some(oldest)
    }
}

const MOST_BYTES: usize = 64 * 1024 * 1024;
