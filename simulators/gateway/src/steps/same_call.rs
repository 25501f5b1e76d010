//! Is the same call of the same user running (facts 49)?

use std::ops::ControlFlow;

use crate::{
    Gateway,
    call::{Call, Flow, Verdict},
    running,
};

/// Lets the call begin, unless the same one is running.
pub(crate) fn step(gateway: &Gateway, call: &mut Call) -> Flow {
    let (Some(target), Some(holder)) = (call.target(), call.access.holder()) else {
        return ControlFlow::Continue(());
    };
    let user = &holder.claims.uid;
    let key = running::key(&target.operation.id, &target.arguments, &call.query, user);
    call.running = gateway.running.begin(key);
    match call.running {
        Some(_) => ControlFlow::Continue(()),
        None => ControlFlow::Break(Verdict::code("00015")),
    }
}
