//! Several sessions side by side, and their ends.

use std::time::Duration;

use doublure_control::{ClockSetting, NewSession};
use doublure_stage::{Stage, StageConfig};

use crate::{
    caller::Caller,
    house::{House, PATIENCE, TRACING, company, manual},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sessions_share_neither_clock_nor_quota_nor_journal() {
    let house = House::documented().await;
    let other = house.doublure.stage().create(manual()).await.unwrap();
    house.get(&company("all-in-order")).await;

    let clock = house.advance(Duration::from_secs(3_600)).await;
    let url = format!(
        "{}{}?{TRACING}",
        other.gateway.unwrap(),
        company("all-in-order")
    );
    let answer = Caller::LOCAL
        .get(&url, Some(&other.tokens["standard"]))
        .await;

    let other = house.doublure.stage().view(&other.name).unwrap();
    assert_eq!(clock.now.since(other.clock.now), Duration::from_secs(3_600));
    assert_eq!(answer.number("RateLimit-Remaining"), 249);
    let entries = house.journal().await;
    let calls = entries.iter().filter(|entry| {
        entry.event.kind() == doublure_journal::EventKind::RequestGot
            && entry.event.hop() == Some(doublure_journal::Hop::Client)
    });
    assert_eq!(calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_on_real_time_stands_beside_one_on_manual_time() {
    let house = House::documented().await;
    let real = house
        .doublure
        .stage()
        .create(NewSession::default())
        .await
        .unwrap();

    let url = format!(
        "{}{}?{TRACING}",
        real.gateway.unwrap(),
        company("all-in-order")
    );
    let answer = Caller::LOCAL
        .get(&url, Some(&real.tokens["standard"]))
        .await;

    assert_eq!(answer.status, 200);
    assert!(!real.clock.manual && house.doublure.view().clock.manual);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_was_ended_listens_no_more() {
    let house = House::with(NewSession {
        providers_on_sockets: true,
        ..manual()
    })
    .await;
    let view = house.doublure.view().clone();
    let urls: Vec<String> = view
        .providers
        .values()
        .cloned()
        .chain(view.gateway)
        .collect();
    // Each provider, the plain one, the gateway.
    assert_eq!(urls.len(), doublure_providers::IDS.len() + 2);

    house.doublure.session().end().await.unwrap();

    for url in urls {
        let address = url.trim_start_matches("http://");
        let refused = tokio::net::TcpStream::connect(address).await.unwrap_err();
        assert_eq!(
            refused.kind(),
            std::io::ErrorKind::ConnectionRefused,
            "{url}"
        );
    }
    assert!(house.doublure.session().view().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_the_stage_ends_all_even_while_somebody_waits() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let view = stage.create(manual()).await.unwrap();
    let control = stage.control();
    let session = doublure_control::Client::new(control).session(&view.name);
    let endless = doublure_journal::Filter::default();
    let waiting = tokio::spawn(async move { session.wait_for(&endless, 1_000, PATIENCE).await });

    stage.close().await;

    assert!(tokio::net::TcpStream::connect(control).await.is_err());
    waiting.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_stand_alone_for_a_gateway_of_somebody_else() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();

    let view = stage
        .create(NewSession {
            without_gateway: true,
            ..NewSession::default()
        })
        .await
        .unwrap();

    assert_eq!(view.gateway, None);
    let ids: Vec<&str> = view.providers.keys().map(String::as_str).collect();
    let mut known: Vec<&str> = doublure_providers::IDS
        .into_iter()
        .chain(["plain"])
        .collect();
    known.sort_unstable();
    assert_eq!(ids, known);
    for url in view.providers.values() {
        let answer = Caller::LOCAL.get(&format!("{url}/"), None).await;
        assert_ne!(answer.status, 200, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_thousand_companies_cost_no_time_to_start() {
    let house = House::with(NewSession {
        companies: Some(100_000),
        clock: ClockSetting::Manual(None),
        ..NewSession::default()
    })
    .await;
    let world = doublure_fixtures::World::new(1, 100_000);
    let last = world.siren_of(99_999).unwrap();

    let answer = house
        .get(&format!("/v3/insee/sirene/unites_legales/{last}"))
        .await;

    assert_eq!(answer.status, 200);
}
