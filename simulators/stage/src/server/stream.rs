//! The journal as it grows: server-sent events, an entry each.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    extract::{Query, rejection::QueryRejection},
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
    routing::get,
};
use doublure_journal::{Entry, Filter};
use doublure_kernel::Recorder;
use futures_util::{Stream, stream};
use http::HeaderMap;
use tokio::sync::watch;

use super::{Named, Routes};
use crate::problem::Refusal;

pub(super) fn routes() -> Routes {
    vec![("/sessions/{name}/journal/stream", get(follow))]
}

/// All entries that a filter picks, those of before first; who comes back goes on where it was.
async fn follow(
    Named(session): Named,
    filter: Result<Query<Filter>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let Query(mut filter) = filter.map_err(refused)?;
    let seen = headers.get("last-event-id");
    let seen = seen.and_then(|seen| seen.to_str().ok()?.parse().ok());
    filter.after = seen.or(filter.after);
    let following = Following {
        journal: session.session.journal().clone(),
        filter,
        ended: session.ended.subscribe(),
        picked: VecDeque::new(),
        seen: 0,
    };
    Ok(Sse::new(stream::unfold(following, Following::next)).keep_alive(KeepAlive::default()))
}

struct Following {
    journal: Recorder,
    filter: Filter,
    /// Whether the session is over: then this is, once all was told.
    ended: watch::Receiver<bool>,
    picked: VecDeque<Entry>,
    /// Up to here every entry was looked at.
    seen: u64,
}

impl Following {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(entry) = self.picked.pop_front() {
                self.filter.after = Some(entry.index);
                return Some((Ok(told(&entry)), self));
            }
            if let Some(lost) = self.lost() {
                return Some((Ok(gap(lost)), self));
            }
            // Asked first: what happened before the end is told.
            let over = *self.ended.borrow();
            let last = self.journal.last();
            self.picked = self.journal.entries(&self.filter, PAGE).into();
            if self.picked.len() < PAGE {
                self.seen = last;
            }
            if self.picked.is_empty() {
                if over {
                    return None;
                }
                self.grown().await;
            }
        }
    }

    /// How many entries were dropped before they could be told.
    fn lost(&mut self) -> Option<u64> {
        let (told, oldest) = (self.filter.after.unwrap_or(0), self.journal.oldest());
        let seen = self.seen.max(told);
        let lost = oldest.checked_sub(seen + 1).filter(|lost| *lost > 0)?;
        self.seen = oldest - 1;
        // What was cleared was not dropped: whoever did it knows.
        (self.journal.dropped() > 0).then_some(lost)
    }

    /// Returns when there is more, or there may be no more.
    async fn grown(&mut self) {
        tokio::select! {
            _ = self.journal.wait_for(&self.filter, 1, TURN) => {}
            // An error is an end, too: nobody is left to tell it.
            _ = self.ended.wait_for(|ended| *ended) => {}
        }
    }
}

fn gap(lost: u64) -> Event {
    Event::default()
        .event("dropped")
        .data(format!("{{\"dropped\":{lost}}}"))
}

fn told(entry: &Entry) -> Event {
    let kind = serde_json::to_value(entry.event.kind()).unwrap_or_default();
    let data = serde_json::to_string(entry).unwrap_or_default();
    Event::default()
        .id(entry.index.to_string())
        .event(kind.as_str().unwrap_or_default())
        .data(data)
}

fn refused(rejection: QueryRejection) -> Refusal {
    Refusal::new(rejection.status(), rejection.body_text())
}

/// Entries that are looked up at once.
const PAGE: usize = 1_000;

/// How long is waited before looking again, of real time.
const TURN: Duration = Duration::from_secs(60);
