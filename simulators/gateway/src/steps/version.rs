//! Does the operation exist in this version (002:198)?

use std::ops::ControlFlow;

use doublure_fixtures::Edition;

use crate::{
    Gateway,
    call::{Call, Flow, Media, Verdict},
    route::Destination,
};

/// Keeps out versions that do not exist.
pub(crate) fn step(gateway: &Gateway, call: &mut Call) -> Flow {
    if !matches!(call.destination, Destination::OtherVersion(_)) {
        return ControlFlow::Continue(());
    }
    call.media = media(gateway.policy.edition);
    ControlFlow::Break(Verdict::code("00402"))
}

/// The running service has another media type for this refusal already (facts 28).
const fn media(edition: Edition) -> Media {
    match edition {
        Edition::Observed => Media::JsonApi,
        Edition::Documented | Edition::DocumentedV2 => Media::Json,
    }
}
