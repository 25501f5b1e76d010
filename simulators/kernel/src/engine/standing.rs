//! What connections meet, as far as that is known before they come.

use std::{net::IpAddr, sync::Arc};

use doublure_journal::{Hop, Moment};
use doublure_scenarios::{Effect, Fault, When, WireFault};

use super::{Engine, fits};

/// What connections from somebody else meet at a door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What all of them meet, whoever opens them.
    pub(crate) shut: Option<Shut>,
    /// Addresses from where none comes about.
    pub(crate) unanswered: Vec<IpAddr>,
    /// Whether an exception that looks at the request comes first: then each request is asked about, and no connection.
    pub(crate) by_request: bool,
    /// When the clock alone may change this; none: never.
    pub(crate) until: Option<Moment>,
}

/// Why no connection comes about, with the name of the fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    /// Nobody listens.
    Refused(Arc<str>),
    /// Nobody answers.
    Unanswered(Arc<str>),
}

/// What one fault says of the connections to come.
enum Says {
    /// Nothing: those after it are asked.
    Nothing,
    /// It strikes all connections from there, and says nothing of the others.
    Unanswered(IpAddr),
    /// It strikes all of them.
    Shut(Shut),
    /// It may strike or spare some of them: each is asked about when it is there.
    Depends,
    /// It spares some requests: each is asked about when it is there.
    DependsOnRequest,
}

impl Engine {
    /// What connections from somebody else meet at a door of this hop and provider.
    ///
    /// A fault that counts, draws, waits or enters a state says nothing in advance: what it does is decided, and
    /// written down, for each connection that comes.
    pub(crate) fn standing(&self, hop: Hop, provider: Option<&str>, now: Moment) -> Standing {
        let mut standing = Standing::default();
        if !self.is_armed() {
            return standing;
        }
        let force = self.force();
        let at_door = |fault: &Fault| {
            let named = fault.when.provider.as_deref();
            fits::strikes_connections(fault, hop)
                && named.is_none_or(|named| Some(named) == provider)
                && force.check_state(&fault.when).is_ok()
        };
        let asked: Vec<(Fault, u64)> = self.asked.left();
        if asked.iter().any(|(fault, _)| at_door(fault)) {
            return standing;
        }
        let faults = force.scenario.faults.iter().filter(|fault| at_door(fault));
        for fault in faults {
            standing.until = earlier(standing.until, changes(&fault.when, now));
            if !fits::holds_now(&fault.when, now) {
                continue;
            }
            match says(fault) {
                Says::Nothing => {}
                Says::Unanswered(address) => standing.unanswered.push(address.to_canonical()),
                Says::Shut(shut) => {
                    standing.shut = Some(shut);
                    break;
                }
                Says::Depends => break,
                Says::DependsOnRequest => {
                    standing.by_request = true;
                    break;
                }
            }
        }
        standing
    }
}

fn says(fault: &Fault) -> Says {
    let when = &fault.when;
    let asks_for_request = when.call.is_some()
        || when.entity.is_some()
        || when.operation.is_some()
        || when.token.is_some()
        || !when.headers.is_empty();
    let Effect::Wire(wire) = &fault.then else {
        return if asks_for_request {
            Says::DependsOnRequest
        } else {
            Says::Depends
        };
    };
    if asks_for_request {
        return Says::Nothing;
    }
    let is_drawn = when.share.is_some_and(|share| share < 1.0);
    let counts = super::counts(when) || fault.enters.is_some();
    if is_drawn || counts || !fault.delay.is_none() {
        return Says::Depends;
    }
    let name = || Arc::from(fault.name.as_str());
    match (wire, when.address) {
        (WireFault::Unreachable, Some(address)) => Says::Unanswered(address),
        (WireFault::Unreachable, None) => Says::Shut(Shut::Unanswered(name())),
        (WireFault::Refuse, None) => Says::Shut(Shut::Refused(name())),
        _ => Says::Depends,
    }
}

/// The next moment at which its times may begin or end to hold.
fn changes(when: &When, now: Moment) -> Option<Moment> {
    let micros = now.as_micros();
    let window = when.window.and_then(|window| window.next_change(micros));
    let hours = when.hours.and_then(|hours| hours.next_change(micros));
    [window, hours]
        .into_iter()
        .flatten()
        .min()
        .map(Moment::from_micros)
}

fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    [one, other].into_iter().flatten().min()
}
