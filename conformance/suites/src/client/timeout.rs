//! How long a client waits.

use doublure_rules::{Exchange, History, Level, Proof, Role, Rule, Verdict};

use super::{controls::controlled, names, runs::ClientRun};
use crate::judging::each;

/// A gateway that never answers.
pub static GIVES_UP: Rule = Rule {
    id: "cl.timeout.gives-up",
    role: Role::Client,
    theme: "timeout",
    level: Level::Must,
    sentence: "It gives up on an answer that does not come, within its declared patience.",
    source: "002:100",
    needs: &[],
    trial: names::SILENT_GATEWAY,
    reasons: &[WAITS_TOO_LONG],
    judge,
};

fn judge(history: &History) -> Verdict {
    controlled(history, |run| judge_run(history, run))
}

fn judge_run(history: &History, run: &ClientRun<'_>) -> Verdict {
    let unanswered = run.calls.iter().filter(|call| call.status().is_none());
    each(
        unanswered.filter_map(|call| judge_call(history, run, call)),
        "the client made no call that stayed without an answer for long enough",
    )
}

/// What is said of a call without an answer; none of one that was made shortly before the client was ended.
fn judge_call(history: &History, run: &ClientRun<'_>, call: &Exchange<'_>) -> Option<Verdict> {
    let patience = history.profile.client.patience();
    let gave_up = run.gave_up(call);
    let waited = gave_up
        .map_or_else(|| run.seen_until(), |entry| Some(entry.at))?
        .since(call.began_at());
    let proof = run.edges().and(call.proof());
    match gave_up {
        Some(entry) if waited <= patience => Some(Verdict::pass(proof.and(Proof::of(entry)))),
        None if waited <= patience => None,
        _ => {
            let expected = format!("it gives up within {patience:?}");
            let actual = match gave_up {
                Some(_) => format!("it gave up after {waited:?}"),
                None => format!("it was still waiting after {waited:?}"),
            };
            Some(Verdict::fail(WAITS_TOO_LONG, expected, actual, proof))
        }
    }
}

const WAITS_TOO_LONG: &str = "waits-too-long";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::{super::runs::testing::Tells, *};

    fn silent() -> HistoryBuilder {
        HistoryBuilder::client()
            .well("before")
            .spawn()
            .got("silent", "op", "111")
    }

    fn verdict(told: HistoryBuilder) -> Verdict {
        judge(&told.well("after").end())
    }

    #[test]
    fn a_client_that_ends_within_its_patience_passes() {
        assert_eq!(
            verdict(silent().wait_ms(30_000).exit(1)).outcome(),
            Outcome::Pass
        );
    }

    #[test]
    fn a_client_that_must_be_ended_fails() {
        let verdict = verdict(silent().wait_ms(30_001).kill());

        assert_eq!(verdict.reason().unwrap().as_str(), WAITS_TOO_LONG);
    }

    #[test]
    fn a_connection_that_breaks_when_the_client_is_ended_was_not_given_up() {
        let verdict = verdict(silent().wait_ms(30_001).kill().hang_up(2));

        let Verdict::Fail { actual, .. } = verdict else {
            panic!("{verdict:?}")
        };
        assert!(actual.starts_with("it was still waiting"), "{actual}");
    }

    #[test]
    fn a_client_that_gives_up_too_late_fails() {
        let verdict = verdict(silent().wait_ms(31_000).exit(1));

        assert_eq!(verdict.reason().unwrap().as_str(), WAITS_TOO_LONG);
    }

    #[test]
    fn a_client_that_hangs_up_and_tries_again_has_given_up_each_time() {
        let again = silent()
            .wait_ms(20_000)
            .hang_up(2)
            .got("again", "op", "111")
            .wait_ms(20_000)
            .kill();

        assert_eq!(verdict(again).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_second_call_that_is_waited_for_too_long_fails() {
        let again = silent()
            .wait_ms(5_000)
            .hang_up(2)
            .got("again", "op", "111")
            .wait_ms(31_000)
            .kill();

        assert_eq!(verdict(again).reason().unwrap().as_str(), WAITS_TOO_LONG);
    }

    #[test]
    fn a_client_that_is_ended_before_its_patience_is_over_does_not_tell() {
        assert_eq!(
            verdict(silent().wait_ms(29_000).kill()).outcome(),
            Outcome::Inconclusive
        );
    }

    #[test]
    fn a_client_that_makes_no_call_does_not_tell() {
        let told = HistoryBuilder::client().well("before").spawn().exit(1);

        assert_eq!(verdict(told).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_client_that_gives_up_on_everything_does_not_tell() {
        let hasty = HistoryBuilder::client()
            .spawn()
            .exit(1)
            .spawn()
            .got("silent", "op", "111")
            .wait_ms(10)
            .exit(1)
            .spawn()
            .exit(1)
            .end();

        assert_eq!(judge(&hasty).outcome(), Outcome::Inconclusive);
    }
}
