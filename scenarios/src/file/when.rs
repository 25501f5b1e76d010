//! The conditions of a fault.

use std::net::IpAddr;

use super::{field::Field, findings::Findings};
use crate::{Names, When};

/// Reads the conditions; those that are wrong are left out.
pub(super) fn read(when: &Field<'_>, names: &dyn Names, findings: &mut Findings) -> When {
    let Some(fields) = when.fields(&CONDITIONS, findings) else {
        return When::default();
    };
    let mut name = |field: &str, what: &str, known: &[&str]| {
        let named = fields.get(field)?.one_of(what, known, findings)?;
        Some(named.to_owned())
    };
    let provider = name("provider", "provider", &names.providers());
    let operation = name("operation", "operation", &names.operations());
    let token = name("token", "token", &names.tokens());
    let owner = provider
        .as_ref()
        .map(|provider| format!("call of {provider}"));
    let known_calls = calls(provider.as_deref(), names);
    let call = name("call", owner.as_deref().unwrap_or("call"), &known_calls);
    When {
        operation,
        provider,
        call,
        token,
        entity: fields
            .get("entity")
            .and_then(|entity| read_entity(&entity, names, findings)),
        address: fields.get("address").and_then(|address| {
            address.parse::<IpAddr>("an IP address, such as `127.0.0.2`", findings)
        }),
        nth: fields.get("nth").and_then(|nth| read_count(&nth, findings)),
        first: fields
            .get("first")
            .and_then(|first| read_count(&first, findings)),
        share: fields
            .get("share")
            .and_then(|share| read_share(&share, findings)),
    }
}

/// The calls of the provider that is named, of all where none is.
fn calls<'a>(provider: Option<&str>, names: &'a dyn Names) -> Vec<&'a str> {
    let providers = match provider {
        Some(provider) => vec![provider],
        None => names.providers(),
    };
    let mut calls: Vec<&str> = Vec::new();
    for call in providers
        .into_iter()
        .flat_map(|provider| names.calls(provider))
    {
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    calls
}

fn read_entity(entity: &Field<'_>, names: &dyn Names, findings: &mut Findings) -> Option<String> {
    entity.read("a SIREN or a SIRET", findings, |text| {
        match names.entity_problem(text) {
            None => Ok(text.to_owned()),
            Some(problem) => Err(problem),
        }
    })
}

fn read_count(count: &Field<'_>, findings: &mut Findings) -> Option<u64> {
    count.read("a whole number from 1 on", findings, |text| {
        match text.parse() {
            Ok(0) => Err("exchanges are counted from 1 on, 0 never comes".to_owned()),
            Ok(count) => Ok(count),
            Err(_) => Err(format!("`{text}` is not a whole number from 1 on")),
        }
    })
}

fn read_share(share: &Field<'_>, findings: &mut Findings) -> Option<f64> {
    share.read("a number from 0 to 1", findings, |text| {
        match text.parse::<f64>() {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
            _ => Err(format!(
                "`{text}` is no share: write a number from 0 to 1, such as `0.5`"
            )),
        }
    })
}

const CONDITIONS: [&str; 9] = [
    "provider",
    "call",
    "operation",
    "token",
    "address",
    "entity",
    "nth",
    "first",
    "share",
];
