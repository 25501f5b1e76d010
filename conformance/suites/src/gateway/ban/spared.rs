//! Who is never banned.

use doublure_rules::{Capability, Exchange, GatewayProfile, History, Level, Role, Rule, Verdict};

use super::by_address;
use crate::{judging::each, trials::names};

/// Addresses on the allow-list.
pub static ALLOW_LISTED_IS_SPARED: Rule = Rule {
    id: "gw.ban.allow-listed-is-spared",
    role: Role::Gateway,
    theme: "ban",
    level: Level::Must,
    sentence: "An address on the allow-list is never banned: past the limit of all others it is answered as before.",
    source: "000:506",
    needs: &[
        Capability::Ban,
        Capability::Addresses,
        Capability::AllowList,
    ],
    trial: names::ALLOW_LISTED,
    reasons: &[SILENCED, REFUSED],
    judge,
};

fn judge(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    each(
        by_address(history)
            .iter()
            .filter(|(address, _)| gateway.never_banned.contains(address))
            .filter_map(|(_, calls)| judge_address(gateway, calls)),
        "no address of the allow-list passed the limit of all others",
    )
}

/// What is said of an allow-listed address; none: it did not pass the limit within one window.
fn judge_address(gateway: &GatewayProfile, calls: &[Exchange<'_>]) -> Option<Verdict> {
    let first = calls.first()?;
    let window = first.began_at() + gateway.address_window();
    let past_limit: Vec<&Exchange<'_>> = calls
        .iter()
        .skip(gateway.address_limit as usize)
        .filter(|call| call.began_at() < window)
        .collect();
    let last = past_limit.last()?;
    let expected = format!("{} is answered {}", first.asked(), first.summary());
    let fails = |reason, call: &Exchange<'_>| {
        let proof = first.proof().and(call.proof());
        Some(Verdict::fail(reason, &expected, call.summary(), proof))
    };
    if let Some(call) = calls.iter().find(|call| !call.heard_something()) {
        return fails(SILENCED, call);
    }
    let same = |call: &&&Exchange<'_>| call.status() == first.status();
    if let Some(call) = past_limit.iter().find(|call| !same(call)) {
        return fails(REFUSED, call);
    }
    Some(Verdict::pass(first.proof().and(last.proof())))
}

const SILENCED: &str = "silenced";
const REFUSED: &str = "refused";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// So many answered calls of an address on the list; others may make 4.
    fn answered(count: usize) -> HistoryBuilder {
        let told = HistoryBuilder::gateway().declaring(|profile| {
            profile.gateway.never_banned = vec![[127, 0, 0, 8].into()];
        });
        (0..count).fold(told.from_address(8), |told, number| {
            let name = number.to_string();
            told.ask(&name, "op", &name).answer(&name, 200, "{}")
        })
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn answers_past_the_limit_of_others_pass() {
        assert_eq!(judge(&answered(5).end()).outcome(), Outcome::Pass);
    }

    #[test]
    fn silence_fails_at_the_limit_and_before_it() {
        for before in [3, 4] {
            let told = answered(before)
                .ask("silent", "op", "9")
                .fail("silent", Failure::GaveUp)
                .ask("after", "op", "9")
                .fail("after", Failure::GaveUp);

            assert_eq!(reason(&judge(&told.end())), SILENCED, "{before}");
        }
    }

    #[test]
    fn another_answer_than_before_is_a_ban_that_speaks() {
        let told = answered(4).ask("5", "op", "5").answer("5", 403, "{}");

        assert_eq!(reason(&judge(&told.end())), REFUSED);
    }

    #[test]
    fn an_address_that_kept_to_the_limit_or_is_on_no_list_does_not_tell() {
        let unlisted = answered(5).declaring(|profile| profile.gateway.never_banned.clear());
        let two_windows = answered(4)
            .wait_ms(60_000)
            .ask("5", "op", "5")
            .answer("5", 200, "{}");

        for told in [answered(4), unlisted, two_windows] {
            assert_eq!(judge(&told.end()).outcome(), Outcome::Inconclusive);
        }
    }
}
