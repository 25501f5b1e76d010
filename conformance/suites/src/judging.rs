//! Questions that judges of several themes ask.

use std::{net::IpAddr, time::Duration};

use doublure_journal::{Hop, Moment};
use doublure_rules::{Exchange, History, Proof, Verdict};
use serde_json::Value;

/// One verdict of what was seen at each exchange that the rule speaks of; `none` says what was not seen.
pub(crate) fn each(parts: impl IntoIterator<Item = Verdict>, none: &str) -> Verdict {
    let mut parts = parts.into_iter().peekable();
    if parts.peek().is_none() {
        return Verdict::inconclusive(none);
    }
    Verdict::all(parts)
}

/// The probes about an entity, each with the calls about that entity that providers got.
pub(crate) fn relayed(history: &History) -> Vec<(Exchange<'_>, Vec<Exchange<'_>>)> {
    let probes = history.sent(Hop::Client).into_iter();
    let with_calls = probes.filter_map(|probe| {
        let calls = history.provider_calls(probe.request.entity.as_deref()?);
        Some((probe, calls))
    });
    with_calls.filter(|(_, calls)| !calls.is_empty()).collect()
}

/// How long the operation of a probe waits for a provider.
pub(crate) fn deadline(history: &History, probe: &Exchange<'_>) -> Option<Duration> {
    history.profile.gateway.deadline(operation(probe)?)
}

/// How long a gateway waited for a provider, as far as that can be known from outside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waited {
    /// From when the provider got the call, less what the machine may have kept from the harness.
    pub(crate) least: Duration,
    /// From when the probe was sent.
    pub(crate) most: Duration,
}

impl Waited {
    /// Until a moment, for the provider that got this call of a probe.
    pub(crate) fn until(
        history: &History,
        probe: &Exchange<'_>,
        call: &Exchange<'_>,
        end: Moment,
    ) -> Self {
        let blur = history.blur(call.began_at(), end);
        Self {
            least: end.since(call.began_at()).saturating_sub(blur),
            most: end.since(probe.began_at()),
        }
    }
}

/// Id of the operation that a probe asked for.
pub(crate) fn operation<'a>(probe: &Exchange<'a>) -> Option<&'a str> {
    probe.request.operation.as_deref()
}

/// The address that a probe came from.
pub(crate) fn caller(probe: &Exchange<'_>) -> Option<IpAddr> {
    Some(probe.request.address?.ip())
}

/// The codes of an answer's errors, in order; none where the body is no documented refusal.
pub(crate) fn codes(probe: &Exchange<'_>) -> Vec<String> {
    let body = probe.json();
    let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let code = |error: &Value| error["code"].as_str().map(str::to_owned);
    errors.iter().filter_map(code).collect()
}

/// The edges of a probe and of the provider calls behind it.
pub(crate) fn edges(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Proof {
    calls
        .iter()
        .map(Exchange::proof)
        .fold(probe.proof(), Proof::and)
}
