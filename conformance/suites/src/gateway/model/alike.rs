//! Histories that differ only in what no judge may mind: when all of it happened, how tokens and entities are called,
//! and how answers are written.

use std::time::Duration;

use doublure_journal::{Event, Hop, RequestSeen, ResponseSeen};
use doublure_rules::History;
use serde_json::{Value, json};

use super::asked::FIRST_ENTITY;
use crate::probe::shown;

/// A way to tell the same otherwise, event by event.
#[derive(Debug)]
pub(super) struct Change {
    /// What is otherwise.
    pub(super) name: &'static str,
    /// The other history.
    pub(super) of: fn(&History) -> History,
}

/// Every way.
pub(super) const CHANGES: &[Change] = &[
    Change {
        name: "a week later",
        of: |history| later(history, WEEK),
    },
    Change {
        name: "tokens called otherwise",
        of: renamed_tokens,
    },
    Change {
        name: "entities called otherwise",
        of: renamed_entities,
    },
    Change {
        name: "answers written otherwise",
        of: |history| answered(history, rewrite),
    },
    Change {
        name: "headers told by a proxy between",
        of: |history| answered(history, |answer| pass_on(&mut answer.headers)),
    },
];

/// The same so much later, with every moment that an answer names: whole windows and whole seconds.
fn later(history: &History, by: Duration) -> History {
    let mut changed = answered(history, |answer| {
        for (_, value) in &mut answer.headers {
            if let Ok(moment) = value.parse::<u64>()
                && moment > LONG_AGO
            {
                *value = (moment + by.as_secs()).to_string();
            }
        }
    });
    for entry in &mut changed.entries {
        entry.at = entry.at + by;
        if let Some(request) = request(entry)
            && let Some(end) = request.token.as_deref().and_then(shown::end_of)
        {
            request.token = Some(shown::ends_at(end + by.as_secs()));
        }
        if let Event::HandshakeTried { handshake } = &mut entry.event
            && let Some(certificate) = &mut handshake.certificate
        {
            certificate.from = certificate.from + by;
            certificate.until = certificate.until + by;
        }
    }
    changed
}

/// Good tokens have other names; what is wrong with the others is told by theirs.
fn renamed_tokens(history: &History) -> History {
    let mut changed = history.clone();
    for request in changed.entries.iter_mut().filter_map(request) {
        let new = match request.token.as_deref() {
            Some("standard") => "zone-9",
            Some("second") => "atelier-1",
            _ => continue,
        };
        request.token = Some(new.to_owned());
    }
    changed
}

/// Every entity is another one, and the last one comes first by its number.
fn renamed_entities(history: &History) -> History {
    let mut text = serde_json::to_string(&history.entries).expect("a history is written");
    for place in 0..MOST_ENTITIES {
        let (old, new) = (FIRST_ENTITY + place, LAST_ENTITY - place);
        text = text.replace(&old.to_string(), &new.to_string());
    }
    History {
        profile: history.profile.clone(),
        entries: serde_json::from_str(&text).expect("what was written is read"),
    }
}

/// The same with every answer of the gateway changed.
fn answered(history: &History, change: impl Fn(&mut ResponseSeen)) -> History {
    let mut changed = history.clone();
    for entry in &mut changed.entries {
        if let Event::ResponseGot {
            hop: Hop::Client,
            response,
            ..
        } = &mut entry.event
        {
            change(response);
        }
    }
    changed
}

/// The same answer in the hand of another programmer: other letters, another order, more words.
fn rewrite(answer: &mut ResponseSeen) {
    answer.headers.reverse();
    for (name, _) in &mut answer.headers {
        *name = name.to_lowercase();
    }
    let Some(body) = &mut answer.body else { return };
    let Ok(mut said) = serde_json::from_str::<Value>(&body.text) else {
        return;
    };
    if let Some(errors) = said.get_mut("errors").and_then(Value::as_array_mut) {
        errors.reverse();
        errors.iter_mut().for_each(reword);
    }
    body.text = serde_json::to_string_pretty(&said).expect("a body is written");
    body.length = body.text.len() as u64;
}

/// The same error in other words.
fn reword(error: &mut Value) {
    if let Some(detail) = error.get_mut("detail").filter(|detail| *detail == "D") {
        *detail = json!("Votre demande n'a pas pu aboutir ; l'équipe est prévenue.");
    }
    if let Some(meta) = error.get_mut("meta").and_then(Value::as_object_mut) {
        meta.insert("request_id".to_owned(), json!("c0ffee"));
    }
}

/// The same headers with those that servers and proxies add.
fn pass_on(headers: &mut Vec<(String, String)>) {
    for (name, _) in headers.iter_mut() {
        *name = name.to_uppercase();
    }
    let own = [
        ("server", "nginx"),
        ("date", "Thu, 15 Jan 2026 10:00:17 GMT"),
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        ("via", "1.1 mandataire"),
        ("vary", "Accept"),
        ("x-request-id", "5f0c"),
        ("strict-transport-security", "max-age=31536000"),
        ("cache-control", "no-store"),
    ];
    headers.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

fn request(entry: &mut doublure_journal::Entry) -> Option<&mut RequestSeen> {
    match &mut entry.event {
        Event::RequestSent { request, .. } | Event::RequestGot { request, .. } => Some(request),
        _ => None,
    }
}

const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
/// No header names a moment before this, in seconds, and no number of anything else comes near.
const LONG_AGO: u64 = 1_000_000_000;
/// More than any choreography asks about.
const MOST_ENTITIES: usize = 20;
const LAST_ENTITY: usize = 899_999_999;
