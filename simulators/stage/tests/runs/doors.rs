//! Connections that never come about: to a gateway under a ban, to providers that are down.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use doublure_control::{BanManner, NewSession, Overrides, patience};
use tokio::net::{TcpSocket, TcpStream};

use crate::{
    caller::Caller,
    house::{House, company, manual},
};

/// What becomes of a connection from this address of loopback.
#[derive(Debug, PartialEq, Eq)]
enum Met {
    Accepted,
    Refused,
    Unanswered,
}

async fn knock(url: &str, last: u8) -> Met {
    let target: SocketAddr = url.split("//").nth(1).unwrap().parse().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    let from = Ipv4Addr::new(127, 0, 0, last);
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    // What loopback does not answer while it is asked, it never answers.
    match patience(Duration::from_millis(300), socket.connect(target)).await {
        Some(Ok(_)) => Met::Accepted,
        Some(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => Met::Refused,
        Some(Err(error)) => panic!("{error}"),
        None => Met::Unanswered,
    }
}

/// A session in which 127.0.0.1 has just been banned, so that it cannot be reached from there.
async fn banned() -> House {
    let house = House::with(NewSession {
        overrides: Overrides {
            address_limit: Some(3),
            ban_manner: Some(BanManner::Unreachable),
            ..Overrides::default()
        },
        ..manual()
    })
    .await;
    let url = house.url("/privileges");
    let token = house.doublure.token("standard").to_owned();
    for _ in 0..3 {
        assert_eq!(Caller::LOCAL.get(&url, Some(&token)).await.status, 200);
    }
    let silenced = house.call_or_silence(Caller::LOCAL, "/privileges").await;
    assert_eq!(silenced, None);
    house
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ban_may_leave_connections_without_an_answer_for_its_term_and_one_address() {
    let house = banned().await;
    let gateway = house.doublure.gateway();

    let at_once = (knock(gateway, 1).await, knock(gateway, 2).await);
    house.advance(HALF_A_DAY - Duration::from_millis(1)).await;
    let just_before = knock(gateway, 1).await;
    house.advance(Duration::from_millis(1)).await;
    let just_after = house.call_or_silence(Caller::LOCAL, "/privileges").await;

    assert_eq!(at_once, (Met::Unanswered, Met::Accepted));
    assert_eq!(just_before, Met::Unanswered);
    assert_eq!(just_after.map(|answer| answer.status), Some(200));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn such_a_ban_is_lifted_over_the_control_api() {
    let house = banned().await;

    house.doublure.session().lift_bans().await.unwrap();

    assert_eq!(knock(house.doublure.gateway(), 1).await, Met::Accepted);
}

/// The ports of a session's providers, as a gateway of somebody else finds them.
async fn ports() -> House {
    House::with(NewSession {
        providers_on_sockets: true,
        ..manual()
    })
    .await
}

async fn play(house: &House, faults: &str) {
    let session = house.doublure.session();
    let scenario = format!("faults:\n{faults}");
    session.set_scenario(&scenario).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_provider_that_refuses_connections_refuses_those_of_a_foreign_gateway() {
    let house = ports().await;
    let providers = house.doublure.session().view().await.unwrap().providers;

    play(&house, "  - { when: { provider: insee }, then: refuse }\n").await;
    let down = (
        knock(&providers["insee"], 1).await,
        knock(&providers["dgfip"], 1).await,
    );
    let ours = house.get(&company("all-in-order")).await;
    play(&house, "  []\n").await;
    let up = knock(&providers["insee"], 1).await;
    let served = house.get(&company("all-in-order")).await;

    assert_eq!(down, (Met::Refused, Met::Accepted));
    // Our own gateway is told at its connector.
    assert_eq!((ours.status, ours.code().as_deref()), (503, Some("01001")));
    assert_eq!((up, served.status), (Met::Accepted, 200));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_provider_that_cannot_be_reached_answers_no_connection() {
    let house = ports().await;
    let providers = house.doublure.session().view().await.unwrap().providers;

    play(
        &house,
        "  - { when: { provider: insee }, then: unreachable }\n",
    )
    .await;

    assert_eq!(knock(&providers["insee"], 1).await, Met::Unanswered);
    assert_eq!(knock(&providers["dgfip"], 1).await, Met::Accepted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_state_that_a_call_enters_shuts_the_door_of_a_provider() {
    let house = ports().await;
    let providers = house.doublure.session().view().await.unwrap().providers;
    play(
        &house,
        "  - { on: client, when: { state: initial }, enters: down }\n  - { when: { provider: dgfip, state: down }, then: refuse }\n",
    )
    .await;

    let before = knock(&providers["dgfip"], 1).await;
    house.get(&company("all-in-order")).await;
    let after = knock(&providers["dgfip"], 1).await;

    assert_eq!((before, after), (Met::Accepted, Met::Refused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_gateway_that_refuses_connections_is_closed_and_opened_by_control() {
    let house = House::documented().await;
    let gateway = house.doublure.gateway().to_owned();

    play(&house, "  - { on: client, then: refuse }\n").await;
    let down = knock(&gateway, 1).await;
    play(&house, "  []\n").await;

    assert_eq!(down, Met::Refused);
    assert!(
        TcpStream::connect(gateway.split("//").nth(1).unwrap())
            .await
            .is_ok()
    );
    assert_eq!(house.get(&company("all-in-order")).await.status, 200);
}

const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);
