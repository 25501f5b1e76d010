//! Numbers and manners of the gateway that a scenario wants, in a session that is made with it.

use serde_json::{Map, Value as Json};

use super::{
    field::{Field, Fields},
    findings::{Findings, instead},
    tree::Value,
};
use crate::{Overrides, duration};

/// Reads `overrides`; those that are wrong are left out.
pub(super) fn read(overrides: &Field<'_>, findings: &mut Findings) -> Overrides {
    let wanted = "a mapping such as `{ quota-limit: 3, ban-term: 10min }`";
    let Some(fields) = overrides.any_fields(wanted, findings) else {
        return Overrides::default();
    };
    let mut read = Map::new();
    for (name, place, field) in fields.iter() {
        let known = NAMES.into_iter().find(|known| same(known, name));
        let Some(known) = known else {
            let problem = format!("unknown override `{name}`{}", instead(name, &NAMES));
            findings.report(place, field.path(), problem);
            continue;
        };
        let (json_name, value) = (
            json_name(known),
            json(&field, wants_unit(known, name), findings),
        );
        let alone = Map::from_iter([(json_name.clone(), value.clone())]);
        match serde_json::from_value::<Overrides>(Json::Object(alone)) {
            Ok(_) => {
                read.insert(json_name, value);
            }
            Err(error) => field.wrong(findings, format!("this is no `{known}`: {error}")),
        }
    }
    // Each of them is one by itself.
    serde_json::from_value(Json::Object(read)).unwrap_or_default()
}

/// The overrides as one line, each as it reads back.
pub(super) fn write(overrides: &Overrides) -> String {
    let Ok(Json::Object(fields)) = serde_json::to_value(overrides) else {
        return "{}".to_owned();
    };
    let entry = |(name, value): (&String, &Json)| format!("{}: {value}", name.replace('_', "-"));
    let entries: Vec<String> = fields.iter().map(entry).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// `ban-term`, `ban_term` and `ban-term-ms` are one.
fn same(known: &str, given: &str) -> bool {
    let given = given.replace('_', "-");
    given == known || (is_time(known) && given.strip_suffix("-ms") == Some(known))
}

fn is_time(name: &str) -> bool {
    TIMES.contains(&name)
}

/// A length of time needs its unit, unless the name says that it counts milliseconds.
fn wants_unit(known: &str, given: &str) -> bool {
    is_time(known) && !given.ends_with("ms")
}

fn json_name(known: &str) -> String {
    let name = known.replace('-', "_");
    if is_time(known) {
        format!("{name}_ms")
    } else {
        name
    }
}

/// The value as JSON; what wants a unit in milliseconds.
fn json(field: &Field<'_>, wants_unit: bool, findings: &mut Findings) -> Json {
    match field.value() {
        Value::Nothing => Json::Null,
        Value::Text(text) => scalar(field, text, wants_unit, findings),
        Value::List(_) => {
            let items = field.list("a list", findings).unwrap_or_default();
            items
                .iter()
                .map(|item| json(item, wants_unit, findings))
                .collect()
        }
        Value::Map(_) => {
            let fields = field.any_fields("a mapping", findings);
            let entry = |(name, _, field): (&str, _, Field<'_>)| {
                // Names of tokens and groups stay as they are; fields of terms are fields.
                let name = match TERMS.into_iter().find(|term| same(term, name)) {
                    Some(term) => term.replace('-', "_"),
                    None => name.to_owned(),
                };
                (name, json(&field, wants_unit, findings))
            };
            Json::Object(fields.iter().flat_map(Fields::iter).map(entry).collect())
        }
    }
}

fn scalar(field: &Field<'_>, text: &str, wants_unit: bool, findings: &mut Findings) -> Json {
    if !wants_unit {
        let plain = serde_json::from_str::<Json>(text).ok();
        let plain = plain.filter(|value| value.is_number() || value.is_boolean());
        return plain.unwrap_or_else(|| Json::String(text.to_owned()));
    }
    match duration::parse(text) {
        Ok(length) => u64::try_from(length.as_millis()).unwrap_or(u64::MAX).into(),
        Err(error) => {
            field.wrong(findings, error.to_string());
            Json::from(1)
        }
    }
}

/// What can be overridden, as a file names it.
pub(crate) const NAMES: [&str; 18] = [
    "quota-limit",
    "quota-limits",
    "tokens",
    "quota-window",
    "quota-window-start",
    "provider-deadline",
    "provider-deadlines",
    "address-limit",
    "address-window",
    "never-banned",
    "trust-forwarded-for",
    "ignored-429-limit",
    "ban-term",
    "ban-prolonged-by-calls",
    "ban-manner",
    "document-life",
    "leaks-provider-words",
    "cache",
];

/// Those that are lengths of time.
const TIMES: [&str; 6] = [
    "quota-window",
    "provider-deadline",
    "provider-deadlines",
    "address-window",
    "ban-term",
    "document-life",
];

/// Fields of what holds for one token.
const TERMS: [&str; 2] = ["quota-limit", "allowed-addresses"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_override_there_is_has_a_name_in_files() {
        let schema = schemars::schema_for!(Overrides);
        let properties = schema.get("properties").and_then(Json::as_object).unwrap();

        let named: Vec<String> = NAMES.into_iter().map(json_name).collect();

        for property in properties.keys() {
            assert!(named.contains(property), "{property}");
        }
        assert_eq!(named.len(), properties.len());
    }
}
