//! One fault of a file.

use super::{delay, effect, field::Field, findings::Findings, header::plain_name, lint, when};
use crate::{Effect, Fault, Names, On};

/// Reads a fault, which is called `unnamed` where it has no name; none where something of it is wrong.
pub(super) fn read(
    item: &Field<'_>,
    unnamed: impl FnOnce() -> String,
    names: &dyn Names,
    findings: &mut Findings,
) -> Option<Fault> {
    let before = findings.len();
    let fields = item.fields(&FIELDS, findings)?;
    let name = match fields.get("name") {
        Some(name) => name.read("a name", findings, plain_name),
        None => Some(unnamed()),
    };
    let on = fields.get("on").map(|on| read_on(&on, findings));
    let when = fields
        .get("when")
        .map(|when| when::read(&when, names, findings));
    let delay = fields
        .get("delay")
        .map(|delay| delay::read(&delay, findings));
    let then = fields.get("then").map(|then| effect::read(&then, findings));
    let enters = fields
        .get("enters")
        .map(|enters| enters.read("the name of a state", findings, plain_name));
    if delay.is_none() && then.is_none() && enters.is_none() {
        item.wrong(
            findings,
            "this fault does nothing: give it a `delay`, a `then`, or both",
        );
    }
    if findings.len() > before {
        return None;
    }
    let fault = Fault {
        name: name?,
        on: on.flatten().unwrap_or_default(),
        when: when.unwrap_or_default(),
        delay: delay.flatten().unwrap_or_default(),
        then: then.flatten().unwrap_or(Effect::Pass),
        enters: enters.flatten(),
    };
    lint::check(&fault, item, names, findings);
    Some(fault)
}

fn read_on(on: &Field<'_>, findings: &mut Findings) -> Option<On> {
    let hop = on.one_of("hop", &["provider", "client"], findings)?;
    Some(if hop == "client" {
        On::Client
    } else {
        On::Provider
    })
}

/// Fields of a fault.
pub(crate) const FIELDS: [&str; 6] = ["name", "on", "when", "delay", "then", "enters"];
