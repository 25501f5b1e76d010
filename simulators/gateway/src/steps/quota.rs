//! Has the token calls left in the operation's group? Every call of a valid token counts, refused ones too (facts 62).

use std::ops::ControlFlow;

use doublure_journal::Moment;

use crate::{
    Gateway,
    ban::Standing,
    call::{Call, Flow, Verdict},
    quota::OverLimit,
    steps::banned,
};

/// Counts the call; one too many is refused, and one that goes on after a refusal counts towards a ban.
pub(crate) fn step(gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
    let Some((holder, group, rule)) = gateway.counter(call) else {
        return ControlFlow::Continue(());
    };
    let draw = gateway
        .quotas_locked()
        .draw(&holder.jti, group, rule, call.arrival, now);
    call.draw = Some(draw);
    match draw.refusal {
        None => ControlFlow::Continue(()),
        Some(over) => refuse(gateway, call, over, now),
    }
}

fn refuse(gateway: &Gateway, call: &Call, over: OverLimit, now: Moment) -> Flow {
    let counts = over.ignores_an_earlier_one && !gateway.spares(call.address());
    let standing = match counts {
        false => Standing::Served,
        true => gateway
            .addresses_locked()
            .ignored_429(gateway.ban_rules, call.address(), now),
    };
    banned::met(gateway, call, standing)?;
    ControlFlow::Break(Verdict::code("00429"))
}
