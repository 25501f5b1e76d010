//! How exactly the deadline is kept.

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{
    judging::{Waited, deadline, each, edges, keeps_waiting, relayed, sole},
    trials::names,
};

/// The 504 does not keep its caller waiting.
pub static NOT_MUCH_AFTER_DEADLINE: Rule = Rule {
    id: "gw.timeout.not-much-after-deadline",
    role: Role::Gateway,
    theme: "timeout",
    level: Level::Must,
    sentence: "The 504 comes by 1.1 of the deadline after the provider got the call.",
    source: "002:106",
    needs: &[Capability::Providers],
    trial: names::LATE_PROVIDERS,
    reasons: &[AFTER_THE_DEADLINE],
    judge: not_much_after,
};

/// A byte now and then is no answer.
pub static SLOW_DRIP_IS_BOUNDED: Rule = Rule {
    id: "gw.timeout.slow-drip-is-bounded",
    role: Role::Gateway,
    theme: "timeout",
    level: Level::Should,
    sentence: "A provider that sends a byte now and then is cut at the deadline in total.",
    source: "002:106",
    needs: &[Capability::Providers],
    trial: names::DRIPPING_PROVIDER,
    reasons: &[NOT_BOUNDED, NOT_504],
    judge: drip,
};

fn not_much_after(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs.iter().filter_map(|(probe, calls)| {
            let late = Late::of(history, probe, sole(history, probe, calls)?)?;
            Some(late.judge(11, AFTER_THE_DEADLINE))
        }),
        "no provider was silent until the deadline",
    )
}

fn drip(history: &History) -> Verdict {
    let pairs = relayed(history);
    each(
        pairs.iter().filter_map(|(probe, calls)| {
            let late = Late::of(history, probe, sole(history, probe, calls)?)?;
            let bounded = late.judge(15, NOT_BOUNDED);
            let is_504 = late.probe.status() == Some(504);
            Some(match bounded {
                Verdict::Pass { proof } if !is_504 => {
                    Verdict::fail(NOT_504, "504", late.probe.summary(), proof)
                }
                other => other,
            })
        }),
        "no provider dripped until the deadline",
    )
}

/// A probe whose provider had not answered in full by the deadline.
struct Late<'a> {
    probe: &'a Exchange<'a>,
    call: &'a Exchange<'a>,
    limit: std::time::Duration,
    waited: Waited,
}

impl<'a> Late<'a> {
    fn of(history: &History, probe: &'a Exchange<'a>, call: &'a Exchange<'a>) -> Option<Self> {
        let limit = deadline(history, probe)?;
        let due = call.began_at() + limit;
        let answered = call.ended_at().is_some_and(|ended| ended <= due);
        let seen_until = history.end().ok()?.at;
        // What ended before the deadline is no lateness; whether it ended too soon is another rule's.
        let ended = probe.ended_at().unwrap_or(seen_until);
        (!answered && keeps_waiting(history, call) && seen_until >= due && ended >= due).then(
            || Self {
                probe,
                call,
                limit,
                waited: Waited::until(history, probe, call, ended),
            },
        )
    }

    /// Whether the gateway was done within so many tenths of the deadline.
    fn judge(&self, tenths: u32, reason: &'static str) -> Verdict {
        let bound = self.limit * tenths / 10;
        let proof = edges(self.probe, &[*self.call]);
        let Waited { least, most } = self.waited;
        if least > bound {
            let expected = format!("{} is done within {bound:?}", self.probe.asked());
            let actual = format!("{} after {least:?}", self.probe.summary());
            return Verdict::fail(reason, expected, actual, proof);
        }
        if most > bound || self.probe.status().is_none() {
            return Verdict::inconclusive(format!(
                "{} was done within {least:?} to {most:?}, which does not tell whether within {bound:?}",
                self.probe.asked()
            ));
        }
        Verdict::pass(proof)
    }
}

const AFTER_THE_DEADLINE: &str = "after-the-deadline";
const NOT_BOUNDED: &str = "not-bounded";
const NOT_504: &str = "not-504";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use doublure_journal::{Event, Failure};
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const LATE: &str = r#"{"errors":[{"code":"01002"}]}"#;

    fn asked() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("call", "insee", "unite-legale", "111")
    }

    fn answered_after(millis: u64) -> HistoryBuilder {
        asked().wait_ms(millis).answer("probe", 504, LATE)
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn a_504_by_eleven_tenths_of_the_deadline_passes_and_a_later_one_fails() {
        let at = |millis| not_much_after(&answered_after(millis).end());

        assert_eq!(at(11_000).outcome(), Outcome::Pass);
        assert_eq!(reason(&at(11_001)), AFTER_THE_DEADLINE);
    }

    #[test]
    fn time_that_the_way_to_the_provider_took_is_nobody_s() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .wait_ms(900)
            .provider_call("call", "insee", "unite-legale", "111")
            .wait_ms(10_500)
            .answer("probe", 504, LATE)
            .end();

        assert_eq!(not_much_after(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn time_in_which_the_harness_stood_still_is_nobody_s_either() {
        let told = asked().wait_ms(11_500).event(Event::Stalled {
            lasted: Duration::from_secs(1),
        });
        let history = told.answer("probe", 504, LATE).end();

        assert_eq!(not_much_after(&history).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn an_answer_that_has_not_come_by_then_is_late_too() {
        let history = asked().wait_ms(30_000).fail("probe", Failure::GaveUp).end();

        assert_eq!(reason(&not_much_after(&history)), AFTER_THE_DEADLINE);
    }

    #[test]
    fn a_probe_that_ended_before_the_deadline_does_not_tell() {
        assert_eq!(
            not_much_after(&answered_after(8_000).wait_ms(9_000).end()).outcome(),
            Outcome::Inconclusive
        );
    }

    #[test]
    fn a_drip_that_is_cut_at_the_deadline_passes() {
        assert_eq!(drip(&answered_after(10_000).end()).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_drip_that_goes_on_is_not_bounded() {
        assert_eq!(reason(&drip(&answered_after(20_000).end())), NOT_BOUNDED);
    }

    #[test]
    fn a_drip_that_is_called_something_else_than_late_fails() {
        let history = asked().wait_ms(10_000).answer("probe", 502, "{}").end();

        assert_eq!(reason(&drip(&history)), NOT_504);
    }
}
