//! A journal that is read while it grows.

use std::collections::VecDeque;

use doublure_journal::Entry;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;

use super::{ControlError, Transport};

/// The entries of a journal as they are written, of before first. Dropping it ends it.
#[derive(Debug)]
pub struct Follow {
    transport: Transport,
    body: Incoming,
    /// What came after the last whole event.
    rest: Vec<u8>,
    entries: VecDeque<Entry>,
    /// Whether the event that is being read tells of entries that were dropped.
    tells_of_dropped: bool,
    dropped: u64,
}

/// What an event of that kind says.
#[derive(Deserialize)]
struct Dropped {
    dropped: u64,
}

impl Follow {
    pub(super) const fn new(transport: Transport, body: Incoming) -> Self {
        Self {
            transport,
            body,
            rest: Vec::new(),
            entries: VecDeque::new(),
            tells_of_dropped: false,
            dropped: 0,
        }
    }

    /// How many entries the full journal dropped, as far as was told yet, before they could be followed.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The next entry; none: the session is over. Dropped while it waits, it loses nothing.
    ///
    /// # Errors
    /// The server went away, or sends what is no entry.
    pub async fn next(&mut self) -> Result<Option<Entry>, ControlError> {
        loop {
            if let Some(entry) = self.entries.pop_front() {
                return Ok(Some(entry));
            }
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let frame = frame.map_err(|error| self.transport.failed(error))?;
            if let Ok(bytes) = frame.into_data() {
                self.rest.extend(bytes);
                self.take_lines()?;
            }
        }
    }

    /// An entry is one `data` line, unless its `event` line says that some were dropped.
    fn take_lines(&mut self) -> Result<(), ControlError> {
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            return Ok(());
        };
        let rest = self.rest.split_off(end + 1);
        let lines = std::mem::replace(&mut self.rest, rest);
        for line in lines.split(|byte| *byte == b'\n') {
            if let Some(kind) = line.strip_prefix(b"event:") {
                self.tells_of_dropped = kind.trim_ascii() == b"dropped";
            }
            if let Some(data) = line.strip_prefix(b"data:") {
                self.take(data)
                    .map_err(|error| self.transport.foreign(error))?;
            }
        }
        Ok(())
    }

    fn take(&mut self, data: &[u8]) -> serde_json::Result<()> {
        if std::mem::take(&mut self.tells_of_dropped) {
            self.dropped += serde_json::from_slice::<Dropped>(data)?.dropped;
        } else {
            self.entries.push_back(serde_json::from_slice(data)?);
        }
        Ok(())
    }
}
