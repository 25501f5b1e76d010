//! When a ban begins: at the declared number, not before and not after.

use std::{net::IpAddr, time::Duration};

use doublure_journal::Moment;
use doublure_rules::{Capability, Exchange, GatewayProfile, History, Level, Role, Rule, Verdict};

use super::{by_address, is_silent};
use crate::{
    judging::{each, operation},
    trials::names,
};

/// Too many requests.
pub static ADDRESS_LIMIT: Rule = Rule {
    id: "gw.ban.address-limit",
    role: Role::Gateway,
    theme: "ban",
    level: Level::Must,
    sentence: "More requests from an address than its limit in a window of a minute from the first, with or \
               without a token, ban it: the last one allowed is answered, the next one is not.",
    source: "002:32, 002:85",
    needs: &[Capability::Ban, Capability::Addresses],
    trial: names::BAN_BY_VOLUME,
    reasons: &[BANNED_TOO_SOON, NOT_BANNED],
    judge: by_volume,
};

/// Calling on after 429.
pub static IGNORED_429: Rule = Rule {
    id: "gw.ban.ignored-429",
    role: Role::Gateway,
    theme: "ban",
    level: Level::Must,
    sentence: "Going on after 429 bans the address: one call more than is declared that the same token makes in \
               the same group after a 429 was sent and before its Retry-After is over.",
    source: "002:85",
    needs: &[Capability::Ban, Capability::Addresses, Capability::Quota],
    trial: names::BAN_BY_IGNORING,
    reasons: &[BANNED_TOO_SOON, NOT_BANNED],
    judge: by_ignoring,
};

fn by_volume(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    each(
        by_address(history).iter().filter_map(|(address, calls)| {
            let window = calls.first()?.began_at() + gateway.address_window();
            let of_window = |call: &&Exchange<'_>| call.began_at() < window;
            let calls: Vec<&Exchange<'_>> = calls.iter().filter(of_window).collect();
            judge_onset(*address, &calls, gateway.address_limit as usize, "requests")
        }),
        "no address came to its limit",
    )
}

fn by_ignoring(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    each(
        by_address(history).iter().filter_map(|(address, calls)| {
            let ignoring = ignoring(gateway, calls);
            let first = ignoring.first()?.began_at();
            let of_window: Vec<&Exchange<'_>> = ignoring
                .into_iter()
                .filter(|call| call.began_at() < first + gateway.address_window())
                .collect();
            let limit = gateway.ignored_429_limit as usize;
            judge_onset(*address, &of_window, limit, "ignored 429")
        }),
        "no address went on after 429",
    )
}

/// What is said of an address by those of its calls that count; none: they did not come near the limit.
fn judge_onset(
    address: IpAddr,
    counted: &[&Exchange<'_>],
    limit: usize,
    what: &str,
) -> Option<Verdict> {
    let allowed = &counted[..limit.min(counted.len())];
    if let Some(place) = allowed.iter().position(|call| is_silent(call)) {
        let call = allowed[place];
        let expected = format!("{address} is answered until it has made {limit} {what}");
        let actual = format!("{} to number {}", call.summary(), place + 1);
        return Some(Verdict::fail(
            BANNED_TOO_SOON,
            expected,
            actual,
            call.proof(),
        ));
    }
    let over = counted.get(limit..)?;
    let last = allowed.last().map(|call| call.proof())?;
    let next = over.first()?;
    let answered = over.iter().find(|call| call.heard_something());
    Some(match answered {
        None => Verdict::pass(last.and(next.proof())),
        Some(call) => {
            let expected = format!("{address} is banned by more than {limit} {what}");
            Verdict::fail(NOT_BANNED, expected, call.summary(), last.and(call.proof()))
        }
    })
}

/// The calls that went on after a 429 of their token and group, before its Retry-After was over.
fn ignoring<'a, 'b>(gateway: &GatewayProfile, calls: &'b [Exchange<'a>]) -> Vec<&'b Exchange<'a>> {
    let group = |call: &Exchange<'a>| Some(gateway.quota(operation(call)?)?.0.to_owned());
    let mut told: Vec<(Option<String>, Option<&str>, Moment, Moment)> = Vec::new();
    let mut ignoring = Vec::new();
    for call in calls {
        let token = call.request.token.as_deref();
        let is_told = told.iter().any(|(of, to, from, until)| {
            (of, *to) == (&group(call), token) && (*from..*until).contains(&call.began_at())
        });
        if is_told {
            ignoring.push(call);
        }
        if let (Some(429), Some(ended)) = (call.status(), call.ended_at()) {
            told.push((group(call), token, ended, ended + wait(call)));
        }
    }
    ignoring
}

fn wait(refused: &Exchange<'_>) -> Duration {
    let told = refused.header("Retry-After");
    let seconds = told.and_then(|told| told.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or_default())
}

const BANNED_TOO_SOON: &str = "banned-too-soon";
const NOT_BANNED: &str = "not-banned";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// So many answered calls; an address may make 4.
    fn answered(count: usize) -> HistoryBuilder {
        (0..count).fold(HistoryBuilder::gateway(), |told, number| {
            let name = number.to_string();
            told.ask(&name, "op", &name).answer(&name, 200, "{}")
        })
    }

    /// So many calls that were refused for their number; 2 of them may be ignored after the first.
    fn refused(count: usize) -> HistoryBuilder {
        (0..count).fold(HistoryBuilder::gateway(), |told, number| {
            let name = number.to_string();
            told.ask(&name, "op", &name)
                .answer_with(&name, 429, &[("Retry-After", "61")], "{}")
        })
    }

    fn silent(told: HistoryBuilder) -> History {
        told.ask("silent", "op", "9")
            .fail("silent", Failure::GaveUp)
            .end()
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn the_last_request_allowed_is_answered_and_the_next_is_not() {
        assert_eq!(by_volume(&silent(answered(4))).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_request_sooner_or_later_fails() {
        assert_eq!(reason(&by_volume(&silent(answered(3)))), BANNED_TOO_SOON);
        assert_eq!(reason(&by_volume(&answered(5).end())), NOT_BANNED);
    }

    #[test]
    fn an_address_that_did_not_come_to_its_limit_does_not_tell() {
        assert_eq!(
            by_volume(&answered(4).end()).outcome(),
            Outcome::Inconclusive
        );
        assert_eq!(
            by_volume(&answered(3).wait_ms(60_000).end()).outcome(),
            Outcome::Inconclusive
        );
    }

    #[test]
    fn the_first_429_ignores_nothing_and_the_third_that_is_ignored_bans() {
        assert_eq!(by_ignoring(&silent(refused(3))).outcome(), Outcome::Pass);
        assert_eq!(reason(&by_ignoring(&silent(refused(2)))), BANNED_TOO_SOON);
        assert_eq!(reason(&by_ignoring(&refused(4).end())), NOT_BANNED);
    }

    #[test]
    fn calls_of_another_token_and_calls_that_waited_ignore_nothing() {
        let other_token = silent(refused(1).with_token("second"));
        let waited = silent(refused(1).wait_ms(61_000));

        assert_eq!(by_ignoring(&other_token).outcome(), Outcome::Inconclusive);
        assert_eq!(by_ignoring(&waited).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn calls_under_way_when_the_429_came_ignore_nothing() {
        let told = (0..4).fold(HistoryBuilder::gateway(), |told, number| {
            told.ask(&number.to_string(), "op", "1")
        });
        let told = (0..4).fold(told.wait_ms(1), |told, number| {
            told.answer_with(&number.to_string(), 429, &[("Retry-After", "61")], "{}")
        });

        assert_eq!(by_ignoring(&told.end()).outcome(), Outcome::Inconclusive);
    }
}
