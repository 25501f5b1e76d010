//! The journal's store: bounded, masked, asked by filter.

use std::time::Duration;

use doublure_journal::{Body, CaptureLevel, Entry, Event, Filter, Header};

/// A session's journal. Cheap to clone; all clones are one journal.
#[derive(Clone, Debug)]
pub struct Recorder {}

impl Recorder {
    /// How much is written down.
    pub fn level(&self) -> CaptureLevel {
        todo!()
    }

    /// Writes an event down, at the session's now.
    pub fn record(&self, event: Event) {
        todo!("{event:?}")
    }

    /// The entries a filter picks, oldest first, at most `limit`.
    pub fn entries(&self, filter: &Filter, limit: usize) -> Vec<Entry> {
        todo!("{filter:?} {limit}")
    }

    /// How many entries a filter picks.
    pub fn count(&self, filter: &Filter) -> usize {
        todo!("{filter:?}")
    }

    /// How many entries were dropped because the journal was full.
    pub fn dropped(&self) -> u64 {
        todo!()
    }

    /// Forgets all entries; indices go on.
    pub fn clear(&self) {
        todo!()
    }

    /// Waits until a filter picks at least `count` entries, at most `patience` of real time; returns how many it picks.
    pub async fn wait_for(&self, filter: &Filter, count: usize, patience: Duration) -> usize {
        todo!("{filter:?} {count} {patience:?}")
    }

    /// The mask of a raw token, `⟦token:n⟧`: the same token, the same mask.
    pub fn mask_of(&self, raw: &str) -> String {
        todo!("{raw}")
    }

    /// The text with every token in it masked.
    pub fn masked(&self, text: &str) -> String {
        todo!("{text}")
    }

    /// Headers as this capture level keeps them, tokens masked.
    pub fn headers(&self, headers: &http::HeaderMap) -> Vec<Header> {
        todo!("{headers:?}")
    }

    /// A body as this capture level keeps it, tokens masked, cut at 64 KiB.
    pub fn body(&self, bytes: &[u8]) -> Option<Body> {
        todo!("{bytes:?}")
    }
}
