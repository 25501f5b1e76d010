//! How long a client waits.

use std::time::Duration;

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
    let ended = gave_up.map_or_else(|| run.seen_until(), |entry| Some(entry.at))?;
    let waited = ended.since(call.began_at());
    // What was noticed late was noticed after a pause that touches the time when it was due.
    let noise = NOISE + history.blur(call.began_at() + patience, ended);
    let proof = run.edges().and(call.proof());
    match gave_up {
        Some(entry) if waited <= patience => Some(Verdict::pass(proof.and(Proof::of(entry)))),
        None if waited <= patience => None,
        _ if waited <= patience + noise => Some(Verdict::inconclusive(format!(
            "it waited {waited:?} for {}: nearer to its patience of {patience:?} than can be measured",
            call.asked()
        ))),
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

/// What the harness itself may add to a measured time, on a busy machine.
const NOISE: Duration = Duration::from_millis(250);
const WAITS_TOO_LONG: &str = "waits-too-long";

#[cfg(test)]
mod tests {
    use doublure_journal::Event;
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
        let verdict = verdict(silent().wait_ms(30_251).kill());

        assert_eq!(verdict.reason().unwrap().as_str(), WAITS_TOO_LONG);
    }

    #[test]
    fn a_connection_that_breaks_when_the_client_is_ended_was_not_given_up() {
        let verdict = verdict(silent().wait_ms(30_251).kill().hang_up(2));

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
    fn a_client_that_gives_up_a_moment_too_late_cannot_be_told_from_noise() {
        let verdict = verdict(silent().wait_ms(30_250).exit(1));

        assert_eq!(verdict.outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn what_a_pause_of_the_harness_kept_it_from_noticing_is_no_waiting() {
        let pause = |lasted_ms| Event::Stalled {
            lasted: Duration::from_millis(lasted_ms),
        };
        let at_its_end = silent().wait_ms(33_000).event(pause(3_100)).exit(1);
        let long_before = silent()
            .wait_ms(20_000)
            .event(pause(3_100))
            .wait_ms(13_000)
            .exit(1);

        assert_eq!(verdict(at_its_end).outcome(), Outcome::Inconclusive);
        assert_eq!(verdict(long_before).outcome(), Outcome::Fail);
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
