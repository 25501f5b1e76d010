//! What happens to an address that calls too often.

mod onset;
mod reach;
mod spared;

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use doublure_journal::{Failure, Hop, Moment};
use doublure_rules::{
    Capability, Exchange, GatewayProfile, History, Level, Proof, Role, Rule, Verdict,
};

use crate::{
    judging::{caller, each},
    trials::names,
};

pub use onset::{ADDRESS_LIMIT, IGNORED_429};
pub use reach::{COVERS_ALL_TOKENS, SPARES_OTHER_ADDRESSES};
pub use spared::ALLOW_LISTED_IS_SPARED;

/// What a banned address meets.
///
/// Documents that a gateway keeps on another host are that host's: what it answers is not looked at.
pub static IS_SILENCE: Rule = Rule {
    id: "gw.ban.is-silence",
    role: Role::Gateway,
    theme: "ban",
    level: Level::Must,
    sentence: "A banned address gets no answer at all on any route, no link to a document of the gateway's own \
               included, and another address is answered in the same second.",
    source: "002:87",
    needs: &[Capability::Ban, Capability::Addresses],
    trial: names::BAN_BY_VOLUME,
    reasons: &[ANSWERED, CONNECTION_ENDED, OTHERS_SILENCED],
    judge: silence,
};

/// How long a ban lasts.
pub static LASTS_ITS_TERM: Rule = Rule {
    id: "gw.ban.lasts-its-term",
    role: Role::Gateway,
    theme: "ban",
    level: Level::Must,
    sentence: "A ban ends when its term is over, not sooner, not later, whatever is called meanwhile; \
               then service is back by itself.",
    source: "002:85, 002:90",
    needs: &[Capability::BanTerm, Capability::Ban, Capability::Addresses],
    trial: names::BAN_BY_VOLUME,
    reasons: &[NEVER_BEGAN, ENDED_EARLY, DID_NOT_END],
    judge: term,
};

/// An address that passed its limit, and what became of its calls from then on.
pub(super) struct Banned<'a> {
    pub(super) address: IpAddr,
    /// The call that passed the limit, and all later ones.
    pub(super) calls: Vec<Exchange<'a>>,
    since: Moment,
    over: Moment,
    /// The call that passed the limit.
    proof: Proof,
}

fn silence(history: &History) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    each(
        banned(history)
            .iter()
            .map(|banned| judge_silence(history, banned)),
        "no address passed its limit",
    )
}

fn judge_silence(history: &History, banned: &Banned<'_>) -> Verdict {
    // How long it goes on being silent is another rule's.
    let until = banned.since + history.profile.gateway.address_window();
    let under_ban = banned
        .calls
        .iter()
        .filter(|call| call.began_at() < until.min(banned.over));
    let silences: Vec<&Exchange<'_>> = under_ban.clone().filter(|call| is_silent(call)).collect();
    if let Some(call) = under_ban.into_iter().find(|call| !is_silent(call)) {
        let reason = if call.heard_something() {
            ANSWERED
        } else {
            CONNECTION_ENDED
        };
        let expected = format!(
            "{} gets no answer at all to {}",
            banned.address,
            call.asked()
        );
        let proof = banned.proof.clone().and(call.proof());
        return Verdict::fail(reason, expected, call.summary(), proof);
    }
    each(
        silences
            .iter()
            .map(|call| judge_others(history, banned.address, call)),
        "no call was made under the ban",
    )
}

/// Whether another address was answered in the second of a silenced call.
fn judge_others(history: &History, address: IpAddr, silenced: &Exchange<'_>) -> Verdict {
    let probes = history.sent(Hop::Client);
    let by_address = by_address(history);
    let near = |probe: &&Exchange<'_>| {
        let apart = probe.began_at().since(silenced.began_at())
            + silenced.began_at().since(probe.began_at());
        let harmless = caller(probe).is_some_and(|other| {
            let calls = by_address.get(&other).map_or(&[][..], Vec::as_slice);
            other != address && !may_be_banned(&history.profile.gateway, calls)
        });
        harmless && apart < SAME_SECOND
    };
    let mut others = probes.iter().filter(near).peekable();
    if others.peek().is_none() {
        let why = format!(
            "no other address called when {} was silenced",
            silenced.asked()
        );
        return Verdict::inconclusive(why);
    }
    let expected = "another address is answered in the same second";
    others
        .clone()
        .find(|other| other.heard_something())
        .map(|other| Verdict::pass(silenced.proof().and(other.proof())))
        .or_else(|| {
            let other = others.next()?;
            let proof = silenced.proof().and(other.proof());
            Some(Verdict::fail(
                OTHERS_SILENCED,
                expected,
                other.summary(),
                proof,
            ))
        })
        .unwrap_or_else(|| Verdict::inconclusive("no other address called"))
}

fn term(history: &History) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    each(
        banned(history)
            .iter()
            .map(|banned| judge_term(history, banned)),
        "no address passed its limit",
    )
}

fn judge_term(history: &History, banned: &Banned<'_>) -> Verdict {
    let (under_ban, after): (Vec<_>, Vec<_>) = banned
        .calls
        .iter()
        .partition(|call| call.began_at() < banned.over);
    let expected = format!("{} is banned until {}", banned.address, banned.over);
    let answered = |call: &&&Exchange<'_>| call.heard_something();
    if let Some(call) = under_ban.iter().find(answered) {
        let first = under_ban
            .first()
            .is_some_and(|first| first.began_at() == call.began_at());
        let reason = if first { NEVER_BEGAN } else { ENDED_EARLY };
        let actual = format!("{} at {}", call.summary(), call.began_at());
        let proof = banned.proof.clone().and(call.proof());
        return Verdict::fail(reason, expected, actual, proof);
    }
    let last_silent = under_ban
        .last()
        .filter(|call| banned.over.since(call.began_at()) <= SHORTLY);
    let back = after
        .first()
        .filter(|call| call.began_at().since(banned.over) <= SHORTLY);
    let (Some(silent), Some(back)) = (last_silent, back) else {
        return Verdict::inconclusive(
            "no call was made shortly before and after the end of the term",
        );
    };
    let proof = under_ban
        .iter()
        .map(|call| call.proof())
        .fold(silent.proof().and(back.proof()), Proof::and);
    if back.heard_something() {
        return Verdict::pass(proof);
    }
    // A ban that began later, since the machine stood still, ends later.
    if history.blur(banned.since, banned.since + SAME_SECOND) >= BLURRED {
        return Verdict::inconclusive("the machine was too noisy to tell when the ban began");
    }
    let expected = format!(
        "{} is answered again from {} on",
        banned.address, banned.over
    );
    Verdict::fail(DID_NOT_END, expected, back.summary(), proof)
}

/// The addresses that passed their limit within one window.
pub(super) fn banned(history: &History) -> Vec<Banned<'_>> {
    bannable(history)
        .into_iter()
        .filter_map(|(address, calls)| passed(&history.profile.gateway, address, calls))
        .collect()
}

/// The calls of each address that is not declared as never banned, in the order they were sent.
fn bannable(history: &History) -> BTreeMap<IpAddr, Vec<Exchange<'_>>> {
    let mut by_address = by_address(history);
    by_address.retain(|address, _| !history.profile.gateway.never_banned.contains(address));
    by_address
}

/// The calls of each address, in the order they were sent.
pub(super) fn by_address(history: &History) -> BTreeMap<IpAddr, Vec<Exchange<'_>>> {
    let mut by_address: BTreeMap<IpAddr, Vec<Exchange<'_>>> = BTreeMap::new();
    for probe in history.sent(Hop::Client) {
        if let Some(address) = caller(&probe) {
            by_address.entry(address).or_default().push(probe);
        }
    }
    by_address
}

/// What became of an address after it had certainly passed its limit: the first call that was sent when as many as the
/// limit had been answered, and all later ones.
fn passed<'a>(
    gateway: &GatewayProfile,
    address: IpAddr,
    mut calls: Vec<Exchange<'a>>,
) -> Option<Banned<'a>> {
    let limit = gateway.address_limit as usize;
    let window = calls.first()?.began_at() + gateway.address_window();
    let mut answered: Vec<u64> = calls
        .iter()
        .filter(|call| call.heard_something())
        .filter_map(|call| Some(call.ended?.index))
        .collect();
    answered.sort_unstable();
    let last = limit.checked_sub(1).and_then(|last| answered.get(last))?;
    let place = calls.iter().position(|call| call.opened.index > *last)?;
    let breaking = calls[place];
    let arrived = if breaking.heard_something() {
        breaking.ended_at()?
    } else {
        breaking.began_at()
    };
    // Calls that were sent before may have come in after each other.
    let silent = calls.iter().find(|call| is_silent(call));
    let began = silent
        .map_or(breaking, |silent| *silent)
        .began_at()
        .min(breaking.began_at());
    (arrived < window).then(|| Banned {
        address,
        calls: calls.split_off(place),
        since: breaking.began_at(),
        over: began + gateway.ban_term(),
        proof: breaking.proof(),
    })
}

/// Whether an address may be banned itself, for one reason or another.
fn may_be_banned(gateway: &GatewayProfile, calls: &[Exchange<'_>]) -> bool {
    let was_refused = |call: &Exchange<'_>| call.status() == Some(429);
    calls.len() > gateway.address_limit as usize || calls.iter().any(was_refused)
}

/// Nothing came and nothing ended: also a host that never accepted the connection.
fn is_silent(call: &Exchange<'_>) -> bool {
    matches!(call.failure(), Some(Failure::GaveUp | Failure::Unreachable))
        && !call.heard_something()
}

const SAME_SECOND: Duration = Duration::from_secs(1);
const SHORTLY: Duration = Duration::from_secs(2);
/// Less than what a trial leaves to a ban whose end it waits for in real time.
const BLURRED: Duration = Duration::from_millis(250);
const ANSWERED: &str = "answered";
const CONNECTION_ENDED: &str = "connection-ended";
const OTHERS_SILENCED: &str = "others-silenced";
const NEVER_BEGAN: &str = "never-began";
const ENDED_EARLY: &str = "ended-early";
const DID_NOT_END: &str = "did-not-end";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const TERM_MS: u64 = 12 * 3_600_000;

    /// Four answered calls of 127.0.0.2, which is its limit.
    fn at_the_limit() -> HistoryBuilder {
        ["1", "2", "3", "4"]
            .into_iter()
            .fold(HistoryBuilder::gateway(), |told, name| {
                told.ask(name, "op", name).answer(name, 200, "{}")
            })
    }

    fn silenced(told: HistoryBuilder, name: &str) -> HistoryBuilder {
        told.ask(name, "op", name).fail(name, Failure::GaveUp)
    }

    fn other_answered(told: HistoryBuilder, name: &str) -> HistoryBuilder {
        told.from_address(3)
            .ask(name, "op", name)
            .answer(name, 200, "{}")
            .from_address(2)
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn silence_while_another_address_is_answered_passes() {
        let history = other_answered(silenced(at_the_limit(), "5"), "other").end();

        assert_eq!(silence(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_listener_that_never_accepts_is_silence_too() {
        let told = at_the_limit()
            .ask("5", "op", "5")
            .fail("5", Failure::Unreachable);

        assert_eq!(
            silence(&other_answered(told, "other").end()).outcome(),
            Outcome::Pass
        );
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let told = at_the_limit().ask("5", "op", "5").answer("5", 403, "{}");

        assert_eq!(
            reason(&silence(&other_answered(told, "other").end())),
            ANSWERED
        );
    }

    #[test]
    fn a_route_that_still_answers_fails() {
        let told = silenced(at_the_limit(), "5")
            .ask("6", "privileges", "6")
            .answer("6", 200, "{}");

        assert_eq!(
            reason(&silence(&other_answered(told, "other").end())),
            ANSWERED
        );
    }

    #[test]
    fn a_connection_that_is_closed_is_no_silence() {
        let told = at_the_limit()
            .ask("5", "op", "5")
            .fail("5", Failure::Closed);

        assert_eq!(
            reason(&silence(&other_answered(told, "other").end())),
            CONNECTION_ENDED
        );
    }

    #[test]
    fn a_ban_that_ends_early_was_silence_all_the_same() {
        let told = other_answered(silenced(at_the_limit(), "5"), "other")
            .wait_ms(TERM_MS - 1_000)
            .ask("6", "op", "6")
            .answer("6", 200, "{}");

        assert_eq!(silence(&told.end()).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_gateway_that_is_silent_to_all_fails() {
        let told = silenced(silenced(at_the_limit(), "5").from_address(3), "other");

        assert_eq!(reason(&silence(&told.end())), OTHERS_SILENCED);
    }

    #[test]
    fn without_a_call_from_elsewhere_in_the_same_second_silence_does_not_tell() {
        let alone = silenced(at_the_limit(), "5").end();
        let late = other_answered(silenced(at_the_limit(), "5").wait_ms(1_000), "other").end();

        assert_eq!(silence(&alone).outcome(), Outcome::Inconclusive);
        assert_eq!(silence(&late).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn an_address_that_kept_to_its_limit_does_not_tell() {
        assert_eq!(
            silence(&at_the_limit().end()).outcome(),
            Outcome::Inconclusive
        );
        assert_eq!(term(&at_the_limit().end()).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn calls_of_two_windows_pass_no_limit() {
        let history = silenced(at_the_limit().wait_ms(60_000), "5").end();

        assert_eq!(silence(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn silent_just_before_its_term_and_answered_at_it_passes() {
        let history = silenced(silenced(at_the_limit(), "5").wait_ms(TERM_MS - 1_000), "6")
            .wait_ms(1_000)
            .ask("7", "op", "7")
            .answer("7", 200, "{}")
            .end();

        assert_eq!(term(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_ban_that_is_over_a_second_early_fails() {
        let history = silenced(at_the_limit(), "5")
            .wait_ms(TERM_MS - 1_000)
            .ask("6", "op", "6")
            .answer("6", 200, "{}")
            .end();

        assert_eq!(reason(&term(&history)), ENDED_EARLY);
    }

    #[test]
    fn a_ban_that_goes_on_past_its_term_fails() {
        let before = silenced(silenced(at_the_limit(), "5").wait_ms(TERM_MS - 1_000), "6");
        let history = silenced(before.wait_ms(1_000), "7").end();

        assert_eq!(reason(&term(&history)), DID_NOT_END);
    }

    #[test]
    fn an_address_that_is_never_banned_fails() {
        let history = at_the_limit()
            .ask("5", "op", "5")
            .answer("5", 200, "{}")
            .end();

        assert_eq!(reason(&term(&history)), NEVER_BEGAN);
    }

    #[test]
    fn without_calls_about_the_end_of_the_term_it_does_not_tell() {
        let history = silenced(silenced(at_the_limit(), "5").wait_ms(TERM_MS / 2), "6").end();

        assert_eq!(term(&history).outcome(), Outcome::Inconclusive);
    }
}
