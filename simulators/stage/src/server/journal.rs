//! The journal: ask, count, wait, write, clear.

use std::time::Duration;

use axum::{Json, routing::post};
use doublure_control::{Count, JournalPage, JournalQuery, WaitQuery};
use doublure_journal::{Event, Filter};
use http::StatusCode;

use super::{
    Named, Routes,
    input::{self, Asked, Text},
};
use crate::problem::Refusal;

pub(super) fn routes() -> Routes {
    vec![
        ("/sessions/{name}/journal", post(write).delete(clear)),
        ("/sessions/{name}/journal/query", post(query)),
        ("/sessions/{name}/journal/count", post(count)),
        ("/sessions/{name}/journal/wait", post(wait)),
    ]
}

async fn query(Named(session): Named, Asked(asked): Asked<JournalQuery>) -> Json<JournalPage> {
    let journal = session.session.journal();
    let limit = asked.limit.unwrap_or(PAGE);
    Json(JournalPage {
        entries: journal.entries(&asked.filter, limit),
        dropped: journal.dropped(),
    })
}

async fn count(Named(session): Named, Asked(filter): Asked<Filter>) -> Json<Count> {
    let count = session.session.journal().count(&filter);
    Json(Count { count })
}

async fn wait(Named(session): Named, Asked(asked): Asked<WaitQuery>) -> Json<Count> {
    let patience = Duration::from_millis(asked.patience_ms);
    let journal = session.session.journal();
    let count = journal.wait_for(&asked.filter, asked.count, patience).await;
    Json(Count { count })
}

async fn write(Named(session): Named, Text(text): Text) -> Result<StatusCode, Refusal> {
    let journal = session.session.journal();
    // Read once before masking, so that a refusal speaks of the text as it was sent.
    input::json::<Event>(&text)?;
    journal.record(input::json(&journal.masked(&text))?);
    Ok(StatusCode::NO_CONTENT)
}

async fn clear(Named(session): Named) -> StatusCode {
    session.session.journal().clear();
    StatusCode::NO_CONTENT
}

/// Entries of a page that says no limit.
const PAGE: usize = 10_000;
