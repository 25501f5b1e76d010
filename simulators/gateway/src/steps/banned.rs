//! Is the address banned? Every request counts, with or without a token (002:32, 002:85).

use std::ops::ControlFlow;

use doublure_journal::Moment;
use doublure_scenarios::BanManner;

use crate::{
    Gateway,
    ban::{Ban, Standing},
    call::{Call, Flow, Verdict},
};

/// Counts the request and keeps banned addresses out; one that is never banned is not counted either.
pub(crate) fn step(gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
    let from = call.address();
    if gateway.spares(from) {
        return ControlFlow::Continue(());
    }
    let standing = gateway
        .addresses_locked()
        .request(gateway.ban_rules, from, now);
    met(gateway, call, standing)
}

/// What an address in this standing meets. A ban that begins now also silences its open connections.
pub(crate) fn met(gateway: &Gateway, call: &Call, standing: Standing) -> Flow {
    if let Standing::BannedNow(ban) = standing {
        begin(gateway, call, ban);
    }
    decide(standing, gateway.policy.ban_manner)
}

fn begin(gateway: &Gateway, call: &Call, ban: Ban) {
    let Ban { until, because } = ban;
    let from = call.address();
    let text = format!("{from} is banned until {until} ({because})");
    gateway.session.note(Some(call.exchange.id), "ban", text);
    let manner = gateway.policy.ban_manner;
    if manner == BanManner::Refusal || gateway.policy.trusts_forwarded_for {
        return;
    }
    gateway.session.silence(from);
    if manner == BanManner::Unreachable {
        gateway.session.doors_changed();
    }
}

fn decide(standing: Standing, manner: BanManner) -> Flow {
    match (standing, manner) {
        (Standing::Served, _) => ControlFlow::Continue(()),
        // What stands already cannot be kept from coming about.
        (_, BanManner::Silence | BanManner::Unreachable) => ControlFlow::Break(Verdict::Silence),
        (_, BanManner::Refusal) => ControlFlow::Break(Verdict::code("00107")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_address_meets_silence_unless_the_manner_is_a_refusal() {
        let served = decide(Standing::Served, BanManner::Silence);
        let silent = decide(Standing::Banned, BanManner::Silence);
        let unreachable = decide(Standing::Banned, BanManner::Unreachable);
        let refused = decide(Standing::Banned, BanManner::Refusal);

        assert!(served.is_continue());
        assert!(matches!(silent, ControlFlow::Break(Verdict::Silence)));
        assert!(matches!(unreachable, ControlFlow::Break(Verdict::Silence)));
        assert!(matches!(
            refused,
            ControlFlow::Break(Verdict::Refused { .. })
        ));
    }
}
