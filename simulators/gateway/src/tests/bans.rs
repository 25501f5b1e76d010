//! Bans as callers meet them.

use std::{net::SocketAddr, time::Duration};

use doublure_fixtures::Edition;
use doublure_kernel::{Admission, Service};
use doublure_scenarios::{BanManner, Effect, Fault, On, Scenario, When};

use super::bench::{Answered, Bench, FISCALE, Setting, UNITE};
const TERM: Duration = Duration::from_secs(12 * 3_600);

fn bench() -> Bench {
    Bench::where_(Edition::Documented, |policy| {
        policy.address_limit = 8;
        policy.ignored_429_limit = 1;
    })
}

fn admission(bench: &Bench, last: u8) -> Admission {
    bench
        .gateway
        .admits(SocketAddr::from(([192, 0, 2, last], 1)))
}

#[tokio::test]
async fn too_many_requests_are_met_with_silence_on_every_route_but_not_elsewhere() {
    let bench = bench();
    for _ in 0..8 {
        assert_eq!(bench.get("/privileges").await.status(), 200);
    }

    let over = bench.get("/privileges").await;
    let other_token = bench
        .ask(bench.asking(UNITE).token(Some(bench.token("second"))))
        .await;
    let elsewhere = bench.ask(bench.asking(UNITE).from(2)).await;

    assert!(over.is_silence() && other_token.is_silence());
    assert_eq!(elsewhere.status(), 200);
    assert_eq!(admission(&bench, 1), Admission::Silence);
    assert_eq!(admission(&bench, 2), Admission::Serve);
}

#[tokio::test]
async fn requests_without_token_or_route_count_too() {
    let bench = bench();
    for _ in 0..8 {
        bench.ask(bench.asking("/nowhere").token(None)).await;
    }

    assert!(bench.get(UNITE).await.is_silence());
}

#[tokio::test]
async fn a_ban_ends_after_its_term_whatever_is_called_meanwhile() {
    let bench = bench();
    for _ in 0..9 {
        bench.get("/privileges").await;
    }

    bench.wait(TERM - Duration::from_secs(1)).await;
    let before = bench.get(UNITE).await;
    bench.wait(Duration::from_secs(1)).await;
    let after = bench.get(UNITE).await;

    assert!(before.is_silence());
    assert_eq!(after.status(), 200);
    assert_eq!(admission(&bench, 1), Admission::Serve);
}

#[tokio::test]
async fn going_on_after_429_bans() {
    let bench = bench();
    let mut met = Vec::new();
    for _ in 0..8 {
        let answer = bench.get(FISCALE).await;
        met.push(if answer.is_silence() {
            0
        } else {
            answer.status()
        });
    }

    // The first 429 is none that was ignored; one ignored is allowed; the next bans.
    assert_eq!(met, [200, 200, 200, 200, 200, 429, 429, 0]);
    let state = &bench.gateway.addresses()[0];
    assert_eq!(state.because, Some("ignored-429"));
    assert_eq!(state.banned_until, Some(super::bench::TEN + TERM));
}

#[tokio::test]
async fn calls_in_flight_when_the_first_429_is_sent_ignore_nothing() {
    let mut setting = Setting::of(Edition::Documented);
    let limits = &mut setting.policy.quota_limits;
    limits.insert("dgfip_attestations_fiscales".to_owned(), 0);
    setting.policy.ignored_429_limit = 0;
    setting.scenario = held_back(Duration::from_secs(1));
    let bench = Bench::with(setting);

    let calls: Vec<_> = (0..4).map(|_| bench.start(bench.asking(FISCALE))).collect();
    bench.wait(Duration::from_secs(1)).await;
    for call in calls {
        assert_eq!(Answered::of(call).await.status(), 429);
    }
    let next = bench.start(bench.asking(FISCALE));
    bench.wait(Duration::from_secs(1)).await;

    assert!(Answered::of(next).await.is_silence());
}

/// Every call waits before it is worked on.
fn held_back(delay: Duration) -> Scenario {
    let fault = Fault {
        name: "held back".to_owned(),
        on: On::Client,
        when: When::default(),
        delay: delay.into(),
        then: Effect::Pass,
        enters: None,
    };
    Scenario {
        faults: vec![fault],
        ..Scenario::default()
    }
}

#[tokio::test]
async fn a_ban_can_be_lifted() {
    let bench = bench();
    for _ in 0..9 {
        bench.get("/privileges").await;
    }

    bench.gateway.lift_bans();

    assert_eq!(bench.get(UNITE).await.status(), 200);
}

#[tokio::test]
async fn a_gateway_that_refuses_instead_is_told_apart() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        policy.address_limit = 1;
        policy.ban_manner = BanManner::Refusal;
    });
    bench.get(UNITE).await;

    let refused = bench.get(UNITE).await;

    assert_eq!(refused.status(), 403);
    assert_eq!(admission(&bench, 1), Admission::Serve);
}

#[tokio::test]
async fn a_gateway_whose_bans_are_prolonged_counts_connections_as_calls() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        policy.address_limit = 1;
        policy.ban_prolonged_by_calls = true;
    });
    bench.get(UNITE).await;
    bench.get(UNITE).await;

    bench.wait(TERM - Duration::from_secs(1)).await;
    let knocks = admission(&bench, 1);
    bench.wait(TERM - Duration::from_secs(1)).await;

    assert_eq!(knocks, Admission::Silence);
    assert_eq!(admission(&bench, 1), Admission::Silence);
}

#[tokio::test]
async fn an_address_on_the_list_is_never_banned_and_its_neighbour_is() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        policy.address_limit = 8;
        policy.ignored_429_limit = 1;
        policy.never_banned = vec![[192, 0, 2, 1].into()];
    });

    for _ in 0..20 {
        assert!(!bench.get(FISCALE).await.is_silence());
    }
    for _ in 0..9 {
        bench.ask(bench.asking("/privileges").from(2)).await;
    }
    let neighbour = bench.ask(bench.asking("/privileges").from(2)).await;

    assert!(neighbour.is_silence());
    assert_eq!(bench.gateway.addresses().len(), 1);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_forwarded_address_is_banned_and_no_other() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        policy.address_limit = 1;
        policy.trusts_forwarded_for = true;
    });
    let behind = |last| {
        let forwarded = format!("10.0.0.1, 198.51.100.{last}");
        bench
            .asking("/privileges")
            .header("x-forwarded-for", &forwarded)
    };

    let first = bench.ask(behind(1)).await;
    let second = bench.ask(behind(1)).await;
    let other = bench.ask(behind(2)).await;

    assert_eq!((first.status(), other.status()), (200, 200));
    assert!(second.is_silence());
    assert_eq!(admission(&bench, 1), Admission::Serve);
    let banned = bench.gateway.addresses();
    assert_eq!(banned[0].address.to_string(), "198.51.100.1");
    assert!(banned[0].banned_until.is_some() && banned[1].banned_until.is_none());
}

#[tokio::test]
async fn without_trust_a_forwarded_address_changes_nothing() {
    let bench = Bench::where_(Edition::Documented, |policy| policy.address_limit = 1);

    for last in 1..=2 {
        let forwarded = format!("198.51.100.{last}");
        let asking = bench.asking("/privileges");
        bench
            .ask(asking.header("x-forwarded-for", &forwarded))
            .await;
    }

    assert_eq!(admission(&bench, 1), Admission::Silence);
}

#[tokio::test]
async fn a_429_warns_once_its_last_byte_is_out() {
    let bench = Bench::where_(Edition::Documented, |policy| {
        let limits = &mut policy.quota_limits;
        limits.insert("dgfip_attestations_fiscales".to_owned(), 0);
        policy.ignored_429_limit = 0;
    });

    let mut first = Answered::unsent(bench.start(bench.asking(FISCALE))).await;
    let meanwhile = Answered::unsent(bench.start(bench.asking(FISCALE))).await;
    first.send();
    let after = bench.get(FISCALE).await;

    assert_eq!((first.status(), meanwhile.status()), (429, 429));
    assert!(after.is_silence());
}
