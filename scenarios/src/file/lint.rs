//! Pairs that can never strike, and steps that depend on the order of arrival.

use super::{field::Field, findings::Findings};
use crate::{Effect, Fault, Names, On, Scenario, Symptom, When};

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
        Effect::Symptom(symptom) => {
            let problem = format!(
                "the gateway has no symptoms: let a provider be `{symptom}` with `on: provider`, or write the gateway's `answer`"
            );
            item.at(&["then", "symptom"]).wrong(findings, problem);
        }
        Effect::Wire(wire) if wire.is_at_connect() => {
            let problem = format!(
                "`{wire}` strikes where our gateway connects to a provider: with `on: client` use `silence`, `close` or `reset`"
            );
            item.at(&["then"]).wrong(findings, problem);
        }
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
    let When { call, entity, .. } = &fault.when;
    for (condition, given) in [("call", call.is_some()), ("entity", entity.is_some())] {
        if given {
            let problem = format!(
                "`{}` strikes before anything is asked: `{condition}` is not known yet, use `provider`, a time, a count or `share`",
                fault.then
            );
            item.at(&["when", condition]).wrong(findings, problem);
        }
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

/// One sentence for each order-bound step.
pub(super) fn warnings(scenario: &Scenario) -> Vec<String> {
    let warning = |fault: &Fault| {
        let When {
            nth, every, first, ..
        } = fault.when;
        let counts = [("nth", nth), ("every", every), ("first", first)];
        let (name, count) = counts
            .into_iter()
            .find_map(|(name, count)| Some((name, count?)))?;
        Some(format!(
            "fault `{}`: `{name}: {count}` goes by the order of arrival; among concurrent calls the count holds, but not which of them is struck",
            fault.name
        ))
    };
    scenario.faults.iter().filter_map(warning).collect()
}
