//! The same seed and the same calls, one after another: the same bytes, journal included.

use doublure_control::NewSession;
use doublure_journal::EventKind;

use crate::{
    caller::{Answer, Caller},
    house::{House, company, extract, manual, vigilance},
    parity::without_ports,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_seed_gives_the_same_bytes_journal_included() {
    let once = run(7, false).await;
    let again = run(7, false).await;

    assert_same(&once, &again);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_seed_gives_the_same_bytes_over_sockets_too() {
    let once = run(7, true).await;
    let again = run(7, true).await;

    assert_same(&once, &again);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_seed_gives_another_run() {
    let once = run(7, false).await;
    let other = run(8, false).await;

    assert_ne!(once.answers, other.answers);
}

fn assert_same(once: &Run, again: &Run) {
    assert_eq!(once.answers, again.answers);
    for (once, again) in once.journal.iter().zip(&again.journal) {
        assert_eq!(once, again);
    }
    assert_eq!(once.journal.len(), again.journal.len());
}

/// What came back, and what was written down.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    answers: Vec<String>,
    journal: Vec<String>,
}

/// Forty calls on one connection, of which a provider refuses about half.
async fn run(seed: u64, providers_on_sockets: bool) -> Run {
    let house = House::with(NewSession {
        seed: Some(seed),
        providers_on_sockets,
        ..manual()
    })
    .await;
    house.play(HALF_FAIL).await;
    let token = house.doublure.token("standard").to_owned();
    let paths = [
        company("all-in-order"),
        extract("all-in-order"),
        vigilance("all-in-order"),
    ];

    let mut line = Caller::LOCAL.line(&house.url("/")).await;
    let mut answers = Vec::new();
    for nth in 0..40 {
        let url = format!("{}&nth={nth}", house.url(&paths[nth % paths.len()]));
        answers.push(told(&line.get(&url, Some(&token)).await));
    }
    let mut journal = house.journal().await;
    if providers_on_sockets {
        // When the end of a connection is seen is the system's choice; all else keeps its order.
        journal.retain(|entry| entry.event.kind() != EventKind::ConnectionClosed);
        journal.iter_mut().for_each(|entry| entry.index = 0);
    }
    Run {
        answers,
        journal: journal
            .iter()
            .map(|entry| without_ports(&serde_json::to_string(entry).unwrap()))
            .collect(),
    }
}

/// Status, headers and body.
fn told(answer: &Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    without_ports(&format!("{} {:?}\n{body}", answer.status, answer.headers))
}

const HALF_FAIL: &str = "\
about: Half of all calls fail.
faults:
  - name: half
    when: {share: 0.5}
    then: {symptom: unavailable}
";
