//! What a client does when an error says when to come back.

use std::time::Duration;

use doublure_rules::{Exchange, History, Level, Role, Rule, Verdict};

use super::{controls::controlled, names, runs::ClientRun};
use crate::judging::each;

/// `meta.retry_in` says how long to wait.
pub static WAITS_RETRY_IN: Rule = Rule {
    id: "cl.retry.waits-retry-in",
    role: Role::Client,
    theme: "retry",
    level: Level::Must,
    sentence: "After an error with meta.retry_in it does not ask the same again before that time is over.",
    source: "002:160",
    needs: &[],
    trial: names::COME_BACK_LATER,
    reasons: &[ASKED_TOO_SOON],
    judge,
};

fn judge(history: &History) -> Verdict {
    controlled(history, judge_run)
}

fn judge_run(run: &ClientRun<'_>) -> Verdict {
    let put_off = run
        .calls
        .iter()
        .filter_map(|call| Some((call, wait(call)?)));
    each(
        put_off.map(|(call, wait)| judge_refusal(run, call, wait)),
        "the client met no error that says when to come back",
    )
}

/// What is said of the same question asked again. The wait is counted from when the first was got:
/// the answer cannot have been known before.
fn judge_refusal(run: &ClientRun<'_>, put_off: &Exchange<'_>, wait: Duration) -> Verdict {
    let proof = run.edges().and(put_off.proof());
    let mut later = run
        .calls_after(put_off)
        .filter(|call| asks_the_same(call, put_off));
    let Some(next) = later.next() else {
        return Verdict::pass(proof);
    };
    let proof = proof.and(next.proof());
    if next.began_at() >= put_off.began_at() + wait {
        return Verdict::pass(proof);
    }
    let waited = next.began_at().since(put_off.began_at());
    Verdict::fail(
        ASKED_TOO_SOON,
        format!("the same is not asked again for {wait:?}"),
        format!("{} again after {waited:?}", next.asked()),
        proof,
    )
}

/// The longest time that the errors of an answer ask for.
fn wait(call: &Exchange<'_>) -> Option<Duration> {
    let body = call.json();
    let errors = body["errors"].as_array()?.iter();
    let seconds = errors.filter_map(|error| error["meta"]["retry_in"].as_u64());
    seconds.max().map(Duration::from_secs)
}

fn asks_the_same(one: &Exchange<'_>, other: &Exchange<'_>) -> bool {
    one.request.operation == other.request.operation && one.request.entity == other.request.entity
}

const ASKED_TOO_SOON: &str = "asked-too-soon";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::{super::runs::testing::Tells, *};

    const TWO_SECONDS: &str = r#"{"errors":[{"code":"01011","meta":{"retry_in":2}}]}"#;
    const TWO_DAYS: &str = r#"{"errors":[{"code":"04501","meta":{"retry_in":172800}}]}"#;

    fn put_off(body: &str) -> HistoryBuilder {
        HistoryBuilder::client()
            .well("before")
            .spawn()
            .got("put-off", "op", "111")
            .wait_ms(4)
            .reply("put-off", 502, body)
    }

    fn verdict(told: HistoryBuilder) -> Verdict {
        judge(&told.well("after").end())
    }

    #[test]
    fn the_same_question_after_the_wait_passes() {
        let told = put_off(TWO_SECONDS)
            .wait_ms(2_000)
            .got("again", "op", "111");

        assert_eq!(verdict(told.exit(0)).outcome(), Outcome::Pass);
    }

    #[test]
    fn the_same_question_a_moment_too_early_fails() {
        let told = put_off(TWO_SECONDS)
            .wait_ms(1_995)
            .got("again", "op", "111");

        assert_eq!(
            verdict(told.exit(0)).reason().unwrap().as_str(),
            ASKED_TOO_SOON
        );
    }

    #[test]
    fn two_days_are_longer_than_any_run() {
        let again = put_off(TWO_DAYS).wait_ms(60_000).got("again", "op", "111");
        let waits = put_off(TWO_DAYS).wait_ms(60_000).kill();

        assert_eq!(
            verdict(again.exit(0)).reason().unwrap().as_str(),
            ASKED_TOO_SOON
        );
        assert_eq!(verdict(waits).outcome(), Outcome::Pass);
    }

    #[test]
    fn every_run_must_have_been_put_off_once() {
        let told = put_off(TWO_SECONDS).exit(1).well("not-put-off");

        assert_eq!(verdict(told).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn another_question_may_be_asked_at_once() {
        let told = put_off(TWO_DAYS).got("other", "op", "222").exit(1);

        assert_eq!(verdict(told).outcome(), Outcome::Pass);
    }

    #[test]
    fn an_error_that_does_not_say_when_puts_nothing_off() {
        let told = put_off(r#"{"errors":[{"code":"01000","meta":{}}]}"#).exit(1);

        assert_eq!(verdict(told).outcome(), Outcome::Inconclusive);
    }
}
