//! Pairs that can never strike, and steps that depend on the order of arrival.

use super::{field::Field, findings::Findings};
use crate::{Effect, Fault, Names, On, Scenario, Symptom, When};

/// Notes every pair of hop, condition and effect that cannot come about.
pub(super) fn check(fault: &Fault, item: &Field<'_>, names: &dyn Names, findings: &mut Findings) {
    if fault.when.nth.is_some() && fault.when.first.is_some() {
        let problem = "`nth` and `first` exclude each other: keep one";
        item.at(&["when", "first"]).wrong(findings, problem);
    }
    match fault.on {
        On::Client => check_client(fault, item, findings),
        On::Provider => check_provider(fault, item, names, findings),
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
        ..
    } = &fault.when;
    for (condition, given) in [
        ("operation", operation.is_some()),
        ("token", token.is_some()),
        ("address", address.is_some()),
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
                "`{}` strikes before anything is asked: `{condition}` is not known yet, use `provider`, `nth`, `first` or `share`",
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
        let condition = match (fault.when.nth, fault.when.first) {
            (Some(nth), _) => format!("nth: {nth}"),
            (_, Some(first)) => format!("first: {first}"),
            _ => return None,
        };
        Some(format!(
            "fault `{}`: `{condition}` goes by the order of arrival; among concurrent calls the count holds, but not which of them is struck",
            fault.name
        ))
    };
    scenario.faults.iter().filter_map(warning).collect()
}
