//! Scenarios of the library, played.

use std::time::Duration;

use doublure_journal::{Entry, Event, EventKind, Filter, Hop};
use doublure_scenarios::library;

use crate::{
    caller::Caller,
    house::{House, PATIENCE, company, tax},
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

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
