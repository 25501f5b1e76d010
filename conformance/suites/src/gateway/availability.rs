//! How often a gateway is there.

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};

use crate::trials::names;

/// The rate that is promised.
pub static DECLARED: Rule = Rule {
    id: "gw.availability.declared",
    role: Role::Gateway,
    theme: "availability",
    level: Level::Must,
    sentence: "Over a long run with healthy providers at least 99.5 % of well-formed calls are answered \
               without a 5xx.",
    source: "000:153",
    needs: &[Capability::LongRun, Capability::Providers],
    trial: names::LONG_RUN,
    reasons: &[FAILS_TOO_OFTEN],
    judge,
};

fn judge(history: &History) -> Verdict {
    let end = match history.end() {
        Ok(end) => Proof::of(end),
        Err(verdict) => return verdict,
    };
    let calls = history.got(Hop::Provider);
    if let Some(ill) = calls.iter().find(|call| failed(call)) {
        return Verdict::inconclusive(format!(
            "the provider itself failed at {}: {}",
            ill.asked(),
            ill.summary()
        ));
    }
    let probes = history.sent(Hop::Client);
    let (failed, served): (Vec<_>, Vec<_>) = probes
        .iter()
        .filter(|probe| tells(probe))
        .partition(|probe| failed(probe));
    judge_rate(&served, &failed, end)
}

fn judge_rate(served: &[&Exchange<'_>], failed: &[&Exchange<'_>], end: Proof) -> Verdict {
    let count = served.len() + failed.len();
    if count < ENOUGH {
        return Verdict::inconclusive(format!(
            "only {count} calls were served or failed: a rate needs {ENOUGH}"
        ));
    }
    let shown = [served.first(), served.last()].into_iter().flatten();
    let proof = shown
        .chain(failed.iter().take(SHOWN))
        .map(|probe| probe.proof())
        .fold(end, Proof::and);
    let Some(first) = failed
        .first()
        .filter(|_| failed.len() * 1_000 > count * MAY_FAIL)
    else {
        return Verdict::pass(proof);
    };
    let expected = format!("at least 99.5 % of {count} calls are answered without a 5xx");
    let actual = format!("{} failed, the first: {}", failed.len(), first.summary());
    Verdict::fail(FAILS_TOO_OFTEN, expected, actual, proof)
}

/// A refusal is the caller's doing, and says nothing of how often the gateway is there.
fn tells(probe: &Exchange<'_>) -> bool {
    !probe
        .status()
        .is_some_and(|status| (300..500).contains(&status))
}

/// No whole answer is a failure too.
fn failed(exchange: &Exchange<'_>) -> bool {
    exchange.status().is_none_or(|status| status >= 500)
}

/// Fewer calls tell no rate.
const ENOUGH: usize = 1_000;
/// Of a thousand (000:153).
const MAY_FAIL: usize = 5;
/// Failures that stand in a proof: all are alike.
const SHOWN: usize = 20;
const FAILS_TOO_OFTEN: &str = "fails-too-often";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// So many calls with these statuses, one status after another.
    fn run(statuses: &[(usize, u16)]) -> HistoryBuilder {
        let statuses = statuses
            .iter()
            .flat_map(|(count, status)| std::iter::repeat_n(*status, *count));
        statuses
            .enumerate()
            .fold(HistoryBuilder::gateway(), |told, (number, status)| {
                let name = number.to_string();
                told.ask(&name, "op", &name).answer(&name, status, "{}")
            })
    }

    fn said(told: HistoryBuilder) -> String {
        let verdict = judge(&told.end());
        let reason = verdict.reason().map(ToString::to_string);
        reason.unwrap_or_else(|| verdict.outcome().to_string())
    }

    #[test]
    fn five_failures_of_a_thousand_pass_and_six_do_not() {
        assert_eq!(
            said(run(&[(995, 200), (5, 503)])),
            Outcome::Pass.to_string()
        );
        assert_eq!(said(run(&[(994, 200), (6, 503)])), FAILS_TOO_OFTEN);
        assert_eq!(
            said(run(&[(1_193, 200), (6, 500)])),
            FAILS_TOO_OFTEN.to_owned()
        );
        assert_eq!(
            said(run(&[(1_200, 200), (6, 500)])),
            Outcome::Pass.to_string()
        );
    }

    #[test]
    fn fewer_than_a_thousand_calls_tell_no_rate_however_they_end() {
        for statuses in [[(999, 200)], [(999, 503)]] {
            assert_eq!(said(run(&statuses)), Outcome::Inconclusive.to_string());
        }
    }

    #[test]
    fn a_refusal_counts_neither_way() {
        let enough = run(&[(1_000, 200), (500, 429)]);
        let too_few = run(&[(999, 200), (500, 429)]);

        assert_eq!(said(enough), Outcome::Pass.to_string());
        assert_eq!(said(too_few), Outcome::Inconclusive.to_string());
    }

    #[test]
    fn silence_is_a_failure() {
        let told = (0..6).fold(run(&[(1_000, 200)]), |told, number| {
            let name = format!("silent-{number}");
            told.ask(&name, "op", &name).fail(&name, Failure::GaveUp)
        });

        assert_eq!(said(told), FAILS_TOO_OFTEN);
    }

    #[test]
    fn a_provider_that_fails_is_not_the_gateway_s_fault() {
        let told = run(&[(990, 200), (10, 502)])
            .provider_call("ill", "insee", "unite-legale", "1")
            .reply("ill", 500, "");

        assert_eq!(said(told), Outcome::Inconclusive.to_string());
    }

    #[test]
    fn a_long_run_is_proved_by_few_of_its_calls() {
        let history = run(&[(1_000, 200)]).end();

        assert_eq!(judge(&history).proof().unwrap().indices().count(), 5);
    }
}
