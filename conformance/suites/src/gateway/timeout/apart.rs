//! What a slow provider does not lead to: more requests, and others that wait.

use std::time::Duration;

use doublure_journal::{Hop, Moment};
use doublure_rules::{Capability, Exchange, History, Level, Role, Rule, Verdict};

use crate::{
    judging::{deadline, each, edges, is_behind, keeps_waiting, operation, relayed, sole},
    trials::names,
};

/// No second request, above all not after a time-out.
///
/// A connection that is refused is no request: how often a gateway tries to connect is not looked at.
pub static AT_MOST_ONE_DATA_REQUEST: Rule = Rule {
    id: "gw.timeout.at-most-one-data-request",
    role: Role::Gateway,
    theme: "timeout",
    level: Level::Should,
    sentence: "One call causes at most one data request to each source, also after a time-out, a failure, an answer \
               that cannot be read and the end of the connection; log-ins, one renewal of credentials and one \
               redirect are not counted.",
    source: "house",
    needs: &[Capability::Providers],
    trial: names::LATE_PROVIDERS,
    reasons: &[ASKED_AGAIN],
    judge: requests,
};

/// One slow provider is not everybody's.
pub static SLOW_PROVIDER_HARMS_NO_OTHER: Rule = Rule {
    id: "gw.timeout.slow-provider-harms-no-other",
    role: Role::Gateway,
    theme: "timeout",
    level: Level::Must,
    sentence: "While one provider is silent, the others are answered at their usual speed.",
    source: "002:106",
    needs: &[Capability::Providers],
    trial: names::LATE_PROVIDERS,
    reasons: &[OTHERS_WAIT],
    judge: others,
};

fn requests(history: &History) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    let pairs = relayed(history);
    each(
        pairs
            .iter()
            .map(|(probe, calls)| judge_requests(probe, calls)),
        "no provider was asked about an entity",
    )
}

fn judge_requests(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Verdict {
    let proof = edges(probe, calls);
    let again = calls
        .iter()
        .map(|call| (call, data_requests(call, calls)))
        .find(|(_, times)| *times > 1);
    match again {
        None => Verdict::pass(proof),
        Some((call, times)) => {
            let expected = format!("{} asks each source once", probe.asked());
            let actual = format!("{} times {}", times, call.asked());
            Verdict::fail(ASKED_AGAIN, expected, actual, proof)
        }
    }
}

/// How often a source was asked the same as in one of its calls, but for what shows credentials once more and what
/// follows a redirect.
fn data_requests(call: &Exchange<'_>, calls: &[Exchange<'_>]) -> usize {
    let source = |call: &Exchange<'_>| (call.request.provider.clone(), call.request.call.clone());
    let same = calls.iter().filter(|other| source(other) == source(call));
    let statuses: Vec<Option<u16>> = same.map(Exchange::status).collect();
    // Behind the last one nothing came.
    let answered = &statuses[..statuses.len().saturating_sub(1)];
    let once = |is_such: fn(u16) -> bool| {
        let mut answered = answered.iter().flatten();
        usize::from(answered.any(|status| is_such(*status)))
    };
    statuses.len() - once(|status| status == 401) - once(|status| (300..400).contains(&status))
}

fn others(history: &History) -> Verdict {
    let Ok(end) = history.end() else {
        return Verdict::inconclusive("the trial was not seen to end");
    };
    let pairs = relayed(history);
    let silent = pairs
        .iter()
        .filter_map(|(probe, calls)| Some((probe, sole(history, probe, calls)?)))
        .filter(|(probe, call)| was_silent(history, probe, call, end.at));
    let probes = history.sent(Hop::Client);
    let own = |probe: &Exchange<'_>| {
        let mut calls = history.provider_calls(probe.request.entity.as_deref().unwrap_or_default());
        calls.retain(|call| is_behind(history, probe, call));
        calls
    };
    each(
        silent.flat_map(|(silenced, call)| {
            let silence = Silence {
                provider: call.request.provider.as_deref(),
                from: call.began_at(),
                until: silenced.ended_at().unwrap_or(end.at),
            };
            let others = probes
                .iter()
                .filter(|probe| silence.is_beside(history, probe));
            let judged: Vec<Verdict> = others
                .filter_map(|probe| silence.judge(history, silenced, (probe, &own(probe))))
                .collect();
            judged
        }),
        "no other provider was asked while one was silent",
    )
}

/// Whether a provider had not answered by the deadline, and was waited for until then.
fn was_silent(history: &History, probe: &Exchange<'_>, call: &Exchange<'_>, end: Moment) -> bool {
    let until = probe.ended_at().unwrap_or(end);
    let waited = until.since(call.began_at());
    call.ended.is_none()
        && keeps_waiting(history, call)
        && deadline(history, probe).is_some_and(|limit| waited >= limit)
}

/// The time for which a caller waited for a provider that said nothing.
struct Silence<'a> {
    provider: Option<&'a str>,
    from: Moment,
    until: Moment,
}

impl Silence<'_> {
    /// Whether a probe asked other providers meanwhile.
    fn is_beside(&self, history: &History, probe: &Exchange<'_>) -> bool {
        let declared = operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
        let others = declared.is_some_and(|declared| {
            let mut providers = declared.providers.iter().map(|id| Some(id.as_str()));
            !declared.providers.is_empty() && !providers.any(|id| id == self.provider)
        });
        let ended = probe.ended_at().unwrap_or(self.until);
        others && probe.began_at() < self.until && ended >= self.from
    }

    /// Whether a probe was answered as soon as it usually is.
    fn judge(
        &self,
        history: &History,
        silenced: &Exchange<'_>,
        (probe, own): (&Exchange<'_>, &[Exchange<'_>]),
    ) -> Option<Verdict> {
        let usual = deadline(history, probe)?.min(deadline(history, silenced)?) / 2;
        if own.iter().any(|call| took(history, call) > usual / 2) {
            return None;
        }
        let until = probe.ended_at().unwrap_or(self.until);
        let most = until.since(probe.began_at());
        let least = most.saturating_sub(history.blur(probe.began_at(), until));
        let proof = silenced.proof().and(probe.proof());
        let expected = format!(
            "{} is answered while another provider is silent",
            probe.asked()
        );
        let actual = format!("{} after {most:?}", probe.summary());
        Some(match probe.status() {
            Some(_) if most <= usual => Verdict::pass(proof),
            None => Verdict::fail(OTHERS_WAIT, expected, actual, proof),
            Some(_) if least > usual => Verdict::fail(OTHERS_WAIT, expected, actual, proof),
            Some(_) => Verdict::inconclusive("the machine was too noisy to tell slow from quick"),
        })
    }
}

/// How long a provider took; for ever where it is still waited for.
fn took(history: &History, call: &Exchange<'_>) -> Duration {
    match call.ended_at() {
        Some(ended) => ended.since(call.began_at()),
        None if keeps_waiting(history, call) => Duration::MAX,
        None => Duration::ZERO,
    }
}

const ASKED_AGAIN: &str = "asked-again";
const OTHERS_WAIT: &str = "others-wait";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// A probe whose provider is silent, and another that another provider is asked for.
    fn beside() -> HistoryBuilder {
        HistoryBuilder::gateway()
            .declaring(|profile| {
                let mut other = profile.gateway.operations["op"].clone();
                other.providers = vec!["infogreffe".to_owned()];
                profile.gateway.operations.insert("other".to_owned(), other);
            })
            .ask("silenced", "op", "111")
            .provider_call("silent", "insee", "unite-legale", "111")
            .ask("probe", "other", "222")
            .provider_call("call", "infogreffe", "extrait", "222")
            .reply("call", 200, "")
    }

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn one_request_each_passes_and_log_ins_are_not_counted() {
        let history = beside()
            .provider_call("login", "insee", "login", "111")
            .provider_call("again", "insee", "login", "111")
            .end();

        assert_eq!(requests(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn a_second_request_after_a_time_out_fails() {
        let history = beside()
            .wait_ms(10_000)
            .provider_call("again", "insee", "unite-legale", "111")
            .end();

        assert_eq!(reason(&requests(&history)), ASKED_AGAIN);
    }

    #[test]
    fn a_second_request_after_a_failure_fails() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("down", "insee", "unite-legale", "111")
            .reply("down", 503, "")
            .provider_call("again", "insee", "unite-legale", "111")
            .reply("again", 503, "")
            .answer("probe", 503, "{}")
            .end();

        assert_eq!(reason(&requests(&history)), ASKED_AGAIN);
    }

    /// What is said of a call whose provider answered so, one after the other.
    fn asked_and_answered(statuses: &[u16]) -> Outcome {
        let told = HistoryBuilder::gateway().ask("probe", "op", "111");
        let told = statuses
            .iter()
            .enumerate()
            .fold(told, |told, (nth, status)| {
                let name = nth.to_string();
                told.provider_call(&name, "insee", "unite-legale", "111")
                    .reply(&name, *status, "")
            });
        requests(&told.answer("probe", 200, "{}").end()).outcome()
    }

    #[test]
    fn credentials_are_renewed_once_and_a_redirect_is_followed_once() {
        assert_eq!(asked_and_answered(&[401, 200]), Outcome::Pass);
        assert_eq!(asked_and_answered(&[301, 200]), Outcome::Pass);
        assert_eq!(asked_and_answered(&[401, 301, 200]), Outcome::Pass);
        assert_eq!(asked_and_answered(&[401, 401, 200]), Outcome::Fail);
        assert_eq!(asked_and_answered(&[301, 200, 200]), Outcome::Fail);
        assert_eq!(asked_and_answered(&[200, 200]), Outcome::Fail);
        assert_eq!(asked_and_answered(&[401]), Outcome::Pass);
    }

    #[test]
    fn two_sources_of_one_call_are_no_second_request() {
        let history = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .provider_call("main", "insee", "unite-legale", "111")
            .provider_call("lesser", "infogreffe", "extrait", "111")
            .end();

        assert_eq!(requests(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn another_provider_that_is_answered_meanwhile_passes() {
        let history = beside()
            .wait_ms(20)
            .answer("probe", 200, "{}")
            .wait_ms(10_000)
            .answer("silenced", 504, "{}")
            .end();

        assert_eq!(others(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn another_provider_that_waits_for_the_deadline_of_the_silent_one_fails() {
        let late = beside().wait_ms(10_000).answer("probe", 200, "{}").end();
        let never = beside()
            .wait_ms(30_000)
            .fail("probe", Failure::GaveUp)
            .end();

        assert_eq!(reason(&others(&late)), OTHERS_WAIT);
        assert_eq!(reason(&others(&never)), OTHERS_WAIT);
    }

    #[test]
    fn without_another_provider_it_does_not_tell() {
        let history = HistoryBuilder::gateway()
            .ask("silenced", "op", "111")
            .provider_call("silent", "insee", "unite-legale", "111")
            .end();

        assert_eq!(others(&history).outcome(), Outcome::Inconclusive);
    }
}
