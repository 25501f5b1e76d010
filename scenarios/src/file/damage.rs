//! What is wrong with an answer.

use super::{
    field::{Field, Fields},
    findings::{Findings, instead},
    header::header_value,
    tree::Value,
};
use crate::damage::{Damage, Pointer};

/// Reads a `damage`.
pub(super) fn read(damage: &Field<'_>, findings: &mut Findings) -> Option<Damage> {
    match damage.value() {
        Value::Map(_) => read_valued(damage, findings),
        _ => damage.read("a damage, such as `empty`", findings, word),
    }
}

fn word(text: &str) -> Result<Damage, String> {
    match text {
        "empty" => Ok(Damage::Empty),
        "invalid-utf-8" => Ok(Damage::InvalidUtf8),
        "not-what-it-says" => Ok(Damage::NotWhatItSays),
        _ if VALUED.contains(&text) => Err(format!(
            "`{text}` needs a value: `{{ damage: {{ {text}: … }} }}`"
        )),
        _ => Err(format!("unknown damage `{text}`{}", instead(text, &WORDS))),
    }
}

fn read_valued(damage: &Field<'_>, findings: &mut Findings) -> Option<Damage> {
    let before = findings.len();
    let known: Vec<&str> = VALUED.into_iter().chain(["to", "value"]).collect();
    let fields = damage.fields(&known, findings)?;
    if findings.len() > before {
        return None;
    }
    let mut kinds = fields.iter().filter(|(name, ..)| VALUED.contains(name));
    let (Some((kind, _, field)), None) = (kinds.next(), kinds.next()) else {
        let words = VALUED.map(|word| format!("`{word}`")).join(", ");
        damage.wrong(
            findings,
            format!("an answer is damaged in one way: give exactly one of {words}"),
        );
        return None;
    };
    for (part, owner) in [("to", "rename"), ("value", "add")] {
        if let Some(stray) = fields.get(part).filter(|_| kind != owner) {
            stray.wrong(findings, format!("`{part}` goes with `{owner}` only"));
        }
    }
    match kind {
        "media-type" => field
            .read("a media type, such as `text/html`", findings, header_value)
            .map(Damage::MediaType),
        "remove" => pointer(&field, findings).map(Damage::Remove),
        "nullify" => pointer(&field, findings).map(Damage::Nullify),
        "rename" => Some(Damage::Rename {
            to: part(damage, &fields, "to", findings)?,
            field: pointer(&field, findings)?,
        }),
        _ => Some(Damage::Add {
            value: part(damage, &fields, "value", findings)?,
            field: pointer(&field, findings)?,
        }),
    }
}

fn pointer(field: &Field<'_>, findings: &mut Findings) -> Option<Pointer> {
    field.read("a field, such as `/data/siren`", findings, Pointer::parse)
}

/// A text that must be given.
fn part(
    whole: &Field<'_>,
    fields: &Fields<'_>,
    name: &str,
    findings: &mut Findings,
) -> Option<String> {
    let Some(field) = fields.get(name) else {
        whole.wrong(findings, format!("`{name}` is missing"));
        return None;
    };
    field.text("a text", findings).map(str::to_owned)
}

/// Damages without a value.
pub(super) const WORDS: [&str; 3] = ["empty", "invalid-utf-8", "not-what-it-says"];

/// Damages with a value.
pub(super) const VALUED: [&str; 5] = ["media-type", "remove", "nullify", "rename", "add"];
