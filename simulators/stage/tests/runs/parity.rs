//! Providers in process and on sockets behave alike.

use std::time::Duration;

use doublure_control::NewSession;
use doublure_journal::Event;
use serde_json::Value;

use crate::{
    faults::fault,
    house::{House, company, extract, manual, tax, vigilance},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn healthy_providers_are_the_same_in_process_and_on_sockets() {
    same_in_both_places("delay: 1s", TEN_SECONDS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_that_cannot_be_reached_are_the_same_in_process_and_on_sockets() {
    for wire in ["refuse", "unreachable", "unresolvable"] {
        same_in_both_places(&format!("then: {wire}"), Duration::ZERO).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_that_break_off_are_the_same_in_process_and_on_sockets() {
    for wire in [
        "close",
        "reset",
        "{cut: 20}",
        "garbage",
        "{wrong-length: 5}",
        "{wrong-length: -5}",
    ] {
        same_in_both_places(&format!("then: {wire}"), Duration::ZERO).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_that_keep_one_waiting_are_the_same_in_process_and_on_sockets() {
    for effect in [
        "then: silence",
        "then: {drip: 1s}",
        "then: {drip: {every: {uniform: [100ms, 1s]}, bytes: 100}}",
        "delay: {table: {p0: 1s, p50: 2s, p100: 3s}}",
        "delay: 9s",
        "delay: 11s",
    ] {
        same_in_both_places(effect, TEN_SECONDS).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_that_refuse_are_the_same_in_process_and_on_sockets() {
    // Those that all of them have words for.
    for symptom in ["unavailable", "internal-error", "not-found"] {
        same_in_both_places(&format!("then: {{symptom: {symptom}}}"), Duration::ZERO).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_that_answer_damaged_are_the_same_in_process_and_on_sockets() {
    for damage in [
        "empty",
        "invalid-utf-8",
        "not-what-it-says",
        "{media-type: text/html}",
        "{remove: /uniteLegale}",
        "{nullify: /uniteLegale}",
        "{rename: /uniteLegale, to: unite}",
        "{add: /neuf, value: 1}",
    ] {
        same_in_both_places(&format!("then: {{damage: {damage}}}"), Duration::ZERO).await;
    }
}

/// Runs one call of each provider under a fault in both places and compares what was answered and written down.
async fn same_in_both_places(effect: &str, waits: Duration) {
    let in_process = run(effect, waits, false).await;
    let on_sockets = run(effect, waits, true).await;

    assert_eq!(in_process.answers, on_sockets.answers, "{effect}");
    for (in_process, on_sockets) in in_process.journal.iter().zip(&on_sockets.journal) {
        assert_eq!(in_process, on_sockets, "{effect}");
    }
    assert_eq!(
        in_process.journal.len(),
        on_sockets.journal.len(),
        "{effect}"
    );
}

/// What a run left, without ports, numbers and connections.
struct Run {
    answers: Vec<(u16, String)>,
    journal: Vec<String>,
}

async fn run(effect: &str, waits: Duration, providers_on_sockets: bool) -> Run {
    let house = House::with(NewSession {
        providers_on_sockets,
        ..manual()
    })
    .await;
    let paths = [
        ("insee", company("all-in-order")),
        ("infogreffe", extract("all-in-order")),
        ("urssaf", vigilance("all-in-order")),
        ("dgfip", tax("all-in-order")),
    ];

    let mut answers = Vec::new();
    for (provider, path) in paths {
        house.play(&fault(provider, effect)).await;
        let answer = if waits.is_zero() {
            house.get(&path).await
        } else {
            house.get_while(&path, waits).await
        };
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        answers.push((answer.status, without_ports(&body)));
    }
    let mut journal = house.journal().await;
    journal.retain(|entry| !is_of_a_connection(&entry.event));
    // That a caller left is known at once in process; over a socket others may be quicker to tell theirs.
    journal.sort_by_key(|entry| entry.event.exchange());
    Run {
        answers,
        journal: journal
            .iter()
            .map(|entry| {
                let mut value = serde_json::to_value(entry).unwrap();
                forget(&mut value, &["index", "exchange", "address", "host"]);
                without_ports(&value.to_string())
            })
            .collect(),
    }
}

/// Also what is said of a door, since who is in process has none.
fn is_of_a_connection(event: &Event) -> bool {
    match event {
        Event::ConnectionOpened { .. }
        | Event::ConnectionSilenced { .. }
        | Event::ConnectionClosed { .. } => true,
        Event::Noted { topic, .. } => topic == "door",
        _ => false,
    }
}

/// Takes fields and headers of these names out, wherever they stand.
fn forget(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !names.contains(&name.as_str()));
            fields.values_mut().for_each(|field| forget(field, names));
        }
        Value::Array(items) => {
            let is_header = |item: &Value| {
                let name = item.get(0).and_then(Value::as_str);
                name.is_some_and(|name| names.contains(&name.to_ascii_lowercase().as_str()))
            };
            items.retain(|item| !is_header(item));
            items.iter_mut().for_each(|item| forget(item, names));
        }
        _ => {}
    }
}

/// `127.0.0.1:41234` becomes `127.0.0.1:PORT`.
pub(crate) fn without_ports(text: &str) -> String {
    let mut parts = text.split(LOOPBACK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(LOOPBACK);
        out.push_str("PORT");
        out.push_str(part.trim_start_matches(|character: char| character.is_ascii_digit()));
    }
    out
}

const TEN_SECONDS: Duration = Duration::from_secs(10);

const LOOPBACK: &str = "127.0.0.1:";
