//! Which fault of which class met which probe, and what it came out as there.

use doublure_journal::{Event, Hop};
use doublure_rules::{Exchange, History};

use crate::judging::{codes, in_time, operation};

/// What a fault of a class at a provider came out as.
#[derive(Clone, Debug)]
pub(super) struct Met<'a> {
    pub(super) class: String,
    pub(super) provider: String,
    pub(super) probe: Exchange<'a>,
    pub(super) code: String,
}

impl Met<'_> {
    /// The first two digits of its code: the provider's.
    pub(super) fn number(&self) -> &str {
        self.code.get(..2).unwrap_or_default()
    }

    /// The last three digits: the class's.
    pub(super) fn subcode(&self) -> &str {
        self.code.get(2..).unwrap_or_default()
    }
}

/// Class, provider and entity of every fault that fired, with the one probe that met it.
pub(super) fn struck(history: &History) -> Vec<((&str, &str, &str), Exchange<'_>)> {
    let probes = history.sent(Hop::Client);
    let fired = history
        .entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::FaultFired {
                fault, exchange, ..
            } => Some((entry.index, exchange, parts(fault)?)),
            _ => None,
        });
    fired
        .filter_map(|(index, exchange, fault)| {
            // A shut door was shut before anybody knocked; nobody else asks about this company.
            let meets = |probe: &Exchange<'_>| {
                probe.is_open_at(index) || (exchange.is_none() && index < probe.opened.index)
            };
            let asks = |probe: &&Exchange<'_>| {
                probe.request.entity.as_deref() == Some(fault.2) && meets(probe)
            };
            let mut asking = probes.iter().filter(asks);
            match (asking.next().copied(), asking.next()) {
                (Some(probe), None) => Some((fault, probe)),
                _ => None,
            }
        })
        .collect()
}

/// Every fault whose probe was answered, in the order of classes and providers.
pub(super) fn met(history: &History) -> Vec<Met<'_>> {
    let mut met: Vec<Met<'_>> = struck(history)
        .into_iter()
        .filter_map(|((class, provider, entity), probe)| {
            probe.status()?;
            let calls = history.provider_calls(entity);
            let in_time = calls
                .iter()
                .all(|call| call.ended.is_none() || in_time(history, &probe, call));
            // A fault that comes too late is late and nothing else.
            if !is_alone(history, &probe) || (class != LATE && !in_time) {
                return None;
            }
            Some(Met {
                class: class.to_owned(),
                provider: provider.to_owned(),
                probe,
                code: codes(&probe).into_iter().next().unwrap_or_default(),
            })
        })
        .collect();
    met.sort_by(|one, other| (&one.class, &one.provider).cmp(&(&other.class, &other.provider)));
    met
}

/// Whether an operation has one source, so that the source's fault is the operation's, and speaks in codes.
pub(super) fn is_alone(history: &History, probe: &Exchange<'_>) -> bool {
    let declared = operation(probe).and_then(|id| history.profile.gateway.operations.get(id));
    declared.is_none_or(|declared| declared.version > 2 && declared.providers.len() < 2)
}

/// Class, provider and entity of a fault that the trial named so.
fn parts(fault: &str) -> Option<(&str, &str, &str)> {
    let (class, rest) = fault.split_once('-')?;
    let (provider, entity) = rest.rsplit_once('-')?;
    CLASSES
        .contains(&class)
        .then_some((class, provider, entity))
}

/// The name of a fault by which the judge knows its class.
pub(crate) fn fault_name(class: &str, provider: &str, entity: &str) -> String {
    format!("{class}-{provider}-{entity}")
}

/// The provider failed inside.
pub(crate) const INTERNAL: &str = "internal";
/// The provider is out of service, or cannot be reached.
pub(crate) const UNAVAILABLE: &str = "unavailable";
/// The provider does not answer.
pub(crate) const LATE: &str = "late";
/// The provider's name cannot be resolved.
pub(crate) const UNRESOLVABLE: &str = "unresolvable";
/// What comes has no meaning.
pub(crate) const UNKNOWN: &str = "unknown";
const CLASSES: [&str; 5] = [INTERNAL, UNAVAILABLE, LATE, UNRESOLVABLE, UNKNOWN];
