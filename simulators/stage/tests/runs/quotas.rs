//! Quotas: headers, refusals, the window's end.

use std::time::Duration;

use doublure_control::{NewSession, Overrides};

use crate::house::{House, company, extract, manual, tax, vigilance};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_headers_count_down_within_the_window_that_the_first_call_opened() {
    let house = House::documented().await;
    house.advance(Duration::from_millis(1_500)).await;

    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = house.get(&company("all-in-order")).await;
        seen.push((
            answer.number("RateLimit-Limit"),
            answer.number("RateLimit-Remaining"),
            answer.number("RateLimit-Reset"),
        ));
    }

    // 10:00:01.5 and a minute, rounded up.
    let reset = START + 62;
    assert_eq!(
        seen,
        [(250, 249, reset), (250, 248, reset), (250, 247, reset)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn operations_of_one_group_share_a_counter_and_groups_do_not() {
    let house = House::documented().await;

    house.get(&company("all-in-order")).await;
    let same_group = house.get(&extract("all-in-order")).await;
    let documents = house.get(&vigilance("all-in-order")).await;
    let own = house.get(&tax("all-in-order")).await;
    let other_token = house.get_as(&company("all-in-order"), "second").await;

    let left = |answer: &crate::caller::Answer| answer.number("RateLimit-Remaining");
    assert_eq!(left(&same_group), 248);
    assert_eq!(left(&documents), 49);
    assert_eq!(left(&own), 4);
    assert_eq!(left(&other_token), 249);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_call_over_the_limit_is_refused_until_the_window_ends() {
    let house = House::documented().await;
    for _ in 0..50 {
        assert_eq!(house.get(&vigilance("all-in-order")).await.status, 200);
    }
    house.advance(Duration::from_secs(20)).await;

    let refused = house.get(&vigilance("all-in-order")).await;
    house.advance(Duration::from_secs(40)).await;
    let served = house.get(&vigilance("all-in-order")).await;

    assert_eq!(
        (refused.status, refused.code()),
        (429, Some("00429".into()))
    );
    assert_eq!(refused.number("Retry-After"), 40);
    assert_eq!(refused.number("RateLimit-Remaining"), 0);
    assert_eq!(refused.number("RateLimit-Reset"), START + 60);
    assert_eq!(served.status, 200);
    assert_eq!(served.number("RateLimit-Remaining"), 49);
    assert!(served.header("Retry-After").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn quotas_are_seen_and_set_back_over_the_control_api() {
    let one_call = Overrides {
        quota_limit: Some(1),
        ..Overrides::default()
    };
    let house = House::with(NewSession {
        overrides: one_call,
        ..manual()
    })
    .await;
    let session = house.doublure.session();
    house.get(&company("all-in-order")).await;

    let quotas = session.quotas().await.unwrap();
    let refused = house.get(&company("all-in-order")).await;
    session.reset_quotas().await.unwrap();
    let served = house.get(&company("all-in-order")).await;

    assert_eq!(quotas.len(), 1);
    assert_eq!(
        (quotas[0].token.as_str(), quotas[0].group.as_str()),
        ("standard", "json")
    );
    assert_eq!((quotas[0].limit, quotas[0].remaining), (1, 0));
    assert_eq!((refused.status, served.status), (429, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_runs_today_counts_in_minutes_of_the_clock() {
    let house = House::with(NewSession {
        edition: Some("observed".into()),
        clock: "manual=2026-01-15T10:00:50Z".parse().unwrap(),
        ..NewSession::default()
    })
    .await;

    let before = house.get(&company("all-in-order")).await;
    house.advance(Duration::from_secs(10)).await;
    let after = house.get(&company("official-sample")).await;

    assert_eq!(before.number("RateLimit-Reset"), START + 60);
    assert_eq!(after.number("RateLimit-Remaining"), 249);
    assert_eq!(after.number("RateLimit-Reset"), START + 120);
}

/// 2026-01-15T10:00:00Z.
const START: u64 = 1_768_471_200;
