//! Whether a client works at all.

use std::time::Duration;

use doublure_rules::{Exchange, History, Level, Role, Rule, Verdict};

use super::{
    names,
    runs::{ClientRun, Said, runs},
};
use crate::judging::each;

/// The positive control of all other rules.
pub static PLAIN_CALL: Rule = Rule {
    id: "cl.works.plain-call",
    role: Role::Client,
    theme: "works",
    level: Level::Must,
    sentence: "On a healthy gateway the call succeeds.",
    source: "house",
    needs: &[],
    trial: names::PLAIN_CALL,
    reasons: &[NO_CALL, DID_NOT_END, NOT_ANSWERED_200, SAYS_IT_FAILED],
    judge,
};

fn judge(history: &History) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    each(
        runs(history).iter().map(|run| judge_run(history, run)),
        "the client was not run",
    )
}

/// What is said of a run on a healthy gateway; a failure tells nothing where the gateway was paused for so long that a
/// client may have given up on it.
pub(super) fn judge_run(history: &History, run: &ClientRun<'_>) -> Verdict {
    let verdict = judge_quiet(run);
    let until = run.seen_until().unwrap_or(run.spawned.at);
    let paused = history.blur(run.spawned.at, until);
    match verdict {
        Verdict::Fail { actual, .. } if paused >= SHORT_PATIENCE => Verdict::inconclusive(format!(
            "{actual}, but the machine paused the gateway for {paused:?} meanwhile"
        )),
        verdict => verdict,
    }
}

fn judge_quiet(run: &ClientRun<'_>) -> Verdict {
    let Some(last) = run.calls.last() else {
        let expected = "a call to DOUBLURE_BASE_URL";
        return Verdict::fail(NO_CALL, expected, "the gateway got no call", run.edges());
    };
    let served = run.calls.iter().find(|call| call.status() == Some(200));
    let proof = run.edges().and(served.unwrap_or(last).proof());
    if served.is_none() {
        let expected = "a call that is answered 200";
        return Verdict::fail(NOT_ANSWERED_200, expected, refused(last), proof);
    }
    if run.code().is_none() {
        let actual = if run.was_killed() {
            "it had to be ended by the harness"
        } else {
            "a signal ended it"
        };
        return Verdict::fail(DID_NOT_END, "the client ends by itself", actual, proof);
    }
    match (run.said(), run.code()) {
        (Some((_, Said::Ok)), _) | (None, Some(0)) => Verdict::pass(proof),
        (Some((_, said)), _) => {
            let actual = format!("outcome {said:?}").to_lowercase();
            Verdict::fail(SAYS_IT_FAILED, "outcome ok", actual, proof)
        }
        (None, code) => {
            let actual = format!("exit code {}", code.unwrap_or_default());
            Verdict::fail(SAYS_IT_FAILED, "exit code 0", actual, proof)
        }
    }
}

fn refused(call: &Exchange<'_>) -> String {
    format!("{} was answered {}", call.asked(), call.summary())
}

/// A client that gives up sooner than that would fail in the field, too.
const SHORT_PATIENCE: Duration = Duration::from_secs(1);
const NO_CALL: &str = "no-call";
const DID_NOT_END: &str = "did-not-end";
const NOT_ANSWERED_200: &str = "not-answered-200";
const SAYS_IT_FAILED: &str = "says-it-failed";

#[cfg(test)]
mod tests {
    use doublure_journal::Event;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::{super::runs::testing::Tells, *};

    fn called() -> HistoryBuilder {
        HistoryBuilder::client()
            .spawn()
            .got("call", "op", "111")
            .reply("call", 200, "{}")
    }

    fn reason(history: &History) -> String {
        judge(history).reason().unwrap().to_string()
    }

    #[test]
    fn a_call_that_is_served_and_ends_with_code_0_passes() {
        assert_eq!(judge(&called().exit(0).end()).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_client_that_gave_up_on_a_paused_gateway_does_not_tell() {
        let after_a_pause = |lasted_ms| {
            let lasted = Duration::from_millis(lasted_ms);
            judge(&called().event(Event::Stalled { lasted }).exit(1).end())
        };

        assert_eq!(after_a_pause(1_000).outcome(), Outcome::Inconclusive);
        assert_eq!(after_a_pause(999).outcome(), Outcome::Fail);
    }

    #[test]
    fn what_a_client_says_of_its_work_outweighs_its_exit_code() {
        let well = called().say(r#"{"outcome":"ok"}"#).exit(3).end();
        let badly = called().say(r#"{"outcome":"degraded"}"#).exit(0).end();

        assert_eq!(judge(&well).outcome(), Outcome::Pass);
        assert_eq!(reason(&badly), SAYS_IT_FAILED);
    }

    #[test]
    fn a_client_that_never_calls_fails() {
        let history = HistoryBuilder::client().spawn().exit(0).end();

        assert_eq!(reason(&history), NO_CALL);
    }

    #[test]
    fn a_call_that_is_refused_fails_whatever_the_client_makes_of_it() {
        let history = HistoryBuilder::client()
            .spawn()
            .got("call", "op", "111")
            .reply("call", 401, "{}")
            .exit(0)
            .end();

        assert_eq!(reason(&history), NOT_ANSWERED_200);
    }

    #[test]
    fn a_client_that_is_served_in_the_end_passes() {
        let history = HistoryBuilder::client()
            .spawn()
            .got("first", "op", "111")
            .reply("first", 409, "{}")
            .got("second", "op", "111")
            .reply("second", 200, "{}")
            .exit(0)
            .end();

        assert_eq!(judge(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_client_that_does_not_end_fails() {
        assert_eq!(reason(&called().kill().end()), DID_NOT_END);
    }

    #[test]
    fn a_client_that_is_served_and_ends_with_another_code_fails() {
        assert_eq!(reason(&called().exit(7).end()), SAYS_IT_FAILED);
    }

    #[test]
    fn a_trial_without_a_run_or_without_an_end_does_not_tell() {
        let mut endless = called().exit(0).end();
        endless.entries.pop();

        assert_eq!(
            judge(&HistoryBuilder::client().end()).outcome(),
            Outcome::Inconclusive
        );
        assert_eq!(judge(&endless).outcome(), Outcome::Inconclusive);
    }
}
