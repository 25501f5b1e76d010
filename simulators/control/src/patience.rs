//! Real time, for the harness that waits on processes and sockets of others.

use std::{
    future::Future,
    time::{Duration, Instant},
};

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

/// How long `work` took in real time: a harness that measures the noise of its own machine has no other clock.
#[expect(
    clippy::disallowed_methods,
    reason = "noise is what real time does to the harness"
)]
pub async fn timed<F: Future>(work: F) -> Duration {
    let began = Instant::now();
    work.await;
    began.elapsed()
}
