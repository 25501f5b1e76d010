//! The conditions of a fault.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;

use super::{
    field::{Field, Fields},
    findings::Findings,
    header::{header_value, is_header_name, plain_name},
};
use crate::{Hours, Names, When, Window};

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
        headers: fields
            .get("header")
            .map(|headers| read_headers(&headers, findings))
            .unwrap_or_default(),
        window: fields
            .get("window")
            .and_then(|window| read_window(&window, findings)),
        hours: fields.get("hours").and_then(|hours| {
            hours.read(r#"hours such as `"22:04-22:08"`"#, findings, Hours::parse)
        }),
        nth: fields.get("nth").and_then(|nth| read_count(&nth, findings)),
        every: fields
            .get("every")
            .and_then(|every| read_count(&every, findings)),
        first: fields
            .get("first")
            .and_then(|first| read_count(&first, findings)),
        sequence: fields
            .get("sequence")
            .map(|sequence| read_sequence(&sequence, findings))
            .unwrap_or_default(),
        state: fields
            .get("state")
            .and_then(|state| state.read("the name of a state", findings, plain_name)),
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

fn read_headers(headers: &Field<'_>, findings: &mut Findings) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    let given = headers.any_fields("a mapping of names and values", findings);
    for (name, place, field) in given.iter().flat_map(Fields::iter) {
        let lower = name.to_ascii_lowercase();
        if !is_header_name(name) {
            let problem = format!("`{name}` is no header name: use letters, digits and `-`");
            findings.report(place, field.path(), problem);
        } else if lower == "authorization" {
            let problem = "a token has no place in a file: name it, with `token: standard`";
            findings.report(place, field.path(), problem);
        } else if read.contains_key(&lower) {
            let problem = format!("`{name}` is given twice: header names are the same in any case");
            findings.report(place, field.path(), problem);
        }
        if let Some(value) = field.read("a text", findings, header_value) {
            read.insert(lower, value);
        }
    }
    if given.is_some_and(|given| given.iter().next().is_none()) {
        headers.wrong(findings, "give at least one header and its value");
    }
    read
}

fn read_window(window: &Field<'_>, findings: &mut Findings) -> Option<Window> {
    let fields = window.fields(&["from", "to"], findings)?;
    let mut end = |name: &str| fields.get(name)?.read("an instant", findings, read_instant);
    let read = Window {
        from: end("from"),
        to: end("to"),
    };
    match (read.from, read.to) {
        (None, None) if fields.iter().next().is_none() => {
            window.wrong(findings, "a window needs a `from`, a `to`, or both");
            None
        }
        (Some(from), Some(to)) if to <= from => {
            let problem = "this window ends before it begins: nothing is ever struck";
            window.at(&["to"]).wrong(findings, problem);
            None
        }
        _ => Some(read),
    }
}

fn read_instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| {
        format!(
            "`{text}` is no instant: write `2026-01-15T10:00:00Z`, or `2026-01-15T11:00:00+01:00`"
        )
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

fn read_sequence(sequence: &Field<'_>, findings: &mut Findings) -> Vec<u64> {
    let wanted = "the places of those that are struck, such as `[1, 2, 5]`";
    let Some(items) = sequence.list(wanted, findings) else {
        return Vec::new();
    };
    if items.is_empty() {
        sequence.wrong(
            findings,
            format!("an empty sequence strikes nothing: give {wanted}"),
        );
    }
    let mut places = Vec::new();
    for item in items {
        let Some(place) = read_count(&item, findings) else {
            continue;
        };
        if places.last().is_some_and(|last| place <= *last) {
            let problem = "the places of a sequence rise: each is struck once, in this order";
            item.wrong(findings, problem);
        }
        places.push(place);
    }
    places
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

pub(crate) const CONDITIONS: [&str; 15] = [
    "provider",
    "call",
    "operation",
    "token",
    "address",
    "entity",
    "header",
    "window",
    "hours",
    "nth",
    "every",
    "first",
    "sequence",
    "state",
    "share",
];
