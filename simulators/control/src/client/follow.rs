//! A journal that is read while it grows.

use std::collections::VecDeque;

use doublure_journal::Entry;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::{ControlError, Transport};

/// The entries of a journal as they are written, of before first. Dropping it ends it.
#[derive(Debug)]
pub struct Follow {
    transport: Transport,
    body: Incoming,
    /// What came after the last whole event.
    rest: Vec<u8>,
    entries: VecDeque<Entry>,
}

impl Follow {
    pub(super) const fn new(transport: Transport, body: Incoming) -> Self {
        Self {
            transport,
            body,
            rest: Vec::new(),
            entries: VecDeque::new(),
        }
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

    /// An entry is one `data` line; the other lines say the same or nothing.
    fn take_lines(&mut self) -> Result<(), ControlError> {
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            return Ok(());
        };
        let rest = self.rest.split_off(end + 1);
        let lines = std::mem::replace(&mut self.rest, rest);
        for line in lines.split(|byte| *byte == b'\n') {
            if let Some(data) = line.strip_prefix(b"data:") {
                let entry = serde_json::from_slice(data);
                let entry = entry.map_err(|error| self.transport.foreign(error))?;
                self.entries.push_back(entry);
            }
        }
        Ok(())
    }
}
