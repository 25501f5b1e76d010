//! Is it a page that is asked for, and no operation?

use std::ops::ControlFlow;

use http::Method;

use crate::{
    Gateway,
    call::{Call, Flow, Verdict},
};

/// Serves the pages that stand beside the operations.
pub(crate) async fn step(gateway: &Gateway, call: &Call) -> Flow {
    let path = call.path();
    let is_asked_for = call.exchange.request.method() == Method::GET;
    match gateway.pages.as_ref().filter(|_| is_asked_for) {
        Some(pages) if pages.has(path) => {
            let page = pages.make(path, &call.base(gateway.secured)).await;
            ControlFlow::Break(Verdict::Answer(page.answered()))
        }
        _ => ControlFlow::Continue(()),
    }
}
