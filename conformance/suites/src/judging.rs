//! Questions that judges of several themes ask.

use std::{net::IpAddr, time::Duration};

use doublure_journal::{Event, Hop, Moment};
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

/// The probes about an entity, each with the calls about that entity that its sources got from then on until the next
/// such probe. Of probes that were open at once it cannot be told whose calls they are.
pub(crate) fn relayed(history: &History) -> Vec<(Exchange<'_>, Vec<Exchange<'_>>)> {
    let probes = history.sent(Hop::Client);
    let with_calls = probes.iter().filter_map(|probe| {
        let mut calls = history.provider_calls(probe.request.entity.as_deref()?);
        let rivals = probes.iter().filter(|other| {
            let another = other.opened.index != probe.opened.index;
            another && other.request.entity == probe.request.entity
        });
        let mut until = u64::MAX;
        for rival in rivals.filter(|rival| shares_source(history, probe, rival)) {
            let index = rival.opened.index;
            if rival.is_open_at(probe.opened.index) || probe.is_open_at(index) {
                return None;
            }
            if index > probe.opened.index {
                until = until.min(index);
            }
        }
        let is_rivalled = probes
            .iter()
            .filter(|other| other.request.entity == probe.request.entity)
            .count()
            > 1;
        calls.retain(|call| {
            let index = call.opened.index;
            !is_rivalled
                || ((probe.opened.index..until).contains(&index) && is_behind(history, probe, call))
        });
        (!calls.is_empty()).then_some((*probe, calls))
    });
    with_calls.collect()
}

/// The other probes about the same entity that were open meanwhile and may lead to calls of the same provider: it
/// cannot be told whose calls those are.
pub(crate) fn rivals<'a>(history: &'a History, probe: &Exchange<'_>) -> Vec<Exchange<'a>> {
    let mut sent = history.sent(Hop::Client);
    sent.retain(|other| {
        other.opened.index != probe.opened.index
            && other.request.entity == probe.request.entity
            && (other.is_open_at(probe.opened.index) || probe.is_open_at(other.opened.index))
            && shares_source(history, probe, other)
    });
    sent
}

/// Whether two probes may lead to calls of one provider.
fn shares_source(history: &History, one: &Exchange<'_>, other: &Exchange<'_>) -> bool {
    let providers = |probe: &Exchange<'_>| {
        let declared = history.profile.gateway.operations.get(operation(probe)?)?;
        Some(&declared.providers)
    };
    match (providers(one), providers(other)) {
        (Some(own), Some(others)) => own.iter().any(|id| others.contains(id)),
        _ => operation(one) == operation(other),
    }
}

/// Whether a call is one of the operation's: the same entity may be asked about elsewhere.
pub(crate) fn is_behind(history: &History, probe: &Exchange<'_>, call: &Exchange<'_>) -> bool {
    let declared = operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
    let provider = call.request.provider.as_ref();
    declared.is_some_and(|declared| provider.is_some_and(|id| declared.providers.contains(id)))
}

/// The call to the one source of an operation that has one; none where there are several.
pub(crate) fn sole<'a, 'b>(
    history: &History,
    probe: &Exchange<'_>,
    calls: &'b [Exchange<'a>],
) -> Option<&'b Exchange<'a>> {
    let declared = history.profile.gateway.operations.get(operation(probe)?)?;
    calls.first().filter(|_| declared.providers.len() == 1)
}

/// Whether a provider's answer was certainly with the gateway before the deadline: it takes its way, and the machine
/// may stand still meanwhile; neither takes time where time is moved by hand.
pub(crate) fn in_time(history: &History, probe: &Exchange<'_>, call: &Exchange<'_>) -> bool {
    let (Some(ended), Some(limit)) = (call.ended_at(), deadline(history, probe)) else {
        return false;
    };
    let by_hand = history.profile.stands_still();
    let way = if by_hand {
        Duration::ZERO
    } else {
        limit / WAY_BACK
    };
    let blur = history.blur(ended, probe.ended_at().unwrap_or(ended));
    ended.since(probe.began_at()) + blur + way <= limit
}

/// Whether a provider says nothing that is whole for the time being: it is silent or drips, and its connection stays.
pub(crate) fn keeps_waiting(history: &History, call: &Exchange<'_>) -> bool {
    let id = call.opened.event.exchange();
    let ends = |effect: &str| {
        effect
            .strip_prefix("wire ")
            .is_some_and(|wire| wire != "silence" && !wire.starts_with("drip"))
    };
    !history.entries.iter().any(|entry| match &entry.event {
        Event::FaultFired {
            exchange, effect, ..
        } => *exchange == id && ends(effect),
        _ => false,
    })
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

/// What an answer says in a header, or that it does not.
pub(crate) fn header_of(probe: &Exchange<'_>, header: &str) -> String {
    let value = probe.header(header);
    value.map_or_else(
        || format!("no {header}"),
        |value| format!("{header} {value}"),
    )
}

/// The edges of a probe and of the provider calls behind it.
pub(crate) fn edges(probe: &Exchange<'_>, calls: &[Exchange<'_>]) -> Proof {
    calls
        .iter()
        .map(Exchange::proof)
        .fold(probe.proof(), Proof::and)
}

/// The part of a deadline that an answer may take from a provider to the gateway.
const WAY_BACK: u32 = 20;
