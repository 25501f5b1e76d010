//! The conditions that look at nothing but the exchange.

use std::sync::Arc;

use doublure_journal::{Hop, Moment};
use doublure_scenarios::{Effect, Fault, On, When};

use super::{Arrived, Spared, Subject};

/// Whether a fault fits an exchange, as far as neither chance nor what came before has a say.
pub(super) fn check(
    fault: &Fault,
    subject: &Subject<'_>,
    arrived: Arrived<'_>,
) -> Result<(), Spared> {
    if hop(fault) != subject.hop {
        return Err(Spared::Hop);
    }
    if !is_its_stage(fault, subject) {
        return Err(Spared::Stage);
    }
    let when = &fault.when;
    match unmet_field(when, subject).or_else(|| unmet_coming(when, arrived)) {
        Some(condition) => Err(Spared::Condition(condition)),
        None => Ok(()),
    }
}

/// Whether a fault can strike, or except, connections that are still to come on this hop.
pub(super) fn strikes_connections(fault: &Fault, on: Hop) -> bool {
    hop(fault) == on && (is_at_connect(fault) || is_exception_throughout(fault))
}

/// Whether now is a time at which it strikes.
pub(super) fn holds_now(when: &When, now: Moment) -> bool {
    let micros = now.as_micros();
    when.window.is_none_or(|window| window.holds(micros))
        && when.hours.is_none_or(|hours| hours.hold(micros))
}

/// Whether a fault neither waits nor does anything.
pub(super) fn is_exception(fault: &Fault) -> bool {
    fault.then == Effect::Pass && fault.delay.is_none() && fault.enters.is_none()
}

const fn hop(fault: &Fault) -> Hop {
    match fault.on {
        On::Provider => Hop::Provider,
        On::Client => Hop::Client,
    }
}

fn is_its_stage(fault: &Fault, subject: &Subject<'_>) -> bool {
    is_at_connect(fault) == subject.connecting || is_exception_throughout(fault)
}

const fn is_at_connect(fault: &Fault) -> bool {
    matches!(&fault.then, Effect::Wire(wire) if wire.is_at_connect())
}

/// Whether a fault excepts an exchange from connect to answer. One that counts looks at requests
/// only: it would count each exchange twice.
fn is_exception_throughout(fault: &Fault) -> bool {
    let when = &fault.when;
    let counts = when.is_order_bound() || when.share.is_some();
    is_exception(fault) && !counts
}

fn unmet_field(when: &When, subject: &Subject<'_>) -> Option<&'static str> {
    let same = |wanted: &Option<String>, known: &Option<Arc<str>>| {
        wanted.is_none() || wanted.as_deref() == known.as_deref()
    };
    let labels = subject.labels;
    let unmet = [
        ("operation", !same(&when.operation, &labels.operation)),
        ("provider", !same(&when.provider, &labels.provider)),
        ("call", !same(&when.call, &labels.call)),
        ("entity", !same(&when.entity, &labels.entity)),
        ("token", !same(&when.token, &labels.token_name)),
        (
            "address",
            when.address.is_some() && when.address != subject.address,
        ),
    ];
    first(unmet)
}

fn unmet_coming(when: &When, arrived: Arrived<'_>) -> Option<&'static str> {
    let micros = arrived.at.as_micros();
    let carries = |(name, value): (&String, &String)| {
        let mut given = arrived
            .headers
            .into_iter()
            .flat_map(|all| all.get_all(name));
        given.any(|given| given.as_bytes() == value.as_bytes())
    };
    let unmet = [
        (
            "window",
            when.window.is_some_and(|window| !window.holds(micros)),
        ),
        ("hours", when.hours.is_some_and(|hours| !hours.hold(micros))),
        ("header", !when.headers.iter().all(carries)),
    ];
    first(unmet)
}

fn first<const N: usize>(unmet: [(&'static str, bool); N]) -> Option<&'static str> {
    let (name, _) = unmet.into_iter().find(|(_, is_unmet)| *is_unmet)?;
    Some(name)
}
