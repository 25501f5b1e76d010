//! A deadline on real time, for the harness that waits on processes and sockets of others.

use std::{future::Future, time::Duration};

/// What `work` came to, or none if it took longer than `limit` of real time.
///
/// The session's clock is not asked: what is waited for is outside every session.
#[expect(
    clippy::disallowed_methods,
    reason = "a process deadline stays on real time"
)]
pub async fn patience<F: Future>(limit: Duration, work: F) -> Option<F::Output> {
    tokio::time::timeout(limit, work).await.ok()
}
