//! The journal's store: bounded, masked, asked by filter.
//!
//! - `ring`: the entries, bounded in number and in bytes.
//! - `kept`: an event as the store keeps it.
//! - `mask`: what a token looks like, and what stands in its place.
//! - `sink`: who is given every entry while it happens.

mod kept;
mod mask;
mod ring;
mod sink;

use std::{
    borrow::Cow,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use doublure_journal::{
    Body, CaptureLevel, Entry, Event, ExchangeId, Filter, Header, Hop, ResponseSeen,
};
use http::{Request, Response};
use tokio::sync::Notify;

pub(crate) use self::kept::Edge;
pub use self::sink::Sink;
use self::{
    kept::{Captured, Kept, KeptRequest},
    mask::Masks,
    ring::Ring,
    sink::Tee,
};
use crate::{Clock, Labels, lock::locked};

/// A session's journal. Cheap to clone; all clones are one journal.
#[derive(Clone, Debug)]
pub struct Recorder {
    store: Arc<Store>,
}

#[derive(Debug)]
struct Store {
    clock: Clock,
    level: CaptureLevel,
    ring: Mutex<Ring>,
    masks: Masks,
    grown: Notify,
    waiting: AtomicUsize,
    tee: OnceLock<Tee>,
}

impl Recorder {
    /// A journal that keeps so many entries, and writes every move of a manual clock down.
    pub fn new(clock: Clock, level: CaptureLevel, capacity: usize) -> Self {
        let store = Arc::new(Store {
            clock: clock.clone(),
            level,
            ring: Mutex::new(Ring::new(capacity)),
            masks: Masks::default(),
            grown: Notify::new(),
            waiting: AtomicUsize::new(0),
            tee: OnceLock::new(),
        });
        // Weak: the store holds the clock.
        let listener = Arc::downgrade(&store);
        clock.on_moved(move |from, to| {
            if let Some(store) = listener.upgrade() {
                Self { store }.record(Event::ClockMoved { from, to });
            }
        });
        Self { store }
    }

    /// How much is written down.
    pub fn level(&self) -> CaptureLevel {
        self.store.level
    }

    /// Gives every entry from here on to a sink as well. The first sink stays.
    pub fn tee(&self, sink: impl Sink + 'static) {
        // The first stays: what one of them missed would be no journal.
        let _ = self.store.tee.set(Tee::new(Box::new(sink)));
    }

    /// Writes an event down, at the session's now.
    pub fn record(&self, event: Event) {
        self.keep(Kept::new(event));
    }

    /// The entries a filter picks, oldest first, at most `limit`.
    pub fn entries(&self, filter: &Filter, limit: usize) -> Vec<Entry> {
        let ring = locked(&self.store.ring);
        ring.picked(filter).take(limit).collect()
    }

    /// How many entries a filter picks.
    pub fn count(&self, filter: &Filter) -> usize {
        locked(&self.store.ring).picked(filter).count()
    }

    /// How many entries were dropped because the journal was full.
    pub fn dropped(&self) -> u64 {
        locked(&self.store.ring).dropped()
    }

    /// Index of the last entry, also of one that is gone.
    pub fn last(&self) -> u64 {
        locked(&self.store.ring).last()
    }

    /// Index of the oldest entry that is still there, or of the next to come.
    pub fn oldest(&self) -> u64 {
        locked(&self.store.ring).oldest()
    }

    /// Forgets all entries; indices go on.
    pub fn clear(&self) {
        locked(&self.store.ring).clear();
    }

    /// Waits until a filter picks at least `count` entries, at most `patience` of real time; returns how many it picks.
    pub async fn wait_for(&self, filter: &Filter, count: usize, patience: Duration) -> usize {
        // Whether the patience ran out or not, what is picked by then is the answer.
        let _ = Clock::patience(patience, self.picks(filter, count)).await;
        self.count(filter)
    }

    /// The text with every token in it masked.
    pub fn masked(&self, text: &str) -> String {
        self.store.masks.applied(text).into_owned()
    }

    /// The same; a file that is written learns of each token what it needs to show it again.
    pub fn masked_and_introduced(&self, text: &str) -> String {
        mask::tokens_in(text).for_each(|raw| self.introduce(raw));
        self.masked(text)
    }

    /// Headers as this capture level keeps them, tokens masked.
    ///
    /// Names stand in lower case: the HTTP library keeps no other.
    pub fn headers(&self, headers: &http::HeaderMap) -> Vec<Header> {
        if self.level() == CaptureLevel::Meta {
            return Vec::new();
        }
        let kept = headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), self.masked(&value))
        });
        kept.collect()
    }

    /// A body as this capture level keeps it, tokens masked, cut at 64 KiB.
    pub fn body(&self, bytes: &[u8]) -> Option<Body> {
        if self.level() < CaptureLevel::Full {
            return None;
        }
        // A token that the cut would split must still be seen as one.
        let looked_at = bytes.get(..MOST_OF_A_BODY + LONGEST_TOKEN).unwrap_or(bytes);
        let lossy = String::from_utf8_lossy(looked_at);
        let mut text = self.store.masks.applied(&lossy).into_owned();
        let end = boundary(&text, MOST_OF_A_BODY);
        let cut = end < text.len() || looked_at.len() < bytes.len();
        text.truncate(end);
        Some(Body {
            text,
            length: bytes.len() as u64,
            cut,
        })
    }

    /// Writes a request down as one side of a hop saw it.
    pub(crate) fn request(
        &self,
        edge: Edge,
        exchange: ExchangeId,
        hop: Hop,
        request: &Request<Bytes>,
        labels: &Labels,
        address: Option<SocketAddr>,
    ) {
        if let (Some(raw), Hop::Client) = (&labels.token, hop) {
            self.introduce(raw);
        }
        self.keep(Kept::Request(Box::new(KeptRequest {
            edge,
            exchange,
            hop,
            method: request.method().clone(),
            target: self.target(request).into(),
            address,
            token: labels.token.as_deref().map(|raw| self.store.masks.of(raw)),
            labels: Labels {
                token: None,
                ..labels.clone()
            },
            captured: Captured::new(self.headers(request.headers()), self.body(request.body())),
        })));
    }

    /// An answer as one side of a hop saw it.
    pub(crate) fn response(&self, response: &Response<Bytes>) -> ResponseSeen {
        ResponseSeen {
            body: self.body(response.body()),
            ..self.head(response)
        }
    }

    /// An answer of which only the head has come.
    pub(crate) fn head<T>(&self, response: &Response<T>) -> ResponseSeen {
        ResponseSeen {
            status: response.status().as_u16(),
            headers: self.headers(response.headers()),
            body: None,
        }
    }

    /// Path and query, tokens masked.
    pub(crate) fn target(&self, request: &Request<Bytes>) -> String {
        let target = request
            .uri()
            .path_and_query()
            .map_or("/", |target| target.as_str());
        match self.store.masks.applied(target) {
            Cow::Borrowed(plain) => plain.to_owned(),
            Cow::Owned(masked) => masked,
        }
    }

    /// Tells the sink of a token that it was not told of yet.
    fn introduce(&self, raw: &str) {
        let Some(tee) = self.store.tee.get() else {
            return;
        };
        if let Some(event) = tee.introduction(self.store.masks.of(raw), raw) {
            self.record(event);
        }
    }

    fn keep(&self, kept: Kept) {
        let driven_out = {
            let mut ring = locked(&self.store.ring);
            // Read under the lock: the order of moments is the order of entries.
            let now = self.store.clock.now();
            if let Some(tee) = self.store.tee.get() {
                tee.take(kept.entry(ring.last() + 1, now));
            }
            ring.push(now, kept)
        };
        drop(driven_out);
        if self.store.waiting.load(SeqCst) > 0 {
            self.store.grown.notify_waiters();
        }
    }

    /// Returns once a filter picks so many entries. Only new entries are looked at.
    async fn picks(&self, filter: &Filter, count: usize) {
        // Counted before the first look: whoever writes later sees that somebody waits.
        let _waiting = Waiting::begin(&self.store.waiting);
        let mut unseen = filter.clone();
        let mut picked = 0;
        loop {
            let mut grown = pin!(self.store.grown.notified());
            grown.as_mut().enable();
            {
                let ring = locked(&self.store.ring);
                picked += ring.picked(&unseen).count();
                unseen.after = unseen.after.max(Some(ring.last()));
            }
            if picked >= count {
                return;
            }
            grown.await;
        }
    }
}

/// Somebody who waits for entries.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// The end of the last whole character up to `most` bytes.
fn boundary(text: &str, most: usize) -> usize {
    let ends = (0..=most.min(text.len())).rev();
    ends.into_iter()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0)
}

const MOST_OF_A_BODY: usize = 64 * 1024;
const LONGEST_TOKEN: usize = 8 * 1024;

#[cfg(test)]
mod tests;
