//! Is what is told of a provider true?

use std::time::Duration;

use doublure_fixtures::Contract;
use doublure_journal::{Event, Hop};
use doublure_rules::{Capability, Exchange, History, Proof, Rule, Verdict};
use serde_json::Value;

use super::{COMMON, CURRENT, ONE};
use crate::judging::each;

/// Status services say what is.
pub static TELLS_THE_TRUTH: Rule = Rule {
    id: "gw.status.tells-the-truth",
    sentence: "A provider that fails is told as failing, one that is well as well.",
    source: "002:215, facts 104, 111",
    needs: &[Capability::StatusServices, Capability::Providers],
    reasons: &[TOLD_AS_WELL, TOLD_AS_FAILING],
    judge,
    ..COMMON
};

/// What is told of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Well,
    Failing,
}

fn judge(history: &History) -> Verdict {
    let probes = history.sent(Hop::Client);
    let calls = history.got(Hop::Provider);
    each(
        probes.iter().flat_map(|probe| {
            told(probe)
                .into_iter()
                .filter_map(|(provider, told)| judge_one(history, probe, &calls, (&provider, told)))
        }),
        "nothing was told of a provider that was asked",
    )
}

/// What is said of one thing that is told; none: the provider was not asked, or it wavers.
fn judge_one(
    history: &History,
    probe: &Exchange<'_>,
    calls: &[Exchange<'_>],
    (provider, told): (&str, Told),
) -> Option<Verdict> {
    let its: Vec<&Exchange<'_>> = calls
        .iter()
        .filter(|call| call.request.provider.as_deref() == Some(provider))
        .collect();
    let failing = its.iter().filter(|call| fails(call)).count();
    let well = its.iter().filter(|call| is_well(history, call)).count();
    let proof = its
        .iter()
        .map(|call| call.proof())
        .fold(probe.proof(), Proof::and);
    let says = |reason, is: &str| {
        let expected = format!("{provider}, which {is}, is told so by {}", probe.asked());
        Verdict::fail(
            reason,
            expected,
            format!("told as {told:?}").to_lowercase(),
            proof.clone(),
        )
    };
    match told {
        _ if its.is_empty() => None,
        Told::Well if failing == its.len() => Some(says(TOLD_AS_WELL, "fails")),
        Told::Failing if well == its.len() && !is_out_of_reach(history) => {
            Some(says(TOLD_AS_FAILING, "is well"))
        }
        Told::Failing if failing == 0 => Some(Verdict::inconclusive(format!(
            "{provider} may have answered too late, or not have been reached, when {} was answered",
            probe.asked()
        ))),
        Told::Well if failing == 0 => Some(Verdict::pass(proof)),
        Told::Failing if failing == its.len() => Some(Verdict::pass(proof)),
        Told::Well | Told::Failing => None,
    }
}

/// Each provider that an answer tells of, and what it tells.
fn told(probe: &Exchange<'_>) -> Vec<(String, Told)> {
    let path = probe.request.target.split('?').next().unwrap_or_default();
    let body = probe.json();
    if path == CURRENT {
        let results = body["results"].as_array().map_or(&[][..], Vec::as_slice);
        return results.iter().filter_map(of_result).collect();
    }
    let ping = path.strip_prefix(ONE).and_then(pinged);
    let told = match body["status"].as_str() {
        Some("ok") => Some(Told::Well),
        Some("bad_gateway") => Some(Told::Failing),
        _ => None,
    };
    ping.zip(told).into_iter().collect()
}

fn of_result(result: &Value) -> Option<(String, Told)> {
    let provider = result["provider"].as_str()?.to_owned();
    let told = match result["code"].as_u64()? {
        200..500 => Told::Well,
        _ => Told::Failing,
    };
    Some((provider, told))
}

/// The provider that a ping is about.
fn pinged(id: &str) -> Option<String> {
    let contract = Contract::built_in();
    let ping = contract.pings().iter().find(|ping| ping.id == id)?;
    let operation = contract.operation(ping.operations.first()?)?;
    operation.providers.first().cloned()
}

/// No whole answer is a failure too.
fn fails(call: &Exchange<'_>) -> bool {
    call.status().is_none_or(|status| status >= 500)
}

/// A good answer at once: who waits for no longer than that has heard it.
fn is_well(history: &History, call: &Exchange<'_>) -> bool {
    let Some(ended) = call.ended_at() else {
        return false;
    };
    let took = ended.since(call.began_at()) + history.blur(call.began_at(), ended);
    took <= AT_ONCE && call.status().is_some_and(|status| status < 400)
}

/// Whether some provider could not be reached at times: it knows nothing of who tried.
fn is_out_of_reach(history: &History) -> bool {
    let mut events = history.entries.iter().map(|entry| &entry.event);
    events.any(|event| matches!(event, Event::FaultFired { exchange: None, .. }))
}

/// Nobody who asks how a service is waits for less.
const AT_ONCE: Duration = Duration::from_secs(1);
const TOLD_AS_WELL: &str = "told-as-well";
const TOLD_AS_FAILING: &str = "told-as-failing";

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    const WELL: &str = r#"{"status":"ok"}"#;
    const FAILING: &str = r#"{"status":"bad_gateway"}"#;

    /// INSEE answers so, then its ping.
    fn pinged(says: &[u16], body: &str) -> String {
        let told = HistoryBuilder::gateway().ask("ping", "ping", "insee/sirene");
        let told = says.iter().enumerate().fold(told, |told, (nth, status)| {
            let name = format!("call-{nth}");
            told.provider_call(&name, "insee", "siege", "130025265")
                .reply(&name, *status, "{}")
        });
        said(told.answer("ping", 200, body))
    }

    fn said(told: HistoryBuilder) -> String {
        let verdict = judge(&told.end());
        let reason = verdict.reason().map(ToString::to_string);
        reason.unwrap_or_else(|| verdict.outcome().to_string())
    }

    #[test]
    fn a_ping_says_how_its_provider_is() {
        assert_eq!(pinged(&[200], WELL), Outcome::Pass.to_string());
        assert_eq!(pinged(&[503], FAILING), Outcome::Pass.to_string());
        assert_eq!(pinged(&[404], WELL), Outcome::Pass.to_string());
    }

    #[test]
    fn a_lie_fails_for_what_it_hides() {
        assert_eq!(pinged(&[503], WELL), TOLD_AS_WELL);
        assert_eq!(pinged(&[200], FAILING), TOLD_AS_FAILING);
    }

    #[test]
    fn who_was_not_asked_or_wavers_or_is_not_spoken_of_does_not_tell() {
        let unknown = r#"{"status":"unknown"}"#;
        let unclear = Outcome::Inconclusive.to_string();

        assert_eq!(pinged(&[], WELL), unclear);
        assert_eq!(pinged(&[200, 503], WELL), unclear);
        assert_eq!(pinged(&[503], unknown), unclear);
    }

    #[test]
    fn the_state_of_all_is_judged_provider_by_provider() {
        let told = |insee: u16| {
            let body = format!(
                r#"{{"results":[{{"provider":"insee","code":{insee}}},{{"provider":"dgfip","code":200}}]}}"#
            );
            let told = HistoryBuilder::gateway()
                .ask("all", "watchdoge/dashboard", "current_status")
                .provider_call("call", "insee", "siege", "130025265")
                .reply("call", 503, "{}");
            said(told.answer("all", 200, &body))
        };

        assert_eq!(told(502), Outcome::Pass.to_string());
        assert_eq!(told(200), TOLD_AS_WELL);
    }
}
