//! Who is given every entry while it happens, beside the journal's store.

use std::{collections::HashSet, fmt, sync::Mutex};

use doublure_journal::{Entry, Event};

use super::mask::Mask;
use crate::lock::locked;

/// Is given every entry of a journal while it happens: a file, say.
pub trait Sink: Send + Sync {
    /// Takes an entry, in the order of their indices. The journal waits for it: it must be quick.
    fn take(&self, entry: Entry);

    /// What may be written of a token that a caller shows for the first time, never the token
    /// itself. None: nothing.
    fn introduces(&self, mask: &str, raw: &str) -> Option<String>;
}

/// A sink, and the tokens it was told of.
pub(super) struct Tee {
    sink: Box<dyn Sink>,
    introduced: Mutex<HashSet<Mask>>,
}

impl Tee {
    pub(super) fn new(sink: Box<dyn Sink>) -> Self {
        Self {
            sink,
            introduced: Mutex::default(),
        }
    }

    pub(super) fn take(&self, entry: Entry) {
        self.sink.take(entry);
    }

    /// What is to be written of a token before the first request that shows it.
    pub(super) fn introduction(&self, mask: Mask, raw: &str) -> Option<Event> {
        if !locked(&self.introduced).insert(mask) {
            return None;
        }
        let text = self.sink.introduces(&mask.to_string(), raw)?;
        Some(Event::Noted {
            exchange: None,
            topic: "token".to_owned(),
            text,
        })
    }
}

impl fmt::Debug for Tee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tee").finish_non_exhaustive()
    }
}
