//! A scenario as a scenario file.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use super::overrides;
use crate::{
    Answer, Damage, Drip, Effect, Fault, On, Overrides, Pointer, Scenario, When, Window, WireFault,
};

/// The text of a file that reads back as the same faults.
pub(super) fn write(scenario: &Scenario) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_scenario(scenario, &mut out);
    out
}

fn write_scenario(scenario: &Scenario, out: &mut String) -> fmt::Result {
    if !scenario.about.is_empty() {
        writeln!(out, "about: {}", quoted(&scenario.about))?;
    }
    if !scenario.serves.is_empty() {
        writeln!(out, "serves: [{}]", scenario.serves.join(", "))?;
    }
    if scenario.overrides != Overrides::default() {
        writeln!(out, "overrides: {}", overrides::write(&scenario.overrides))?;
    }
    if scenario.faults.is_empty() {
        return writeln!(out, "faults: []");
    }
    writeln!(out, "faults:")?;
    scenario
        .faults
        .iter()
        .try_for_each(|fault| write_fault(fault, out))
}

/// One fault as a flow mapping on one line.
pub(super) fn write_alone(fault: &Fault) -> String {
    format!("{{ {} }}", fields(fault).join(", "))
}

fn write_fault(fault: &Fault, out: &mut String) -> fmt::Result {
    writeln!(out, "  - {}", fields(fault).join("\n    "))
}

fn fields(fault: &Fault) -> Vec<String> {
    let mut fields = vec![format!("name: {}", quoted(&fault.name))];
    if fault.on != On::default() {
        fields.push(format!("on: {}", fault.on));
    }
    if fault.when != When::default() {
        let conditions = conditions(&fault.when).join(", ");
        fields.push(format!("when: {{ {conditions} }}"));
    }
    if !fault.delay.is_none() {
        fields.push(format!("delay: {}", fault.delay));
    }
    fields.push(format!("then: {}", effect(&fault.then)));
    let enters = fault.enters.as_deref().map(quoted);
    fields.extend(enters.map(|state| format!("enters: {state}")));
    fields
}

fn conditions(when: &When) -> Vec<String> {
    fn entry<T: fmt::Display>(name: &str, value: Option<T>) -> Option<String> {
        value.map(|value| format!("{name}: {value}"))
    }
    let text = |value: &Option<String>| value.as_deref().map(quoted);
    let entries = [
        entry("provider", text(&when.provider)),
        entry("call", text(&when.call)),
        entry("operation", text(&when.operation)),
        entry("token", text(&when.token)),
        entry(
            "address",
            when.address.map(|address| quoted(&address.to_string())),
        ),
        entry("entity", text(&when.entity)),
        entry(
            "header",
            Some(&when.headers)
                .filter(|headers| !headers.is_empty())
                .map(headers),
        ),
        entry("window", when.window.as_ref().map(window)),
        entry("hours", when.hours.map(|hours| quoted(&hours.to_string()))),
        entry("nth", when.nth),
        entry("every", when.every),
        entry("first", when.first),
        entry(
            "sequence",
            (!when.sequence.is_empty()).then(|| format!("{:?}", when.sequence)),
        ),
        entry("state", text(&when.state)),
        entry("share", when.share),
    ];
    entries.into_iter().flatten().collect()
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Symptom(symptom) => format!("{{ symptom: {symptom} }}"),
        Effect::Damage(given) => format!("{{ damage: {} }}", damage(given)),
        Effect::Wire(WireFault::WrongLength { by }) => format!("{{ wrong-length: {by} }}"),
        Effect::Wire(WireFault::Cut { after }) => format!("{{ cut: {after} }}"),
        Effect::Wire(WireFault::Drip(Drip {
            every, bytes: 1, ..
        })) => {
            format!("{{ drip: {every} }}")
        }
        Effect::Wire(WireFault::Drip(Drip { every, bytes, .. })) => {
            format!("{{ drip: {{ every: {every}, bytes: {bytes} }} }}")
        }
        Effect::Answer(given) => format!("{{ answer: {{ {} }} }}", answer(given)),
        Effect::Pass | Effect::Wire(_) => effect.to_string(),
    }
}

fn damage(damage: &Damage) -> String {
    let of = |pointer: &Pointer| quoted(&pointer.to_string());
    match damage {
        Damage::Empty | Damage::InvalidUtf8 | Damage::NotWhatItSays => damage.to_string(),
        Damage::MediaType(media) => format!("{{ media-type: {} }}", quoted(media)),
        Damage::Remove(field) => format!("{{ remove: {} }}", of(field)),
        Damage::Nullify(field) => format!("{{ nullify: {} }}", of(field)),
        Damage::Rename { field, to } => {
            format!("{{ rename: {}, to: {} }}", of(field), quoted(to))
        }
        Damage::Add { field, value } => {
            format!("{{ add: {}, value: {} }}", of(field), quoted(value))
        }
    }
}

fn answer(answer: &Answer) -> String {
    let mut parts = vec![format!("status: {}", answer.status)];
    if !answer.headers.is_empty() {
        parts.push(format!("headers: {}", headers(&answer.headers)));
    }
    if !answer.body.is_empty() {
        parts.push(format!("body: {}", quoted(&answer.body)));
    }
    parts.join(", ")
}

fn headers(headers: &BTreeMap<String, String>) -> String {
    let header = |(name, value): (&String, &String)| format!("{}: {}", quoted(name), quoted(value));
    let headers: Vec<String> = headers.iter().map(header).collect();
    format!("{{ {} }}", headers.join(", "))
}

fn window(window: &Window) -> String {
    let end = |(name, end): (&str, Option<jiff::Timestamp>)| Some(format!("{name}: \"{}\"", end?));
    let ends: Vec<String> = [("from", window.from), ("to", window.to)]
        .into_iter()
        .filter_map(end)
        .collect();
    format!("{{ {} }}", ends.join(", "))
}

/// The text bare where every YAML reader takes it for text, in double quotes otherwise.
fn quoted(text: &str) -> String {
    let bare = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text);
    if bare {
        return text.to_owned();
    }
    let mut out = String::from('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            ' '..='~' | '\u{a1}'..='\u{d7ff}' if !matches!(sign, '\u{2028}' | '\u{2029}') => {
                out.push(sign);
            }
            // Whatever a YAML reader could fold, drop or refuse.
            _ => out.extend(format!("\\U{:08X}", u32::from(sign)).chars()),
        }
    }
    out.push('"');
    out
}
