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
    let (Some(holder), Some(target)) = (call.access.holder(), call.target()) else {
        return ControlFlow::Continue(());
    };
    let Some(quota) = target.operation.quota.of(gateway.policy.edition) else {
        return ControlFlow::Continue(());
    };
    let rule = gateway.quota_rule(quota);
    let draw = gateway
        .quotas_locked()
        .draw(&holder.jti, &quota.group, rule, call.arrival, now);
    call.draw = Some(draw);
    match draw.refusal {
        None => ControlFlow::Continue(()),
        Some(over) => refuse(gateway, call, over, now),
    }
}

fn refuse(gateway: &Gateway, call: &Call, over: OverLimit, now: Moment) -> Flow {
    let standing = match over.ignores_an_earlier_one {
        false => Standing::Served,
        true => gateway
            .addresses_locked()
            .ignored_429(gateway.ban_rules, call.address(), now),
    };
    banned::met(gateway, call, standing)?;
    ControlFlow::Break(Verdict::code("00429"))
}
