//! The entries, bounded in number and in bytes.

use std::collections::VecDeque;

use doublure_journal::{Body, Entry, Event, Filter, Header, Moment};

/// The last entries of a journal.
#[derive(Debug)]
pub(super) struct Ring {
    entries: VecDeque<Entry>,
    capacity: usize,
    /// Of headers and bodies: what else an entry holds is small.
    bytes: usize,
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

    pub(super) fn push(&mut self, at: Moment, event: Event) {
        self.last += 1;
        self.bytes += weight(&event);
        self.entries.push_back(Entry {
            index: self.last,
            at,
            event,
        });
        while self.entries.len() > self.capacity || self.bytes > MOST_BYTES {
            self.drop_oldest();
        }
    }

    /// The entries a filter picks, oldest first.
    pub(super) fn picked<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = &'a Entry> {
        let first = self
            .entries
            .front()
            .map_or(self.last, |entry| entry.index - 1);
        let known = filter.after.unwrap_or(0).saturating_sub(first);
        let known = usize::try_from(known)
            .unwrap_or(usize::MAX)
            .min(self.entries.len());
        self.entries
            .range(known..)
            .filter(move |entry| filter.picks(entry))
    }

    /// Index of the last entry, also of one that is gone.
    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.entries.pop_front() {
            self.bytes -= weight(&oldest.event);
            self.dropped += 1;
        }
    }
}

fn weight(event: &Event) -> usize {
    let of = |headers: &[Header], body: &Option<Body>| {
        let headers: usize = headers
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        headers + body.as_ref().map_or(0, |body| body.text.len())
    };
    let request = event
        .request()
        .map_or(0, |seen| of(&seen.headers, &seen.body));
    let response = event
        .response()
        .map_or(0, |seen| of(&seen.headers, &seen.body));
    request + response
}

const MOST_BYTES: usize = 64 * 1024 * 1024;
