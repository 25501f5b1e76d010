//! What a client does when its quota is spent.

use std::time::Duration;

use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use super::{controls::controlled, names, runs::ClientRun};
use crate::judging::operation;

/// A 429 says how long to wait.
pub static WAITS_RETRY_AFTER: Rule = Rule {
    id: "cl.quota.waits-retry-after",
    role: Role::Client,
    theme: "quota",
    level: Level::Must,
    sentence: "After a 429 it makes no call with that token before Retry-After is over.",
    source: "002:72",
    needs: &[Capability::Quota],
    trial: names::SPENT_QUOTA,
    reasons: &[CALLED_TOO_SOON],
    judge,
};

fn judge(history: &History) -> Verdict {
    controlled(history, |run| judge_run(history, run))
}

fn judge_run(history: &History, run: &ClientRun<'_>) -> Verdict {
    if run.calls.is_empty() {
        return Verdict::inconclusive("the client made no call");
    }
    let refused = run
        .calls
        .iter()
        .filter_map(|call| Some((call, wait(call)?)));
    let parts: Vec<Verdict> = refused
        .map(|(call, wait)| judge_refusal(history, run, call, wait))
        .collect();
    if parts.is_empty() {
        return Verdict::not_applicable(format!(
            "the client made {} calls (DOUBLURE_CALLS asks for more than the quota allows) and met no 429",
            run.calls.len()
        ));
    }
    Verdict::all(parts)
}

/// What is said of the calls that followed a 429.
///
/// The wait is counted from when the refused call was got: the gateway worked Retry-After out after
/// that, and the client heard of it later still. Calls that were on their way by then are not counted.
fn judge_refusal(
    history: &History,
    run: &ClientRun<'_>,
    refused: &Exchange<'_>,
    wait: Duration,
) -> Verdict {
    let free_again = refused.began_at() + wait;
    let proof = run.edges().and(refused.proof());
    let mut later = run
        .calls_after(refused)
        .filter(|call| counts_with(history, call, refused));
    let Some(next) = later.next() else {
        return Verdict::pass(proof);
    };
    let proof = proof.and(next.proof());
    if next.began_at() >= free_again {
        return Verdict::pass(proof);
    }
    let waited = next.began_at().since(refused.began_at());
    Verdict::fail(
        CALLED_TOO_SOON,
        format!("no call for {wait:?} after the 429"),
        format!("{} after {waited:?}", next.asked()),
        proof,
    )
}

/// What a 429 says about when to come back.
fn wait(call: &Exchange<'_>) -> Option<Duration> {
    if call.status() != Some(429) {
        return None;
    }
    let seconds = call.header("Retry-After")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Whether two calls are counted together: same token, same quota group.
fn counts_with(history: &History, one: &Exchange<'_>, other: &Exchange<'_>) -> bool {
    let group = |call| {
        let id = operation(call)?;
        history.profile.gateway.quota(id).map(|(group, _)| group)
    };
    one.request.token == other.request.token && group(one) == group(other)
}

const CALLED_TOO_SOON: &str = "called-too-soon";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::{super::runs::testing::Tells, *};

    /// Refused 2 ms after it was got, for three seconds.
    fn refused() -> HistoryBuilder {
        HistoryBuilder::client()
            .well("before")
            .spawn()
            .got("served", "op", "111")
            .reply("served", 200, "{}")
            .got("refused", "op", "111")
            .wait_ms(2)
            .reply_with("refused", 429, &[("retry-after", "3")], "{}")
    }

    fn verdict(told: HistoryBuilder) -> Verdict {
        judge(&told.well("after").end())
    }

    #[test]
    fn a_call_after_the_wait_passes() {
        let told = refused().wait_ms(3_000).got("again", "op", "111");

        assert_eq!(verdict(told.exit(0)).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_call_a_moment_too_early_fails() {
        let told = refused().wait_ms(2_997).got("again", "op", "111");

        assert_eq!(
            verdict(told.exit(0)).reason().unwrap().as_str(),
            CALLED_TOO_SOON
        );
    }

    #[test]
    fn a_client_that_stops_at_the_429_passes() {
        assert_eq!(verdict(refused().exit(1)).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_second_429_is_waited_for_as_well() {
        let told = refused()
            .wait_ms(3_000)
            .got("second", "op", "111")
            .reply_with("second", 429, &[("retry-after", "5")], "{}")
            .wait_ms(3_000)
            .got("third", "op", "111");

        assert_eq!(
            verdict(told.exit(0)).reason().unwrap().as_str(),
            CALLED_TOO_SOON
        );
    }

    #[test]
    fn a_call_that_was_on_its_way_is_not_counted() {
        let told = HistoryBuilder::client()
            .well("before")
            .spawn()
            .got("refused", "op", "111")
            .got("beside", "op", "222")
            .reply_with("refused", 429, &[("retry-after", "3")], "{}")
            .reply_with("beside", 429, &[("retry-after", "3")], "{}")
            .exit(1);

        assert_eq!(verdict(told).outcome(), Outcome::Pass);
    }

    #[test]
    fn another_token_has_a_quota_of_its_own() {
        let told = refused()
            .with_token("second")
            .got("other", "op", "111")
            .exit(0);

        assert_eq!(
            verdict(told.with_token("standard")).outcome(),
            Outcome::Pass
        );
    }

    #[test]
    fn a_client_that_met_no_429_was_not_put_to_the_test() {
        let told = HistoryBuilder::client().well("before").well("calm");

        assert_eq!(verdict(told).outcome(), Outcome::NotApplicable);
    }

    #[test]
    fn a_client_that_made_no_call_does_not_tell() {
        let told = HistoryBuilder::client().well("before").spawn().exit(0);

        assert_eq!(verdict(told).outcome(), Outcome::Inconclusive);
    }
}
