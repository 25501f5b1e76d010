//! The provider that speaks the gateway's own shape, for gateways that only forward.

mod wire;

use std::io::ErrorKind;

use doublure_control::NewSession;
use doublure_scenarios::library;
use tokio::net::TcpStream;

use crate::{
    caller::{Answer, Caller},
    house::{House, company, manual, vigilance},
};

async fn providers_only() -> House {
    House::with(NewSession {
        without_gateway: true,
        ..manual()
    })
    .await
}

async fn asked(house: &House, path: &str) -> Answer {
    let plain = &house.doublure.view().providers["plain"];
    Caller::LOCAL.get(&format!("{plain}{path}"), None).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_answers_in_the_gateway_s_shape_and_demands_neither_token_nor_tracing() {
    let house = providers_only().await;
    let gateway = House::documented().await;

    let plain = asked(&house, &company("all-in-order")).await;
    let through_the_gateway = gateway.get(&company("all-in-order")).await;
    let unknown = asked(&house, &company("unknown")).await;
    let malformed = asked(&house, "/v3/insee/sirene/unites_legales/1").await;

    assert_eq!(plain.status, 200);
    assert_eq!(plain.json()["data"], through_the_gateway.json()["data"]);
    assert_eq!(plain.header("ratelimit-limit"), None);
    assert_eq!(
        (unknown.status, unknown.code()),
        (404, Some("01003".into()))
    );
    assert_eq!(
        (malformed.status, malformed.code()),
        (422, Some("00301".into()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fault_of_the_provider_behind_it_shows_in_its_own_shape() {
    let house = providers_only().await;
    let scenario = library::find("acoss-under-analysis").unwrap();
    house.play(scenario.text).await;

    let under_analysis = asked(&house, &vigilance("all-in-order")).await;

    assert_eq!(
        (under_analysis.status, under_analysis.code()),
        (502, Some("04501".into()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn its_statuses_are_those_of_the_edition() {
    let status = async |edition: &str| {
        let house = House::with(NewSession {
            without_gateway: true,
            edition: Some(edition.to_owned()),
            ..manual()
        })
        .await;
        house
            .play("faults: [{when: {provider: insee}, then: {symptom: unavailable}}]")
            .await;
        asked(&house, &company("all-in-order")).await.status
    };

    assert_eq!(status("documented").await, 503);
    assert_eq!(status("observed").await, 502);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn where_the_providers_refuse_connections_it_does_too() {
    let house = providers_only().await;
    house
        .play(library::find("provider-down").unwrap().text)
        .await;
    let plain = &house.doublure.view().providers["plain"];

    let refused = TcpStream::connect(plain.split("//").nth(1).unwrap()).await;

    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
