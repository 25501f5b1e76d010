//! What a fault does.

use std::collections::BTreeMap;

use super::{
    damage, delay,
    field::{Field, Fields},
    findings::{Findings, instead},
    header::{header_value, is_header_name},
    tree::Value,
};
use crate::{Answer, Delay, Drip, Effect, Symptom, WireFault};

/// Reads a `then`.
pub(super) fn read(then: &Field<'_>, findings: &mut Findings) -> Option<Effect> {
    match then.value() {
        Value::Map(_) => read_valued(then, findings),
        _ => then.read("what happens, such as `silence`", findings, word),
    }
}

/// An effect that is one word.
fn word(text: &str) -> Result<Effect, String> {
    if let Some((_, effect)) = WORDS.iter().find(|(word, _)| *word == text) {
        return Ok(effect.clone());
    }
    if let Some((_, example)) = VALUED.iter().find(|(word, _)| *word == text) {
        return Err(format!("`{text}` needs a value: `{example}`"));
    }
    if Symptom::ALL.iter().any(|symptom| symptom.name() == text) {
        return Err(format!(
            "`{text}` is a symptom: write `{{ symptom: {text} }}`"
        ));
    }
    let known: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
    Err(format!("unknown effect `{text}`{}", instead(text, &known)))
}

/// An effect that is a word and its value.
fn read_valued(then: &Field<'_>, findings: &mut Findings) -> Option<Effect> {
    let before = findings.len();
    let fields = then.fields(&VALUED.map(|(word, _)| word), findings)?;
    if findings.len() > before {
        return None;
    }
    let mut given = fields.iter();
    let (Some((word, _, field)), None) = (given.next(), given.next()) else {
        let words = VALUED.map(|(word, _)| format!("`{word}`")).join(", ");
        then.wrong(
            findings,
            format!("a fault does one thing: give exactly one of {words}"),
        );
        return None;
    };
    match word {
        "symptom" => read_symptom(&field, findings).map(Effect::Symptom),
        "cut" => read_cut(&field, findings).map(Effect::Wire),
        "wrong-length" => read_wrong_length(&field, findings).map(Effect::Wire),
        "damage" => damage::read(&field, findings).map(Effect::Damage),
        "drip" => read_drip(&field, findings).map(Effect::Wire),
        _ => read_answer(&field, findings).map(Effect::Answer),
    }
}

fn read_symptom(field: &Field<'_>, findings: &mut Findings) -> Option<Symptom> {
    let named = field.one_of("symptom", &Symptom::ALL.map(Symptom::name), findings)?;
    Symptom::ALL
        .into_iter()
        .find(|symptom| symptom.name() == named)
}

fn read_cut(field: &Field<'_>, findings: &mut Findings) -> Option<WireFault> {
    let after = field.parse("a whole number of bytes, such as `20`", findings)?;
    Some(WireFault::Cut { after })
}

fn read_wrong_length(field: &Field<'_>, findings: &mut Findings) -> Option<WireFault> {
    let wanted = "by how many bytes the length is off, such as `5` or `-5`";
    let by = field.read(wanted, findings, |text| match text.parse() {
        Ok(0) => Err("a length that is off by 0 is right: write `1` or `-1`".to_owned()),
        Ok(by) => Ok(by),
        Err(_) => Err(format!("`{text}` does not say {wanted}")),
    })?;
    Some(WireFault::WrongLength { by })
}

fn read_drip(field: &Field<'_>, findings: &mut Findings) -> Option<WireFault> {
    let is_split = match field.value() {
        Value::Map(entries) => entries
            .iter()
            .any(|(key, _)| DRIP.contains(&key.name.as_str())),
        _ => false,
    };
    if !is_split {
        return read_gap(field, findings).map(|every| WireFault::Drip(Drip::bytewise(every)));
    }
    let fields = field.fields(&DRIP, findings)?;
    let bytes = fields
        .get("bytes")
        .map(|bytes| read_piece(&bytes, findings));
    let Some(every) = fields.get("every") else {
        field.wrong(
            findings,
            "`every` is missing: the time between two pieces, such as `1s`",
        );
        return None;
    };
    Some(WireFault::Drip(Drip {
        bytes: bytes.map_or(Some(1), |bytes| bytes)?,
        ..Drip::bytewise(read_gap(&every, findings)?)
    }))
}

fn read_gap(field: &Field<'_>, findings: &mut Findings) -> Option<Delay> {
    let every = delay::read(field, findings)?;
    if every.is_none() {
        field.wrong(
            findings,
            "no time between two pieces is no drip: write `1ms` or more",
        );
        return None;
    }
    Some(every)
}

fn read_piece(field: &Field<'_>, findings: &mut Findings) -> Option<u64> {
    field.read(
        "how many bytes a piece has, such as `500`",
        findings,
        |text| match text.parse() {
            Ok(0) => Err("a piece has at least one byte".to_owned()),
            Ok(bytes) => Ok(bytes),
            Err(_) => Err(format!("`{text}` is no whole number of bytes")),
        },
    )
}

fn read_answer(field: &Field<'_>, findings: &mut Findings) -> Option<Answer> {
    let fields = field.fields(&["status", "headers", "body"], findings)?;
    let body = match fields.get("body") {
        Some(body) => body.text("a text", findings)?,
        None => "",
    };
    Some(Answer {
        headers: read_headers(&fields, findings),
        body: body.to_owned(),
        status: read_status(field, &fields, findings)?,
    })
}

fn read_status(answer: &Field<'_>, fields: &Fields<'_>, findings: &mut Findings) -> Option<u16> {
    let Some(status) = fields.get("status") else {
        answer.wrong(
            findings,
            "an answer needs a `status`, such as `status: 500`",
        );
        return None;
    };
    status.read(
        "an HTTP status, such as `500`",
        findings,
        |text| match text.parse::<u16>() {
            Ok(status @ 200..=599) => Ok(status),
            _ => Err(format!(
                "`{text}` is no HTTP status of an answer: write a number from 200 to 599"
            )),
        },
    )
}

fn read_headers(fields: &Fields<'_>, findings: &mut Findings) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    let given = fields
        .get("headers")
        .and_then(|headers| headers.any_fields("a mapping of names and values", findings));
    for (name, place, field) in given.iter().flat_map(Fields::iter) {
        if !is_header_name(name) {
            let problem = format!("`{name}` is no header name: use letters, digits and `-`");
            findings.report(place, field.path(), problem);
        }
        if let Some(value) = field.read("a text", findings, header_value) {
            headers.insert(name.to_owned(), value);
        }
    }
    headers
}

/// The words of effects without a value.
pub(super) const fn words() -> [&'static str; WORDS.len()] {
    names(&WORDS)
}

/// The words of effects with a value.
pub(super) const fn valued() -> [&'static str; VALUED.len()] {
    names(&VALUED)
}

const fn names<T, const N: usize>(table: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = table[index].0;
        index += 1;
    }
    names
}

/// Fields of a drip in pieces.
pub(crate) const DRIP: [&str; 2] = ["every", "bytes"];

/// Effects without a value.
const WORDS: [(&str, Effect); 9] = [
    ("pass", Effect::Pass),
    ("silence", Effect::Wire(WireFault::Silence)),
    ("refuse", Effect::Wire(WireFault::Refuse)),
    ("unreachable", Effect::Wire(WireFault::Unreachable)),
    ("unresolvable", Effect::Wire(WireFault::Unresolvable)),
    ("slow-tls", Effect::Wire(WireFault::SlowTls)),
    ("close", Effect::Wire(WireFault::Close)),
    ("reset", Effect::Wire(WireFault::Reset)),
    ("garbage", Effect::Wire(WireFault::Garbage)),
];

/// Effects with a value, and how each is written.
const VALUED: [(&str, &str); 6] = [
    ("symptom", "{ symptom: unavailable }"),
    ("cut", "{ cut: 20 }"),
    ("wrong-length", "{ wrong-length: 5 }"),
    ("damage", "{ damage: empty }"),
    ("drip", "{ drip: 1s }"),
    ("answer", "{ answer: { status: 500 } }"),
];
