//! How fast a provider answers.

use std::time::Duration;

use doublure_journal::{Failure, Hop};
use doublure_rules::{Exchange, History, Level, Role, Rule, Verdict};

use super::names;
use crate::judging::each;

/// The gateway waits no longer than that.
pub static WITHIN_DEADLINE: Rule = Rule {
    id: "pr.latency.within-deadline",
    role: Role::Provider,
    theme: "latency",
    level: Level::Must,
    sentence: "Every answer comes whole before the gateway's deadline.",
    source: "002:106",
    needs: &[],
    trial: names::THREE_QUESTIONS,
    reasons: &[TOO_LATE],
    judge,
};

/// What the harness itself may add to a measured time, on a busy machine.
pub(super) const NOISE: Duration = Duration::from_millis(250);

fn judge(history: &History) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    let deadline = history.profile.provider.deadline();
    let asked = history.sent(Hop::Client);
    each(
        asked.iter().map(|call| judge_call(history, call, deadline)),
        "it was not asked",
    )
}

fn judge_call(history: &History, call: &Exchange<'_>, deadline: Duration) -> Verdict {
    let Some(ended) = call.ended_at() else {
        return Verdict::inconclusive("the end of an exchange was not seen");
    };
    let took = ended.since(call.began_at());
    let noise = NOISE + history.blur(call.began_at(), ended);
    let whole = call.response().is_some();
    match call.failure() {
        None if took <= deadline => Verdict::pass(call.proof()),
        None if took <= deadline + noise => Verdict::inconclusive(format!(
            "{} took {took:?}: nearer to the deadline of {deadline:?} than can be measured",
            call.asked()
        )),
        Some(failure) if failure != Failure::GaveUp && took <= deadline + noise => {
            Verdict::inconclusive(format!(
                "{} came to {}: there is no answer to be timed",
                call.asked(),
                call.summary()
            ))
        }
        _ => {
            let actual = if whole {
                format!("{} was answered after {took:?}", call.asked())
            } else {
                format!("{} was not answered whole within {took:?}", call.asked())
            };
            let expected = format!("a whole answer within {deadline:?}");
            Verdict::fail(TOO_LATE, expected, actual, call.proof())
        }
    }
}

const TOO_LATE: &str = "too-late";

#[cfg(test)]
mod tests {
    use doublure_journal::Event;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    fn asked() -> HistoryBuilder {
        HistoryBuilder::provider().ask("ask", "data", "111")
    }

    fn outcome(told: HistoryBuilder) -> Outcome {
        judge(&told.end()).outcome()
    }

    #[test]
    fn an_answer_by_the_deadline_passes() {
        assert_eq!(
            outcome(asked().wait_ms(10_000).answer("ask", 200, "{}")),
            Outcome::Pass
        );
    }

    #[test]
    fn an_answer_well_after_the_deadline_fails() {
        let late = asked().wait_ms(10_251).answer("ask", 200, "{}").end();

        assert_eq!(judge(&late).reason().unwrap().as_str(), TOO_LATE);
    }

    #[test]
    fn an_answer_that_the_harness_stopped_waiting_for_fails() {
        let silent = asked().wait_ms(10_250).fail("ask", Failure::GaveUp).end();

        assert_eq!(judge(&silent).reason().unwrap().as_str(), TOO_LATE);
    }

    #[test]
    fn an_answer_a_moment_after_the_deadline_cannot_be_told_from_noise() {
        let near = asked().wait_ms(10_100).answer("ask", 200, "{}");

        assert_eq!(outcome(near), Outcome::Inconclusive);
    }

    #[test]
    fn an_answer_that_a_pause_of_the_harness_may_have_kept_back_cannot_be_told_from_noise() {
        let pause = Event::Stalled {
            lasted: Duration::from_millis(2_000),
        };
        let kept_back = asked()
            .wait_ms(12_200)
            .event(pause)
            .answer("ask", 200, "{}");

        assert_eq!(outcome(kept_back), Outcome::Inconclusive);
    }

    #[test]
    fn a_connection_that_breaks_has_nothing_to_be_timed() {
        assert_eq!(
            outcome(asked().fail("ask", Failure::Refused)),
            Outcome::Inconclusive
        );
        assert_eq!(outcome(asked()), Outcome::Inconclusive);
        assert_eq!(outcome(HistoryBuilder::provider()), Outcome::Inconclusive);
    }
}
