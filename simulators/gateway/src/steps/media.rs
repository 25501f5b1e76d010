//! From here on the running service answers in another media type (facts 28, 31).

use std::ops::ControlFlow;

use crate::call::{Call, Flow, Media};

/// Changes the media type; never ends a call.
pub(crate) fn step(call: &mut Call) -> Flow {
    if call.target().is_some_and(|target| target.operation.tracing) {
        call.media = Media::JsonApi;
    }
    ControlFlow::Continue(())
}
