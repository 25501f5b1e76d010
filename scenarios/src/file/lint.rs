//! Pairs that can never strike, and steps that depend on the order of arrival.

use super::{
    field::Field,
    findings::{Findings, instead},
};
use crate::{
    Effect, Fault, INITIAL, Names, On, Scenario, Symptom, When, WireFault,
    states::{is_initial, set_of},
};

/// Notes every pair of hop, condition and effect that cannot come about.
pub(super) fn check(fault: &Fault, item: &Field<'_>, names: &dyn Names, findings: &mut Findings) {
    check_counts(&fault.when, item, findings);
    check_times(&fault.when, item, findings);
    match fault.on {
        On::Client => check_client(fault, item, findings),
        On::Provider => check_provider(fault, item, names, findings),
    }
}

fn check_counts(when: &When, item: &Field<'_>, findings: &mut Findings) {
    let counts = [
        ("nth", when.nth.is_some()),
        ("every", when.every.is_some()),
        ("first", when.first.is_some()),
        ("sequence", !when.sequence.is_empty()),
    ];
    let mut given = counts.into_iter().filter(|(_, given)| *given);
    if let (Some((kept, _)), Some((other, _))) = (given.next(), given.next()) {
        let problem = format!("`{kept}` and `{other}` exclude each other: keep one");
        item.at(&["when", other]).wrong(findings, problem);
    }
}

fn check_times(when: &When, item: &Field<'_>, findings: &mut Findings) {
    if let (Some(window), Some(hours)) = (&when.window, &when.hours)
        && !window.meets(hours)
    {
        let problem = format!(
            "it is never {hours} in Paris within the `window`: move one of them, or leave `hours` out"
        );
        item.at(&["when", "hours"]).wrong(findings, problem);
    }
}

fn check_client(fault: &Fault, item: &Field<'_>, findings: &mut Findings) {
    let When { provider, call, .. } = &fault.when;
    for (condition, given) in [("provider", provider.is_some()), ("call", call.is_some())] {
        if given {
            let problem = format!(
                "a caller of the gateway calls no provider: with `on: client` use `operation` instead of `{condition}`"
            );
            item.at(&["when", condition]).wrong(findings, problem);
        }
    }
    match &fault.then {
        Effect::Symptom(symptom) if *symptom != Symptom::InternalError => {
            let problem = format!(
                "the gateway has one symptom, `internal-error`: let a provider be `{symptom}` with `on: provider`, or write the gateway's `answer`"
            );
            item.at(&["then", "symptom"]).wrong(findings, problem);
        }
        Effect::Wire(WireFault::Unresolvable) => {
            let problem = "a caller resolves the gateway's name by itself: with `on: client` use `refuse` or `unreachable`";
            item.at(&["then"]).wrong(findings, problem);
        }
        Effect::Wire(wire) if wire.is_at_connect() => check_connect(fault, item, findings),
        _ => {}
    }
}

fn check_provider(fault: &Fault, item: &Field<'_>, names: &dyn Names, findings: &mut Findings) {
    let When {
        operation,
        token,
        address,
        headers,
        ..
    } = &fault.when;
    for (condition, given) in [
        ("operation", operation.is_some()),
        ("token", token.is_some()),
        ("address", address.is_some()),
        ("header", !headers.is_empty()),
    ] {
        if given {
            let problem = format!(
                "a provider does not know the caller's {condition}: use `provider` and `call`, or `on: client`"
            );
            item.at(&["when", condition]).wrong(findings, problem);
        }
    }
    match &fault.then {
        Effect::Symptom(symptom) => check_words(*symptom, &fault.when, item, names, findings),
        Effect::Wire(wire) if wire.is_at_connect() => check_connect(fault, item, findings),
        _ => {}
    }
}

/// A connection is made before anything is asked on it.
fn check_connect(fault: &Fault, item: &Field<'_>, findings: &mut Findings) {
    let When {
        call,
        entity,
        operation,
        token,
        headers,
        ..
    } = &fault.when;
    for (condition, given) in [
        ("call", call.is_some()),
        ("entity", entity.is_some()),
        ("operation", operation.is_some()),
        ("token", token.is_some()),
        ("header", !headers.is_empty()),
    ] {
        if given {
            let problem = format!(
                "`{}` strikes before anything is asked: `{condition}` is not known yet, use {}, a time, a count or `share`",
                fault.then,
                match fault.on {
                    On::Provider => "`provider`",
                    On::Client => "`address`",
                }
            );
            item.at(&["when", condition]).wrong(findings, problem);
        }
    }
    if fault.then == Effect::Wire(WireFault::SlowTls) && fault.delay.is_none() {
        let problem = "how slow? give it a `delay`, such as `delay: 5s`";
        item.at(&["then"]).wrong(findings, problem);
    }
}

/// Every provider that the fault can strike must have words for its symptom.
fn check_words(
    symptom: Symptom,
    when: &When,
    item: &Field<'_>,
    names: &dyn Names,
    findings: &mut Findings,
) {
    let struck = |provider: &&str| {
        let called = |call: &String| names.calls(provider).contains(&call.as_str());
        when.provider
            .as_deref()
            .is_none_or(|named| named == *provider)
            && when.call.as_ref().is_none_or(called)
    };
    let providers = names.providers();
    let silent: Vec<&str> = providers
        .iter()
        .copied()
        .filter(|provider| struck(provider) && !names.speaks(provider, symptom))
        .collect();
    if silent.is_empty() {
        return;
    }
    let able: Vec<&str> = providers
        .iter()
        .copied()
        .filter(|provider| names.speaks(provider, symptom))
        .collect();
    let advice = match able.as_slice() {
        [] => "no provider has; use another symptom, or an `answer`".to_owned(),
        able => format!(
            "say `when: {{ provider: … }}` with one that has: {}",
            able.join(", ")
        ),
    };
    let problem = format!(
        "no words for `{symptom}` at {}: {advice}",
        silent.join(", ")
    );
    item.at(&["then", "symptom"]).wrong(findings, problem);
}

/// One sentence for each order-bound step, and for each that is never asked.
pub(super) fn warnings(scenario: &Scenario) -> Vec<String> {
    let faults = &scenario.faults;
    let of = |(index, fault): (usize, &Fault)| {
        let name = &fault.name;
        let count = count(&fault.when).map(|count| format!(
            "fault `{name}`: `{count}` goes by the order of arrival; among concurrent calls the count holds, but not which of them is struck"
        ));
        let state = fault.when.state.as_ref().map(|state| format!(
            "fault `{name}`: `state: {state}` goes by the order of arrival; concurrent calls may come before or after it is entered"
        ));
        let late = after_the_fact(fault);
        let shadow = faults[..index]
            .iter()
            .find(|earlier| shadows(earlier, fault));
        let shadow = shadow.map(|earlier| format!(
            "fault `{name}` is never asked: `{}` stands before it and strikes all that it could; put the narrower one first",
            earlier.name
        ));
        count.into_iter().chain(state).chain(late).chain(shadow)
    };
    faults.iter().enumerate().flat_map(of).collect()
}

/// What is decided of each connection for itself, which has come about by then.
fn after_the_fact(fault: &Fault) -> Option<String> {
    let Effect::Wire(wire) = &fault.then else {
        return None;
    };
    let ours = match fault.on {
        On::Provider => "that of somebody else's gateway",
        On::Client => "a caller's",
    };
    let name = &fault.name;
    let played = match wire {
        WireFault::Refuse => "reset at once, not refused",
        WireFault::Unreachable => "accepted and held in silence",
        WireFault::Unresolvable => {
            return Some(format!(
                "fault `{name}`: names are resolved by others; {ours} is reset at once"
            ));
        }
        _ => return None,
    };
    let why = decided_alone(fault, wire)?;
    Some(format!(
        "fault `{name}`: `{why}` is decided once a connection has come about; {ours} is {played}"
    ))
}

/// Why it cannot be said in advance that connections do not come about.
fn decided_alone(fault: &Fault, wire: &WireFault) -> Option<String> {
    let when = &fault.when;
    let share = when.share.filter(|share| *share < 1.0);
    let address = when.address.filter(|_| *wire == WireFault::Refuse);
    count(when)
        .or_else(|| share.map(|share| format!("share: {share}")))
        .or_else(|| (!fault.delay.is_none()).then(|| "delay".to_owned()))
        .or_else(|| {
            fault
                .enters
                .as_ref()
                .map(|state| format!("enters: {state}"))
        })
        .or_else(|| address.map(|address| format!("address: {address}")))
}

/// The condition that counts, as it is written.
fn count(when: &When) -> Option<String> {
    let counts = [
        ("nth", when.nth),
        ("every", when.every),
        ("first", when.first),
    ];
    let counted = counts
        .into_iter()
        .find_map(|(name, count)| Some(format!("{name}: {}", count?)));
    let sequence = (!when.sequence.is_empty()).then(|| format!("sequence: {:?}", when.sequence));
    counted.or(sequence)
}

/// Notes every state that nobody enters, or that nobody waits for.
pub(super) fn check_states(faults: &[(Fault, Field<'_>)], findings: &mut Findings) {
    for (fault, item) in faults {
        check_state(fault, item, faults, findings);
    }
}

fn check_state(
    fault: &Fault,
    item: &Field<'_>,
    faults: &[(Fault, Field<'_>)],
    findings: &mut Findings,
) {
    let entered = || {
        faults
            .iter()
            .filter_map(|(fault, _)| fault.enters.as_deref())
    };
    let awaited = || {
        faults
            .iter()
            .filter_map(|(fault, _)| fault.when.state.as_deref())
    };
    if let Some(state) = fault.when.state.as_deref()
        && is_own(state)
        && !entered().any(|entered| entered == state)
    {
        let known: Vec<&str> = entered().chain([INITIAL]).collect();
        let problem = format!(
            "no fault enters the state `{state}`{}",
            instead(state, &known)
        );
        item.at(&["when", "state"]).wrong(findings, problem);
    }
    if let Some(state) = fault.enters.as_deref()
        && is_own(state)
        && !awaited().any(|awaited| awaited == state)
    {
        let awaited: Vec<&str> = awaited().collect();
        let problem = format!(
            "no fault waits for the state `{state}` with `when: {{ state: {state} }}`{}",
            instead(state, &awaited)
        );
        item.at(&["enters"]).wrong(findings, problem);
    }
}

/// Whether nobody but this file enters it or waits for it.
fn is_own(state: &str) -> bool {
    set_of(state).is_empty() && !is_initial(state)
}

/// Whether all that `later` could strike is struck by `earlier` first.
fn shadows(earlier: &Fault, later: &Fault) -> bool {
    let (wide, narrow) = (&earlier.when, &later.when);
    let always = wide.window.is_none()
        && wide.hours.is_none()
        && !wide.is_order_bound()
        && wide.share.is_none_or(|share| share >= 1.0);
    let at_connect =
        |fault: &Fault| matches!(&fault.then, Effect::Wire(wire) if wire.is_at_connect());
    let same = |wide: &Option<String>, narrow: &Option<String>| wide.is_none() || wide == narrow;
    let header = |(name, value): (&String, &String)| narrow.headers.get(name) == Some(value);
    always
        && earlier.on == later.on
        && at_connect(earlier) == at_connect(later)
        && same(&wide.provider, &narrow.provider)
        && same(&wide.call, &narrow.call)
        && same(&wide.operation, &narrow.operation)
        && same(&wide.token, &narrow.token)
        && same(&wide.entity, &narrow.entity)
        && (wide.address.is_none() || wide.address == narrow.address)
        && wide.headers.iter().all(header)
}
