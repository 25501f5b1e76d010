//! Does the path stand open? Documents do: their link is the secret (facts 83).

use std::ops::ControlFlow;

use bytes::Bytes;
use doublure_journal::Moment;
use http::{Method, Response, StatusCode};

use crate::{
    Gateway,
    call::{self, Call, Flow, Verdict},
    documents,
};

/// Serves documents while their link lives.
pub(crate) fn step(gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
    let path = call.path();
    if !documents::is_document(path) || call.exchange.request.method() != Method::GET {
        return ControlFlow::Continue(());
    }
    let found = gateway.documents_locked().find(path, now);
    ControlFlow::Break(Verdict::Answer(decide(found)))
}

/// A link that is over is one that never was.
fn decide(found: Option<Bytes>) -> Response<Bytes> {
    match found {
        Some(pdf) => call::answer(StatusCode::OK, "application/pdf", pdf),
        None => call::answer(StatusCode::NOT_FOUND, call::TEXT, Bytes::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_pdf_and_one_that_is_gone_is_not_found() {
        let live = decide(Some(Bytes::from_static(b"%PDF-1.7")));
        let gone = decide(None);

        assert_eq!(live.headers()["content-type"], "application/pdf");
        assert_eq!(live.status(), 200);
        assert_eq!(gone.status(), 404);
    }
}
