//! Is the same call of the same user running (facts 49)?

use std::{ops::ControlFlow, time::Duration};

use doublure_fixtures::Edition;
use doublure_journal::Moment;

use crate::{
    Gateway,
    call::{Call, Flow, Verdict},
    running,
};

/// Lets the call begin, unless the same one is running.
pub(crate) fn step(gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
    let (Some(target), Some(holder)) = (call.target(), call.access.holder()) else {
        return ControlFlow::Continue(());
    };
    let user = &holder.claims.uid;
    let key = running::key(&target.operation.id, &target.arguments, &call.query, user);
    let until = bound(gateway.policy.edition).map(|bound| now + bound);
    call.running = gateway.running.begin(key, now, until);
    match call.running {
        Some(_) => ControlFlow::Continue(()),
        None => ControlFlow::Break(Verdict::code("00015")),
    }
}

/// For a call that is refused later on: in the running service it counts as running all the same, if it is refused
/// before it comes to its operation (facts 52).
pub(crate) fn halted(gateway: &Gateway, call: &mut Call) {
    if bound(gateway.policy.edition).is_some()
        && let Some(running) = call.running.take()
    {
        running.forget();
    }
}

/// How long a call counts as running at most. The documents state no bound.
const fn bound(edition: Edition) -> Option<Duration> {
    match edition {
        Edition::Observed => Some(Duration::from_secs(60)),
        Edition::Documented | Edition::DocumentedV2 => None,
    }
}
