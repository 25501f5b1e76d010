//! The end of a session or of a host, told to all that waits.

use std::{
    pin::pin,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
};

use tokio::sync::Notify;

/// An end that comes once.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    closed: AtomicBool,
    told: Notify,
}

impl Closing {
    pub(crate) fn close(&self) {
        self.closed.store(true, SeqCst);
        self.told.notify_waiters();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(SeqCst)
    }

    pub(crate) async fn wait(&self) {
        let mut told = pin!(self.told.notified());
        // Listening before looking: an end between the two would be missed.
        told.as_mut().enable();
        if !self.is_closed() {
            told.await;
        }
    }
}
