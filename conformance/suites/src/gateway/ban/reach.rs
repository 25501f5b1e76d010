//! Whom a ban reaches: the address with all its tokens, and nobody else.

use doublure_journal::Hop;
use doublure_rules::{Capability, History, Level, Role, Rule, Verdict};

use super::{banned, by_address, is_silent, may_be_banned};
use crate::{
    judging::{caller, each},
    trials::names,
};

/// No token helps.
pub static COVERS_ALL_TOKENS: Rule = Rule {
    id: "gw.ban.covers-all-tokens",
    sentence: "Under a ban no token is answered at that address, also one that never called before.",
    reasons: &[OTHER_TOKEN_ANSWERED],
    judge: tokens,
    ..COMMON
};

/// Nobody else is harmed.
pub static SPARES_OTHER_ADDRESSES: Rule = Rule {
    id: "gw.ban.spares-other-addresses",
    sentence: "While an address is banned, the same token is answered at every other address.",
    reasons: &[OTHER_ADDRESS_SILENCED],
    judge: addresses,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "ban",
    level: Level::Must,
    sentence: "",
    source: "002:85, 002:87",
    needs: &[Capability::Ban, Capability::Addresses],
    trial: names::BAN_BY_VOLUME,
    reasons: &[],
    judge: tokens,
};

fn tokens(history: &History) -> Verdict {
    let limit = history.profile.gateway.address_limit as usize;
    let calls = by_address(history);
    each(
        banned(history).iter().flat_map(|banned| {
            let before = calls.get(&banned.address).map_or(&[][..], Vec::as_slice);
            let before = &before[..limit.min(before.len())];
            let known: Vec<_> = before.iter().map(|call| &call.request.token).collect();
            let fresh = banned.calls.iter().filter(move |call| {
                call.ended_at().unwrap_or_else(|| call.began_at()) < banned.over
                    && call.request.token.is_some()
                    && !known.contains(&&call.request.token)
            });
            fresh.map(|call| {
                let expected = format!("no token is answered at {}", banned.address);
                let proof = banned.proof.clone().and(call.proof());
                match is_silent(call) {
                    true => Verdict::pass(proof),
                    false => Verdict::fail(OTHER_TOKEN_ANSWERED, expected, call.summary(), proof),
                }
            })
        }),
        "no other token was tried under a ban",
    )
}

fn addresses(history: &History) -> Verdict {
    let banned = banned(history);
    let calls = by_address(history);
    let probes = history.sent(Hop::Client);
    each(
        banned.iter().flat_map(|banned| {
            let under_ban = probes.iter().filter(|probe| {
                let harmless = caller(probe).is_some_and(|other| {
                    let calls = calls.get(&other).map_or(&[][..], Vec::as_slice);
                    other != banned.address && !may_be_banned(&history.profile.gateway, calls)
                });
                (banned.since..banned.over).contains(&probe.began_at()) && harmless
            });
            under_ban.map(|probe| {
                let proof = banned.proof.clone().and(probe.proof());
                match probe.heard_something() {
                    true => Verdict::pass(proof),
                    false => Verdict::fail(
                        OTHER_ADDRESS_SILENCED,
                        format!("only {} is banned", banned.address),
                        probe.summary(),
                        proof,
                    ),
                }
            })
        }),
        "no other address called while one was banned",
    )
}

const OTHER_TOKEN_ANSWERED: &str = "other-token-answered";
const OTHER_ADDRESS_SILENCED: &str = "other-address-silenced";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// 127.0.0.2 is banned: its limit is 4.
    fn banned_now() -> HistoryBuilder {
        let told = ["1", "2", "3", "4"]
            .into_iter()
            .fold(HistoryBuilder::gateway(), |told, name| {
                told.ask(name, "op", name).answer(name, 200, "{}")
            });
        told.ask("5", "op", "5").fail("5", Failure::GaveUp)
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn another_token_that_meets_silence_too_passes() {
        let told = banned_now().with_token("second").ask("6", "op", "6");

        assert_eq!(
            tokens(&told.fail("6", Failure::GaveUp).end()).outcome(),
            Outcome::Pass
        );
    }

    #[test]
    fn another_token_that_is_answered_fails() {
        let told = banned_now().with_token("second").ask("6", "op", "6");

        assert_eq!(
            reason(&tokens(&told.answer("6", 200, "{}").end())),
            OTHER_TOKEN_ANSWERED
        );
    }

    #[test]
    fn another_address_must_be_answered() {
        let told = banned_now().from_address(3).ask("6", "op", "6");
        let answered = told.clone().answer("6", 200, "{}").end();
        let silenced = told.fail("6", Failure::GaveUp).end();

        assert_eq!(addresses(&answered).outcome(), Outcome::Pass);
        assert_eq!(reason(&addresses(&silenced)), OTHER_ADDRESS_SILENCED);
    }

    #[test]
    fn without_another_token_or_address_neither_tells() {
        let history = banned_now().end();

        assert_eq!(tokens(&history).outcome(), Outcome::Inconclusive);
        assert_eq!(addresses(&history).outcome(), Outcome::Inconclusive);
    }
}
