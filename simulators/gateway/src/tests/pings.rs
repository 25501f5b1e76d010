//! Pings as callers meet them.

use std::time::Duration;

use doublure_fixtures::{Contract, Edition};
use doublure_journal::Moment;
use serde_json::json;

use super::bench::{Answered, Bench, Says, TEN, VIGILANCE};

async fn ping(bench: &Bench, id: &str) -> Answered {
    let path = format!("/ping/{id}");
    bench.ask(bench.asking(&path).query("").token(None)).await
}

#[tokio::test]
async fn every_ping_is_listed_and_stands_where_the_list_says() {
    let bench = Bench::new();

    let list = bench.ask(bench.asking("/pings").token(None)).await;

    assert_eq!(list.status(), 200);
    assert!(list.header("ratelimit-limit").is_none());
    let list = list.json();
    assert_eq!(
        list.as_array().unwrap().len(),
        Contract::built_in().pings().len()
    );
    for entry in list.as_array().unwrap() {
        let url = entry["url"].as_str().unwrap();
        let id = url.strip_prefix("http://gateway:8080/ping/").unwrap();
        let state = ping(&bench, id).await.json();
        assert!(
            ["ok", "unknown"].contains(&state["status"].as_str().unwrap()),
            "{id}: {state}"
        );
    }
}

#[tokio::test]
async fn a_provider_that_answers_is_well_and_that_is_kept_for_a_while() {
    let bench = Bench::new();

    let fresh = ping(&bench, "insee/sirene").await;
    bench.wait(Duration::from_secs(119)).await;
    let kept = ping(&bench, "insee/sirene").await;
    bench.wait(Duration::from_secs(1)).await;
    let next = ping(&bench, "insee/sirene").await;

    insta::assert_snapshot!(
        fresh.text(),
        @r#"{"status":"ok","last_update":"2026-01-15T11:00:00.000+01:00","last_ok_status":"2026-01-15T11:00:00.000+01:00"}"#
    );
    assert_eq!(kept.text(), fresh.text());
    assert_eq!(next.json()["last_update"], "2026-01-15T11:02:00.000+01:00");
    assert_eq!(bench.providers.asked("etablissement"), 2);
}

#[tokio::test]
async fn a_provider_that_fails_is_a_bad_gateway_and_told_when_it_was_well() {
    let bench = Bench::new();
    ping(&bench, "insee/sirene").await;
    bench.wait(Duration::from_secs(600)).await;
    bench.providers.answer("etablissement", 503, "");

    let failed = ping(&bench, "insee/sirene").await;
    bench
        .providers
        .answer("etablissement", 404, r#"{"header":{}}"#);
    let again = ping(&bench, "insee/sirene").await;

    assert_eq!(failed.status(), 502);
    insta::assert_snapshot!(
        failed.text(),
        @r#"{"status":"bad_gateway","last_update":"2026-01-15T11:10:00.000+01:00","last_ok_status":"2026-01-15T11:00:00.000+01:00"}"#
    );
    assert_eq!(again.json()["status"], "ok");
}

#[tokio::test]
async fn a_provider_that_keeps_silent_is_given_up_after_five_seconds() {
    let bench = Bench::new();
    bench.providers.tell("etablissement", Says::Nothing);

    let call = bench.start(bench.asking("/ping/insee/sirene").token(None));
    bench.wait(Duration::from_secs(5)).await;

    assert_eq!(Answered::of(call).await.json()["status"], "bad_gateway");
}

#[tokio::test]
async fn urssaf_is_as_well_as_the_calls_of_late() {
    let bench = Bench::new();
    let mut met = Vec::new();
    let mut state = async |bench: &Bench| {
        let answer = ping(bench, "urssaf/attestation_sociale").await;
        met.push((answer.status(), answer.json()["status"].take()));
    };

    state(&bench).await;
    bench.providers.answer("attestation", 503, "");
    bench.get(VIGILANCE).await;
    state(&bench).await;
    bench.wait(Duration::from_secs(600)).await;
    state(&bench).await;

    assert_eq!(
        met,
        [
            (200, json!("unknown")),
            (502, json!("bad_gateway")),
            (200, json!("unknown"))
        ]
    );
    assert_eq!(bench.providers.asked("attestation"), 1);
}

#[tokio::test]
async fn a_provider_in_maintenance_says_until_when_where_its_hours_are_known() {
    let (known, documented) = (Bench::of(Edition::Observed), Bench::new());
    let half_past_one: Moment = "2026-01-16T00:30:00Z".parse().unwrap();

    let mut met = Vec::new();
    for bench in [&known, &documented] {
        bench.wait(half_past_one.since(TEN)).await;
        met.push(ping(bench, "dgfip/attestation_fiscale").await);
    }

    assert_eq!(met[0].status(), 200);
    assert_eq!(met[0].json()["status"], "maintenance");
    assert_eq!(met[0].json()["until"], "2026-01-16T02:00:00.000+01:00");
    assert_eq!(met[1].json()["status"], "ok");
}

#[tokio::test]
async fn a_ping_that_does_not_exist_is_an_empty_object() {
    let bench = Bench::new();

    let unknown = ping(&bench, "insee/lune").await;
    let gateway = bench.ask(bench.asking("/v3/ping").token(None)).await;

    assert_eq!((unknown.status(), unknown.text().as_str()), (404, "{}"));
    assert_eq!(gateway.status(), 200);
}

async fn current_status(bench: &Bench) -> Answered {
    let path = "/watchdoge/dashboard/current_status";
    bench.ask(bench.asking(path).query("").token(None)).await
}

#[tokio::test]
async fn the_state_of_all_is_told_at_once_and_says_who_fails() {
    let bench = Bench::new();
    bench
        .providers
        .tell("extrait", Says::This(503, bytes::Bytes::new()));

    let answer = current_status(&bench).await;

    assert_eq!(answer.status(), 200);
    let results = answer.json()["results"].as_array().unwrap().clone();
    let ill: Vec<_> = results
        .iter()
        .filter(|entry| entry["code"] != 200)
        .map(|entry| (entry["uname"].clone(), entry["provider"].clone()))
        .collect();
    assert_eq!(results.len(), Contract::built_in().pings().len());
    assert_eq!(ill, [(json!("apie_3_infogreffe_rcs"), json!("infogreffe"))]);
}

#[tokio::test]
async fn the_running_service_no_longer_tells_the_state_of_all() {
    let bench = Bench::of(Edition::Observed);

    assert_eq!(current_status(&bench).await.status(), 404);
}
