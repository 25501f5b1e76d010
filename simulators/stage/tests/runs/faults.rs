//! Providers that fail, and what the caller is told.

use std::time::Duration;

use doublure_journal::{Event, EventKind, Filter, Hop};

use crate::house::{House, aggregate, company, extract};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_silent_provider_gives_504_at_the_deadline() {
    let house = House::documented().await;
    house.play(&silent("insee")).await;

    let answer = house.get_while(&company("all-in-order"), DEADLINE).await;

    assert_eq!((answer.status, answer.code()), (504, Some("01002".into())));
    assert_eq!(answer.header("date"), Some("Thu, 15 Jan 2026 10:00:10 GMT"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_provider_that_answers_just_in_time_is_relayed() {
    let house = House::documented().await;
    house.play(&late("insee", "10s")).await;

    let answer = house.get_while(&company("all-in-order"), DEADLINE).await;

    assert_eq!(answer.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_one_provider_is_silent_the_others_answer() {
    let house = House::documented().await;
    house.play(&silent("insee")).await;
    let (silent, extract) = (company("all-in-order"), extract("all-in-order"));

    let other_first = async {
        let other = house.get(&extract).await;
        house.advance_past(1, DEADLINE).await;
        other
    };
    let (silenced, other) = tokio::join!(house.get(&silent), other_first);

    assert_eq!((silenced.status, other.status), (504, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_aggregate_without_its_second_source_is_206() {
    let house = House::documented().await;
    let whole = house.get(&aggregate("all-in-order")).await;
    house.play(&down("infogreffe")).await;

    let partial = house.get(&aggregate("all-in-order")).await;

    assert_eq!(whole.status, 200);
    assert_eq!(whole.json()["gateway_error"], false);
    assert_eq!(partial.status, 206);
    assert_eq!(partial.json()["gateway_error"], true);
    assert!(String::from_utf8_lossy(&partial.body).contains("Donnée indisponible"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_aggregate_without_its_main_source_gives_that_source_s_error() {
    let house = House::documented().await;
    house.play(&down("insee")).await;

    let answer = house.get(&aggregate("all-in-order")).await;

    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["gateway_error"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_fault_that_fired_stands_in_the_journal_until_it_is_calm_again() {
    let house = House::documented().await;
    let session = house.doublure.session();
    house.play(&down("insee")).await;

    let failed = house.get(&company("all-in-order")).await;
    session.calm().await.unwrap();
    let well = house.get(&company("all-in-order")).await;

    assert_eq!((failed.status, well.status), (503, 200));
    let fired = Filter {
        event: Some(EventKind::FaultFired),
        ..Filter::default()
    };
    assert_eq!(session.count(&fired).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_call_is_one_data_request_to_its_provider() {
    let house = House::documented().await;
    house.get(&company("all-in-order")).await;

    let got = Filter {
        event: Some(EventKind::RequestGot),
        hop: Some(Hop::Provider),
        entity: Some(crate::house::siren("all-in-order").to_owned()),
        ..Filter::default()
    };

    assert_eq!(house.doublure.session().count(&got).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_header_of_the_caller_asks_for_a_fault() {
    let house = House::documented().await;
    let host = house.doublure.gateway().replace("http://", "");
    let teapot = |host: &str| {
        format!(
            "faults:\n  - on: client\n    when: {{ header: {{ Host: \"{host}\" }} }}\n    then: {{ answer: {{ status: 418 }} }}\n"
        )
    };

    house.play(&teapot("elsewhere.example")).await;
    let spared = house.get(&company("all-in-order")).await;
    house.play(&teapot(&host)).await;
    let struck = house.get(&company("all-in-order")).await;

    assert_eq!((spared.status, struck.status), (200, 418));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_journal_names_the_delay_that_was_drawn() {
    let house = House::documented().await;
    house.play(&late("insee", "{uniform: [1s, 3s]}")).await;

    let answer = house.get_while(&company("all-in-order"), DEADLINE).await;

    assert_eq!(answer.status, 200);
    let journal = house.journal().await;
    let mut since_fault = journal
        .iter()
        .skip_while(|entry| !matches!(entry.event, Event::FaultFired { .. }));
    let fired = since_fault.next().unwrap();
    let answered = since_fault
        .find(|entry| matches!(entry.event, Event::ResponseSent { .. }))
        .unwrap();
    let Event::FaultFired { effect, .. } = &fired.event else {
        unreachable!("the first of them is the fault")
    };
    let waited = answered.at.since(fired.at).as_micros();
    assert_eq!(*effect, format!("delay {waited}us"));
    assert!((1_000_000..3_000_000).contains(&waited), "{waited}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_that_has_nothing_to_damage_goes_out_as_it_is_and_the_journal_notes_it() {
    let house = House::documented().await;
    house
        .play("faults:\n  - on: client\n    then: { damage: { remove: /nowhere } }\n")
        .await;

    let answer = house.get(&company("all-in-order")).await;

    assert_eq!(answer.status, 200);
    let journal = house.journal().await;
    let noted = journal.iter().any(|entry| {
        matches!(&entry.event, Event::Noted { text, .. } if text.contains("nothing to remove /nowhere"))
    });
    assert!(noted);
}

/// How long the documented gateway waits for a provider.
const DEADLINE: Duration = Duration::from_secs(10);

/// The provider reads and never answers.
pub(crate) fn silent(provider: &str) -> String {
    fault(provider, "then: silence")
}

/// The provider refuses to serve.
pub(crate) fn down(provider: &str) -> String {
    fault(provider, "then: {symptom: unavailable}")
}

/// The provider answers so late.
pub(crate) fn late(provider: &str, delay: &str) -> String {
    // A log-in that took as long would leave no time for the data.
    format!(
        "about: One provider is late.\nfaults:\n  - when: {{call: login}}\n    then: pass\n  - when: {{provider: {provider}}}\n    delay: {delay}\n"
    )
}

/// A scenario of one fault.
pub(crate) fn fault(provider: &str, effect: &str) -> String {
    format!(
        "about: One provider fails.\nfaults:\n  - name: it-fails\n    when: {{provider: {provider}}}\n    {effect}\n"
    )
}
