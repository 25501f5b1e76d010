//! Bans: no answer at all, twelve hours, for one address.

use std::{io, time::Duration};

use doublure_control::{NewSession, Overrides};
use tokio::net::TcpStream;

use crate::{
    caller::Caller,
    house::{House, manual, tax},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_is_banned_by_its_thousand_and_first_call_in_a_minute() {
    let house = House::documented().await;
    let url = house.url("/privileges");
    let token = Some(house.doublure.token("standard"));
    let mut line = Caller::LOCAL.line(&url).await;
    for nth in 1..=1_000 {
        assert_eq!(line.get(&url, token).await.status, 200, "call {nth}");
    }

    let over = house.call_or_silence(Caller::LOCAL, "/privileges").await;

    assert_eq!(over, None);
    let bans = house.doublure.session().bans().await.unwrap();
    let banned: Vec<_> = bans
        .iter()
        .filter(|address| address.banned_until.is_some())
        .collect();
    assert_eq!(banned.len(), 1);
    assert_eq!(banned[0].address.to_string(), "127.0.0.1");
    assert_eq!(banned[0].because.as_deref(), Some("volume"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn going_on_after_429_bans() {
    let house = House::documented().await;
    for _ in 0..5 {
        assert_eq!(house.get(&tax("all-in-order")).await.status, 200);
    }
    // The first 429, which nobody could have ignored yet, and the fifty that may be ignored.
    for nth in 0..=50 {
        assert_eq!(
            house.get(&tax("all-in-order")).await.status,
            429,
            "ignored {nth}"
        );
    }

    let over = house
        .call_or_silence(Caller::LOCAL, &tax("all-in-order"))
        .await;

    assert_eq!(over, None);
    let bans = house.doublure.session().bans().await.unwrap();
    assert_eq!(bans[0].because.as_deref(), Some("ignored-429"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ban_is_silence_everywhere_for_one_address_and_spares_the_others() {
    let house = banned().await;
    let standing = Caller::LOCAL.connect(house.doublure.gateway()).await;

    let open_route = house.call_or_silence(Caller::LOCAL, "/privileges").await;
    let no_route = house.call_or_silence(Caller::LOCAL, "/no/such/route").await;
    let neighbour = house
        .call_or_silence(Caller::NEIGHBOUR, "/privileges")
        .await;

    assert_eq!(open_route, None);
    assert_eq!(no_route, None);
    assert_eq!(neighbour.map(|answer| answer.status), Some(200));
    assert!(nothing_came(&standing));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ban_strikes_connections_that_stood_before_it() {
    let house = House::with(strict()).await;
    let before = Caller::LOCAL.connect(house.doublure.gateway()).await;

    while house
        .call_or_silence(Caller::LOCAL, "/privileges")
        .await
        .is_some()
    {}

    assert!(nothing_came(&before));
    let session = house.doublure.session();
    let silenced = doublure_journal::Filter {
        event: Some(doublure_journal::EventKind::ConnectionSilenced),
        ..doublure_journal::Filter::default()
    };
    let patience = crate::house::PATIENCE;
    assert!(session.wait_for(&silenced, 2, patience).await.unwrap() >= 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ban_ends_by_itself_after_twelve_hours_and_no_sooner() {
    let house = banned().await;

    house.advance(HALF_A_DAY - Duration::from_millis(1)).await;
    let just_before = house.call_or_silence(Caller::LOCAL, "/privileges").await;
    house.advance(Duration::from_millis(1)).await;
    let just_after = house.call_or_silence(Caller::LOCAL, "/privileges").await;

    assert_eq!(just_before, None);
    assert_eq!(just_after.map(|answer| answer.status), Some(200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ban_is_lifted_over_the_control_api() {
    let house = banned().await;

    house.doublure.session().lift_bans().await.unwrap();
    let answer = house.call_or_silence(Caller::LOCAL, "/privileges").await;

    assert_eq!(answer.map(|answer| answer.status), Some(200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hundreds_of_silent_connections_harm_nobody_else() {
    let house = banned().await;
    let silenced = doublure_journal::Filter {
        event: Some(doublure_journal::EventKind::ConnectionSilenced),
        ..doublure_journal::Filter::default()
    };
    let session = house.doublure.session();
    let before = session.count(&silenced).await.unwrap();

    let mut silent = Vec::new();
    for _ in 0..SILENT {
        silent.push(Caller::LOCAL.connect(house.doublure.gateway()).await);
    }
    let patience = crate::house::PATIENCE;
    let held = session.wait_for(&silenced, before + SILENT, patience);
    assert_eq!(held.await.unwrap(), before + SILENT);
    let neighbour = house
        .call_or_silence(Caller::NEIGHBOUR, "/privileges")
        .await;

    assert_eq!(neighbour.map(|answer| answer.status), Some(200));
    assert!(silent.iter().all(nothing_came));
}

/// As many as any machine gives descriptors for; `loadtests/benches/time.sh` opens thousands.
const SILENT: usize = 300;

/// A session in which 127.0.0.1 has just been banned.
async fn banned() -> House {
    let house = House::with(strict()).await;
    while house
        .call_or_silence(Caller::LOCAL, "/privileges")
        .await
        .is_some()
    {}
    house
}

/// Three calls a minute from an address.
fn strict() -> NewSession {
    NewSession {
        overrides: Overrides {
            address_limit: Some(3),
            ..Overrides::default()
        },
        ..manual()
    }
}

/// Neither a byte nor an end has come.
fn nothing_came(stream: &TcpStream) -> bool {
    let got = stream.try_read(&mut [0]);
    matches!(got, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);
