//! Scenarios of the library, played.

use std::time::Duration;

use doublure_journal::{Entry, Event, EventKind, Filter, Hop};
use doublure_scenarios::library;

use crate::{
    caller::Caller,
    house::{House, PATIENCE, company, extract, tax},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flapping_refuses_every_second_call() {
    let house = playing("flapping").await;

    let seen = statuses(&house, 4).await;

    assert_eq!(seen, [200, 503, 200, 503]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn recovery_refuses_the_first_three_calls_and_none_after() {
    let house = playing("recovery").await;

    let seen = statuses(&house, 5).await;

    assert_eq!(seen, [503, 503, 503, 200, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_maintenance_window_opens_and_closes_with_the_clock() {
    let house = playing("maintenance-window").await;
    let mut seen = vec![house.get(&tax("all-in-order")).await.status];

    // The clock starts at eleven in the morning in Paris: fourteen hours on it is one at night.
    house.advance(14 * HOUR).await;
    seen.push(house.get(&tax("all-in-order")).await.status);
    house.advance(HOUR).await;
    seen.push(house.get(&tax("all-in-order")).await.status);

    assert_eq!(seen, [200, 503, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_brownout_refuses_some_calls_and_holds_others_up() {
    let house = playing("brownout").await;

    let seen = at_once(&house, 60, 9 * SECOND).await;

    let refused = fired(&house, "some-are-refused").await;
    assert!((1..20).contains(&refused), "{refused} refused");
    assert!((10..40).contains(&fired(&house, "many-are-slow").await));
    assert_eq!(
        seen.iter().filter(|status| **status == 503).count(),
        refused
    );
    assert_eq!(
        seen.iter().filter(|status| **status == 200).count(),
        60 - refused
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_length_leaves_the_caller_with_less_than_was_sent() {
    let whole = House::documented()
        .await
        .get(&company("all-in-order"))
        .await;
    let house = playing("wrong-length").await;

    let answer = house.get(&company("all-in-order")).await;

    assert_eq!(answer.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
    assert_eq!(answer.body.len() + 20, whole.body.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refusals_of_the_library_are_worded_as_the_gateway_words_them() {
    let undisclosed = playing("undisclosed-451").await;
    let conflict = playing("conflict-409").await;
    let faithful = House::documented().await;

    let played = undisclosed.get(&company("all-in-order")).await;
    let office = undisclosed.get(OFFICE).await;
    let other = undisclosed.get(&extract("all-in-order")).await;
    let real = faithful.get(&company("never-diffusible")).await;
    let refused = conflict.get(&company("all-in-order")).await;

    assert_eq!(played.json(), real.json());
    assert_eq!((played.status, office.status, real.status), (451, 451, 451));
    assert_eq!(other.status, 200);
    assert_eq!(
        (refused.status, refused.code()),
        (409, Some("00015".into()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_realistic_day_most_calls_go_well_and_all_take_their_time() {
    let house = playing("realistic").await;

    let seen = at_once(&house, 200, 10 * SECOND).await;

    let well = seen.iter().filter(|status| **status == 200).count();
    assert!((180..200).contains(&well), "{well} went well");
    // Those that went well waited first.
    assert!(fired(&house, "insee-takes-its-time").await >= well);
}

async fn playing(name: &str) -> House {
    let house = House::documented().await;
    house.play(library::find(name).unwrap().text).await;
    house
}

/// What came of so many calls, one after the other.
async fn statuses(house: &House, calls: usize) -> Vec<u16> {
    let mut seen = Vec::new();
    for _ in 0..calls {
        seen.push(house.get(&company("all-in-order")).await.status);
    }
    seen
}

/// What came of so many calls at once, after so much time.
async fn at_once(house: &House, calls: usize, passes: Duration) -> Vec<u16> {
    let (url, token) = (
        house.url(&company("all-in-order")),
        house.doublure.token("standard"),
    );
    let calls: Vec<_> = (0..calls)
        .map(|nth| {
            // The same call twice at once would be refused by the gateway.
            let (url, token) = (format!("{url}&nth={nth}"), token.to_owned());
            tokio::spawn(async move { Caller::LOCAL.get(&url, Some(&token)).await.status })
        })
        .collect();
    let got = Filter {
        event: Some(EventKind::RequestGot),
        hop: Some(Hop::Client),
        ..Filter::default()
    };
    let session = house.doublure.session();
    session.wait_for(&got, calls.len(), PATIENCE).await.unwrap();
    house.advance(passes).await;
    let mut seen = Vec::new();
    for call in calls {
        seen.push(call.await.unwrap());
    }
    seen
}

/// How often a fault fired.
async fn fired(house: &House, fault: &str) -> usize {
    let journal = house.journal().await;
    let of_it = |entry: &&Entry| matches!(&entry.event, Event::FaultFired { fault: name, .. } if name == fault);
    journal.iter().filter(of_it).count()
}

/// Path of an establishment of the official sample.
const OFFICE: &str = "/v3/insee/sirene/etablissements/41816609600069";
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
