//! Requests for the state of services are requests.

use doublure_rules::{Capability, Exchange, GatewayProfile, History, Rule, Verdict};

use super::{COMMON, is_about_services};
use crate::{
    gateway::ban::{Banned, banned, by_address},
    judging::each,
    trials::names,
};

/// Status services are requests too.
pub static OBEYS_THE_ADDRESS_LIMIT: Rule = Rule {
    id: "gw.status.obeys-the-address-limit",
    sentence: "Requests for the state of the services count towards the limit of an address.",
    source: "002:32, 002:215",
    needs: &[
        Capability::StatusServices,
        Capability::Ban,
        Capability::Addresses,
    ],
    trial: names::BAN_BY_VOLUME,
    reasons: &[NOT_COUNTED],
    judge,
    ..COMMON
};

fn judge(history: &History) -> Verdict {
    let calls = by_address(history);
    each(
        banned(history).iter().filter_map(|banned| {
            judge_address(
                &history.profile.gateway,
                banned,
                calls.get(&banned.address)?,
            )
        }),
        "no address passed its limit by requests for the state of services",
    )
}

/// What is said of an address that keeps to its limit but for such requests; none of any other.
fn judge_address(
    gateway: &GatewayProfile,
    banned: &Banned<'_>,
    calls: &[Exchange<'_>],
) -> Option<Verdict> {
    let limit = gateway.address_limit as usize;
    // Of calls at once any may be counted last.
    let next = banned.calls.first()?;
    let before = |call: &&Exchange<'_>| {
        call.ended
            .is_some_and(|ended| ended.index < next.opened.index)
    };
    let before: Vec<_> = calls.iter().filter(before).collect();
    let (about_services, others): (Vec<&Exchange<'_>>, Vec<_>) =
        before.into_iter().partition(|call| is_about_services(call));
    let about_services = about_services.first().filter(|_| others.len() < limit)?;
    let proof = about_services.proof().and(next.proof());
    if !next.heard_something() {
        return Some(Verdict::pass(proof));
    }
    let expected = format!(
        "{} is banned by request {}, of whatever kind",
        banned.address,
        limit + 1
    );
    Some(Verdict::fail(NOT_COUNTED, expected, next.summary(), proof))
}

const NOT_COUNTED: &str = "not-counted";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// Three calls and a request of this kind: others may make 4 in all.
    fn at_the_limit(operation: &str, entity: &str) -> HistoryBuilder {
        let told = ["1", "2", "3"]
            .into_iter()
            .fold(HistoryBuilder::gateway(), |told, name| {
                told.ask(name, "op", name).answer(name, 200, "{}")
            });
        told.ask("4", operation, entity)
            .answer("4", 200, "{}")
            .ask("5", "op", "5")
    }

    #[test]
    fn a_ping_uses_the_limit_up_as_any_call_does() {
        let counted = at_the_limit("ping", "insee/sirene").fail("5", Failure::GaveUp);
        let free = at_the_limit("ping", "insee/sirene").answer("5", 200, "{}");

        assert_eq!(judge(&counted.end()).outcome(), Outcome::Pass);
        assert_eq!(judge(&free.end()).reason().unwrap().as_str(), NOT_COUNTED);
    }

    #[test]
    fn without_a_ping_it_does_not_tell() {
        let told = at_the_limit("op", "4").answer("5", 200, "{}");

        assert_eq!(judge(&told.end()).outcome(), Outcome::Inconclusive);
    }
}
