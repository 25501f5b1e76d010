//! An exchange as the asking side sees it, written down from its start to its end.

use std::{
    future::Future,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use doublure_journal::{Event, Failure, Hop, ResponseSeen};
use http::{Request, Response};

use crate::{
    Labels,
    recorder::Edge,
    session::{Core, Origin},
};

/// Head of the answer, once it has come.
pub(super) type Head = Arc<OnceLock<ResponseSeen>>;

/// An exchange that is not over. One that is dropped was given up.
pub(super) struct Asking {
    core: Arc<Core>,
    origin: Origin,
    head: Head,
    over: bool,
}

impl Asking {
    pub(super) fn open(
        core: &Arc<Core>,
        origin: Origin,
        labels: &Labels,
        request: &Request<Bytes>,
    ) -> Self {
        core.journal.request(
            Edge::Sent,
            origin.exchange,
            Hop::Provider,
            request,
            labels,
            None,
        );
        Self {
            core: Arc::clone(core),
            origin,
            head: Head::default(),
            over: false,
        }
    }

    /// Where the head of the answer is put when it comes.
    pub(super) fn head(&self) -> Head {
        Arc::clone(&self.head)
    }

    /// Waits for the answer and writes it down.
    pub(super) async fn over(
        self,
        work: impl Future<Output = Result<Response<Bytes>, Failure>>,
    ) -> Result<Response<Bytes>, Failure> {
        // Dropped before the work it asks for: first it is given up, then the connection ends.
        let work = std::pin::pin!(work);
        let mut asking = self;
        let outcome = work.await;
        asking.end(&outcome);
        outcome
    }

    fn end(&mut self, outcome: &Result<Response<Bytes>, Failure>) {
        self.over = true;
        let Origin { exchange, parent } = self.origin;
        match outcome {
            // What became of it is for whoever it was passed on to, to know.
            Ok(_) if self.core.handed_on.holds(parent.exchange(), exchange) => {}
            Ok(response) => self.core.journal.record(Event::ResponseGot {
                exchange,
                hop: Hop::Provider,
                response: self.core.journal.response(response),
            }),
            Err(failure) => self.fail(*failure),
        }
    }

    fn fail(&self, failure: Failure) {
        self.core.journal.record(Event::ExchangeFailed {
            exchange: self.origin.exchange,
            hop: Hop::Provider,
            failure,
            response: self.head.get().cloned(),
        });
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if !self.over && !self.core.closing.is_closed() {
            self.fail(Failure::GaveUp);
        }
    }
}
