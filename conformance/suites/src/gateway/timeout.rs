//! How long a provider is waited for.

mod apart;
mod bounded;

use std::time::Duration;

use doublure_journal::Moment;
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{
    judging::{Waited, codes, deadline, each, edges, in_time, keeps_waiting, relayed, sole},
    trials::names,
};

pub use apart::{AT_MOST_ONE_DATA_REQUEST, SLOW_PROVIDER_HARMS_NO_OTHER};
pub use bounded::{NOT_MUCH_AFTER_DEADLINE, SLOW_DRIP_IS_BOUNDED};

/// A provider that has not answered by the deadline.
pub static SILENT_PROVIDER_GIVES_504: Rule = Rule {
    id: "gw.timeout.silent-provider-gives-504",
    role: Role::Gateway,
    theme: "timeout",
    level: Level::Must,
    sentence: "A provider that has not answered by the deadline gives 504 and subcode 002.",
    source: "002:106, 002:153",
    needs: &[Capability::Providers],
    trial: names::LATE_PROVIDERS,
    reasons: &[NOT_504, WRONG_SUBCODE, TOO_LATE, NO_ANSWER],
    judge: silent,
};

/// A provider that answers late, but in time.
pub static NOT_BEFORE_DEADLINE: Rule = Rule {
    id: "gw.timeout.not-before-deadline",
    role: Role::Gateway,
    theme: "timeout",
    level: Level::Must,
    sentence: "A provider that answers late, but before the deadline, is still relayed.",
    source: "002:106",
    needs: &[Capability::Providers],
    trial: names::LATE_PROVIDERS,
    reasons: &[GAVE_UP_EARLY, NOT_RELAYED],
    judge: late,
};

fn silent(history: &History) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    let pairs = relayed(history);
    each(
        pairs.iter().filter_map(|(probe, calls)| {
            judge_silent(history, probe, sole(history, probe, calls)?)
        }),
        "no provider was silent until the deadline",
    )
}

/// What is said of a call that was not answered by the deadline; none of any other.
fn judge_silent(history: &History, probe: &Exchange<'_>, call: &Exchange<'_>) -> Option<Verdict> {
    let limit = deadline(history, probe)?;
    let due = call.began_at() + limit;
    let seen_until = history.entries.last()?.at;
    let answered = call.ended_at().is_some_and(|ended| ended <= due);
    if answered || seen_until < due || !keeps_waiting(history, call) {
        return None;
    }
    let proof = edges(probe, &[*call]);
    let expected = format!(
        "{} is answered 504 with a code of subcode 002",
        probe.asked()
    );
    let ended = probe.ended_at().unwrap_or(seen_until);
    let Waited { least, most } = Waited::until(history, probe, call, ended);
    Some(match probe.status() {
        Some(504) if least > limit * 3 / 2 => {
            let actual = format!("{} after {least:?}", probe.summary());
            let expected = format!("{expected}, its deadline is {limit:?}");
            Verdict::fail(TOO_LATE, expected, actual, proof)
        }
        Some(504) if most > limit * 3 / 2 => Verdict::inconclusive(format!(
            "{} after {least:?} to {most:?}, its deadline is {limit:?}",
            probe.asked()
        )),
        // Version 2 has no codes.
        Some(504) if probe.request.target.starts_with("/v2") => Verdict::pass(proof),
        Some(504) if codes(probe).iter().any(|code| code.ends_with(LATE)) => Verdict::pass(proof),
        Some(504) => {
            let actual = format!("504 with the codes {:?}", codes(probe));
            Verdict::fail(WRONG_SUBCODE, expected, actual, proof)
        }
        Some(_) => Verdict::fail(NOT_504, expected, probe.summary(), proof),
        None => Verdict::fail(NO_ANSWER, expected, probe.summary(), proof),
    })
}

fn late(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .filter_map(|(probe, calls)| judge_late(history, probe, sole(history, probe, calls)?)),
        "no provider answered late and in time",
    )
}

/// What is said of a call that was answered late and in time, or not waited for so long; none of any other.
fn judge_late(history: &History, probe: &Exchange<'_>, call: &Exchange<'_>) -> Option<Verdict> {
    let limit = deadline(history, probe)?;
    let proof = edges(probe, &[*call]);
    let expected = format!("{} waits {limit:?} for its provider", probe.asked());
    let Waited { most, .. } = Waited::until(history, probe, call, probe.ended_at()?);
    let answered_first = call
        .ended_at()
        .filter(|ended| Some(*ended) <= probe.ended_at());
    match (answered_first, probe.status()) {
        // With 200 it gave up on nobody: the provider's last edge may be told after ours.
        (None, Some(status)) if status != 200 && most < limit && keeps_waiting(history, call) => {
            let actual = format!("{} after {most:?}", probe.summary());
            Some(Verdict::fail(GAVE_UP_EARLY, expected, actual, proof))
        }
        (Some(ended), Some(200)) if is_late(call, ended, limit) => Some(Verdict::pass(proof)),
        (Some(ended), _) if is_late(call, ended, limit) && in_time(history, probe, call) => {
            let actual = probe.summary();
            Some(Verdict::fail(NOT_RELAYED, "200", actual, proof))
        }
        (Some(ended), _) if is_late(call, ended, limit) && ended <= call.began_at() + limit => {
            let answered = ended.since(call.began_at());
            let why = format!("an answer after {answered:?} may have come too late to be relayed");
            Some(Verdict::inconclusive(why))
        }
        _ => None,
    }
}

/// Whether a provider took its time to answer well.
fn is_late(call: &Exchange<'_>, ended: Moment, limit: Duration) -> bool {
    ended.since(call.began_at()) >= limit / 2 && call.status() == Some(200)
}

/// Subcode of an answer that came too late.
const LATE: &str = "002";
const NOT_504: &str = "not-504";
const WRONG_SUBCODE: &str = "wrong-subcode";
/// Far past the deadline; how exactly it is kept is another rule's.
const TOO_LATE: &str = "too-late";
const NO_ANSWER: &str = "no-answer";
const GAVE_UP_EARLY: &str = "gave-up-early";
const NOT_RELAYED: &str = "not-relayed";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const LATE_BODY: &str = r#"{"errors":[{"code":"01002"}]}"#;

    fn asked() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn a_silent_provider_that_comes_out_as_504_with_subcode_002_passes() {
        let history = asked()
            .wait_ms(10_000)
            .answer("probe", 504, LATE_BODY)
            .end();

        assert_eq!(silent(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_silent_provider_that_comes_out_as_502_fails() {
        let history = asked()
            .wait_ms(10_000)
            .answer("probe", 502, LATE_BODY)
            .end();

        assert_eq!(reason(&silent(&history)), NOT_504);
    }

    #[test]
    fn a_504_of_another_subcode_fails() {
        let body = r#"{"errors":[{"code":"01001"}]}"#;
        let history = asked().wait_ms(10_000).answer("probe", 504, body).end();

        assert_eq!(reason(&silent(&history)), WRONG_SUBCODE);
    }

    #[test]
    fn a_504_whose_delay_may_be_a_pause_s_and_an_answer_that_may_be_too_late_do_not_tell() {
        let lasted = Duration::from_secs(6);
        let delayed = asked()
            .wait_ms(16_000)
            .event(doublure_journal::Event::Stalled { lasted })
            .answer("probe", 504, LATE_BODY)
            .end();
        let on_its_way = asked()
            .wait_ms(9_900)
            .reply("call", 200, "{}")
            .wait_ms(100)
            .answer("probe", 504, LATE_BODY)
            .end();

        assert_eq!(silent(&delayed).outcome(), Outcome::Inconclusive);
        assert_eq!(late(&on_its_way).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_504_at_twice_the_deadline_fails() {
        let history = asked()
            .wait_ms(20_000)
            .answer("probe", 504, LATE_BODY)
            .end();

        assert_eq!(reason(&silent(&history)), TOO_LATE);
    }

    #[test]
    fn a_504_a_little_after_the_deadline_is_another_rule_s() {
        let history = asked()
            .wait_ms(12_000)
            .answer("probe", 504, LATE_BODY)
            .end();

        assert_eq!(silent(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_504_that_is_no_json_has_no_subcode() {
        let history = asked().wait_ms(10_000).answer("probe", 504, "<html>").end();

        assert_eq!(reason(&silent(&history)), WRONG_SUBCODE);
    }

    #[test]
    fn silence_of_the_gateway_itself_fails() {
        let gave_up = asked().wait_ms(30_000).fail("probe", Failure::GaveUp).end();
        let open = asked().wait_ms(30_000).end();

        assert_eq!(reason(&silent(&gave_up)), NO_ANSWER);
        assert_eq!(reason(&silent(&open)), NO_ANSWER);
    }

    #[test]
    fn a_provider_that_answered_in_time_was_not_silent() {
        let history = asked()
            .wait_ms(9_000)
            .reply("call", 200, "{}")
            .answer("probe", 200, "{}")
            .wait_ms(5_000)
            .end();

        assert_eq!(silent(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_trial_that_ended_before_the_deadline_does_not_tell() {
        let history = asked().wait_ms(9_999).end();

        assert_eq!(silent(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn an_answer_at_nine_tenths_of_the_deadline_that_is_relayed_passes() {
        let history = asked()
            .wait_ms(9_000)
            .reply("call", 200, "{}")
            .answer("probe", 200, "{}")
            .end();

        assert_eq!(late(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn an_answer_at_exactly_the_deadline_is_in_time() {
        let told = asked()
            .wait_ms(10_000)
            .reply("call", 200, "{}")
            .answer("probe", 504, LATE_BODY);
        let by_hand = told.clone().declaring(|profile| {
            profile.capabilities.insert(Capability::Clock);
        });

        assert_eq!(reason(&late(&by_hand.end())), NOT_RELAYED);
        // In real time it was on its way still.
        assert_eq!(late(&told.end()).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_gateway_that_gives_up_before_the_deadline_fails() {
        let provider_was_left = asked().wait_ms(5_000).answer("probe", 504, LATE_BODY);
        let provider_went_on = provider_was_left
            .clone()
            .wait_ms(4_000)
            .reply("call", 200, "{}");

        assert_eq!(reason(&late(&provider_was_left.end())), GAVE_UP_EARLY);
        assert_eq!(reason(&late(&provider_went_on.end())), GAVE_UP_EARLY);
    }

    #[test]
    fn an_answer_that_is_told_before_the_provider_s_own_is_no_giving_up() {
        let history = asked()
            .wait_ms(3)
            .answer("probe", 200, "{}")
            .reply("call", 200, "{}")
            .end();

        assert_eq!(late(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_late_answer_that_comes_out_as_502_fails() {
        let history = asked()
            .wait_ms(9_000)
            .reply("call", 200, "{}")
            .answer("probe", 502, "{}")
            .end();

        assert_eq!(reason(&late(&history)), NOT_RELAYED);
    }

    #[test]
    fn a_quick_answer_says_nothing_of_the_deadline() {
        let history = asked()
            .wait_ms(20)
            .reply("call", 200, "{}")
            .answer("probe", 200, "{}")
            .end();

        assert_eq!(late(&history).outcome(), Outcome::Inconclusive);
    }
}
