//! When a ban begins: at the declared number, not before and not after.

use std::{net::IpAddr, time::Duration};

use doublure_journal::Moment;
use doublure_rules::{Capability, Exchange, GatewayProfile, History, Level, Role, Rule, Verdict};

use super::{bannable, is_silent};
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
               without a token, for documents and where no route leads too, ban it: the last one allowed is \
               answered, the next one is not.",
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
    sentence: "Going on after 429 bans the address: one call more than is declared that a token makes in \
               the same group after a 429 was sent and before its Retry-After is over, whichever tokens they are \
               made with.",
    source: "002:85",
    needs: &[Capability::Ban, Capability::Addresses, Capability::Quota],
    trial: names::BAN_BY_IGNORING,
    reasons: &[BANNED_TOO_SOON, NOT_BANNED, PER_TOKEN],
    judge: by_ignoring,
};

/// The calls of an address that count towards a limit: when a call on its way is counted nobody but the gateway knows.
struct Counted<'a, 'b> {
    address: IpAddr,
    /// Those that may have been counted, in the order they were sent.
    may: Vec<&'b Exchange<'a>>,
    /// Those of them that were certainly counted, all in one window.
    must: Vec<&'b Exchange<'a>>,
    /// When a ban that has begun may be over.
    over: Option<Moment>,
}

fn by_volume(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    each(
        bannable(history).iter().filter_map(|(address, calls)| {
            let window = calls.first()?.began_at() + gateway.address_window();
            let was_refused = |call: &Exchange<'_>| call.status() == Some(429);
            let counted = Counted {
                address: *address,
                // Who goes on after 429 may be banned for that.
                may: match calls.iter().any(was_refused) {
                    true => Vec::new(),
                    false => calls
                        .iter()
                        .filter(|call| call.began_at() < window)
                        .collect(),
                },
                must: calls
                    .iter()
                    .filter(|call| was_answered_by(call, window))
                    .collect(),
                over: end_of_ban(gateway, calls),
            };
            counted.judge(gateway.address_limit as usize, "requests")
        }),
        "no address came to its limit",
    )
}

fn by_ignoring(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    each(
        bannable(history).iter().filter_map(|(address, calls)| {
            let window = calls.first()?.began_at() + gateway.address_window();
            let requests = gateway.address_limit as usize;
            let counted = Counted {
                address: *address,
                // Who calls too often may be banned for that.
                may: match calls.len() > requests {
                    true => Vec::new(),
                    false => ignoring(gateway, calls, may_ignore),
                },
                must: ignoring(gateway, calls, must_ignore)
                    .into_iter()
                    .filter(|call| was_answered_by(call, window))
                    .collect(),
                over: end_of_ban(gateway, calls),
            };
            let limit = gateway.ignored_429_limit as usize;
            let verdict = counted.judge(limit, "ignored 429")?;
            let goes_on = verdict
                .reason()
                .is_some_and(|given| given.as_str() == NOT_BANNED);
            let apart = goes_on.then(|| counted.judge_tokens(limit)).flatten();
            Some(apart.unwrap_or(verdict))
        }),
        "no address went on after 429",
    )
}

impl Counted<'_, '_> {
    /// What is said of an address by those of its calls that count; none: they did not come near the limit.
    fn judge(&self, limit: usize, what: &str) -> Option<Verdict> {
        let address = self.address;
        let silent = self.may.iter().find(|call| is_silent(call));
        if let Some(call) = silent {
            let until = call.ended.map_or(u64::MAX, |ended| ended.index);
            let before = self.may.iter().filter(|other| other.opened.index < until);
            let number = before.count();
            if number <= limit {
                let expected = format!("{address} is answered until it has made {limit} {what}");
                let actual = format!("{} to number {number}", call.summary());
                return Some(Verdict::fail(
                    BANNED_TOO_SOON,
                    expected,
                    actual,
                    call.proof(),
                ));
            }
        }
        let goes_on =
            |call: &&&Exchange<'_>| self.over.is_none_or(|over| call.ended_at() < Some(over));
        let beyond = |call: &&&Exchange<'_>| self.before(call).count() >= limit;
        if let Some(call) = self.must.iter().filter(goes_on).find(beyond) {
            let expected = format!("{address} is banned by more than {limit} {what}");
            let last = self.before(call).last()?.proof();
            return Some(Verdict::fail(
                NOT_BANNED,
                expected,
                call.summary(),
                last.and(call.proof()),
            ));
        }
        let silent = silent.filter(|silent| self.before(silent).count() == limit)?;
        let last = self.before(silent).last()?.proof();
        Some(Verdict::pass(last.and(silent.proof())))
    }

    /// What is said of an address that was not banned by what its tokens did together, if one of them came to the limit
    /// by itself in the end and that did ban it.
    fn judge_tokens(&self, limit: usize) -> Option<Verdict> {
        let silent = self.may.iter().find(|call| is_silent(call))?;
        let own = |call: &&&Exchange<'_>| call.request.token == silent.request.token;
        let by_itself = self.before(silent).filter(own).count();
        let together = self.before(silent).count();
        let last = self.before(silent).last()?.proof();
        (by_itself == limit && together > limit).then(|| {
            let expected = format!(
                "{} is banned by more than {limit} ignored 429, whichever tokens they are of",
                self.address
            );
            let actual =
                format!("answered until one token had {by_itself} of {together} by itself");
            Verdict::fail(PER_TOKEN, expected, actual, last.and(silent.proof()))
        })
    }

    /// The calls that were certainly counted before another.
    fn before(&self, call: &Exchange<'_>) -> impl Iterator<Item = &&Exchange<'_>> {
        let index = call.opened.index;
        self.must
            .iter()
            .filter(move |other| !other.is_open_at(index) && other.opened.index < index)
    }
}

/// Whether a call was answered, and so certainly counted, before a moment.
fn was_answered_by(call: &Exchange<'_>, moment: Moment) -> bool {
    call.heard_something() && call.ended_at().is_some_and(|ended| ended < moment)
}

/// When the first ban of an address may be over, if there was one.
fn end_of_ban(gateway: &GatewayProfile, calls: &[Exchange<'_>]) -> Option<Moment> {
    let silent = calls.iter().find(|call| is_silent(call))?;
    Some(silent.began_at() + gateway.ban_term())
}

/// The calls that went on after a 429 of their token and group, before its Retry-After was over.
fn ignoring<'a, 'b>(
    gateway: &GatewayProfile,
    calls: &'b [Exchange<'a>],
    ignores: fn(&Exchange<'_>, &Exchange<'_>) -> bool,
) -> Vec<&'b Exchange<'a>> {
    let who = |call: &Exchange<'a>| {
        let (group, _) = gateway.quota(operation(call)?)?;
        Some((call.request.token.clone()?, group.to_owned()))
    };
    let refused = || calls.iter().filter(|call| call.status() == Some(429));
    let is_ignoring = |call: &&Exchange<'a>| {
        let own = who(call);
        let mut told = refused().filter(|told| told.opened.index != call.opened.index);
        own.is_some() && told.any(|told| who(told) == own && ignores(told, call))
    };
    calls.iter().filter(is_ignoring).collect()
}

/// Whether a call may have come in after a 429 was sent and before its Retry-After was over.
fn may_ignore(told: &Exchange<'_>, call: &Exchange<'_>) -> bool {
    let sent_after = call
        .ended
        .is_none_or(|ended| ended.index > told.opened.index);
    let over = told.ended_at().map(|ended| ended + wait(told));
    sent_after && over.is_some_and(|over| call.began_at() < over)
}

/// Whether a call certainly did.
fn must_ignore(told: &Exchange<'_>, call: &Exchange<'_>) -> bool {
    let sent_after = told
        .ended
        .is_some_and(|ended| ended.index < call.opened.index);
    sent_after
        && call
            .ended_at()
            .is_some_and(|ended| ended < told.began_at() + wait(told))
}

fn wait(refused: &Exchange<'_>) -> Duration {
    let told = refused.header("Retry-After");
    let seconds = told.and_then(|told| told.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or_default())
}

const BANNED_TOO_SOON: &str = "banned-too-soon";
const NOT_BANNED: &str = "not-banned";
const PER_TOKEN: &str = "per-token";

#[cfg(test)]
mod tests {
    use std::ops::Range;

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
        refused_too(HistoryBuilder::gateway(), 0..count)
    }

    fn refused_too(told: HistoryBuilder, numbers: Range<usize>) -> HistoryBuilder {
        numbers.fold(told, |told, number| {
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
    fn what_is_answered_after_a_scaled_ban_says_nothing_of_its_onset() {
        let scaled = answered(4).declaring(|profile| profile.gateway.ban_term_ms = 8_000);
        let banned = scaled.ask("silent", "op", "9");
        let over = banned.fail("silent", Failure::GaveUp).wait_ms(8_000);
        let history = over.ask("back", "op", "9").answer("back", 200, "{}").end();

        assert_eq!(by_volume(&history).outcome(), Outcome::Pass);
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
    fn what_all_tokens_of_an_address_ignore_counts_together() {
        let one = || refused(2).declaring(|profile| profile.gateway.address_limit = 12);
        let two = |last| refused_too(one().with_token("second"), 10..last);

        assert_eq!(by_ignoring(&silent(two(12))).outcome(), Outcome::Pass);
        assert_eq!(reason(&by_ignoring(&two(13).end())), NOT_BANNED);
        // The second token has two by itself then, which are three with the first one's.
        assert_eq!(reason(&by_ignoring(&silent(two(13)))), PER_TOKEN);
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
