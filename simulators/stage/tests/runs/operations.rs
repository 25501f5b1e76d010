//! What each operation says of each well-known company.

use std::fmt::Write;

use doublure_control::NewSession;
use doublure_fixtures::{Contract, World};

use crate::{
    caller::Caller,
    house::{House, aggregate, company, manual, path_of, siren, vigilance},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_operation_says_of_each_well_known_company_what_it_is_known_for() {
    let house = House::documented().await;

    let mut seen = String::new();
    for known in World::well_known() {
        writeln!(seen, "{}", known.name).unwrap();
        for operation in Contract::built_in().operations() {
            let Some(path) = path_of(operation, known.name) else {
                continue;
            };
            // Each call in a window of its own: the tax attestation has five calls a minute.
            house.advance(std::time::Duration::from_secs(60)).await;
            let answer = house.get(&path).await;
            let code = answer.code().unwrap_or_default();
            let line = format!("  {}: {} {code}", operation.id, answer.status);
            writeln!(seen, "{}", line.trim_end()).unwrap();
        }
    }

    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_company_in_order_is_shown_whole() {
    let house = House::documented().await;

    let answer = house.get(&company("all-in-order")).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["data"]["siren"], siren("all-in-order"));
    assert!(answer.header("content-type").unwrap().contains("json"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_under_analysis_says_to_come_back_in_two_days() {
    let house = House::documented().await;

    let answer = house.get(&vigilance("under-analysis")).await;

    assert_eq!(answer.status, 502);
    let error = &answer.json()["errors"][0];
    assert_eq!(error["code"], "04501");
    assert_eq!(error["meta"]["provider"], "ACOSS");
    assert_eq!(error["meta"]["retry_in"], 172_800);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn privileges_are_those_of_the_token_asked_about() {
    let house = House::documented().await;

    let all = house.get("/privileges").await;
    let none = house.get_as("/privileges", "unprivileged").await;
    let v2 = house.get("/v2/privileges").await;

    let scopes = |answer: &crate::caller::Answer| answer.json()["privileges"].clone();
    assert_eq!((all.status, none.status, v2.status), (200, 200, 200));
    assert!(
        scopes(&all)
            .as_array()
            .unwrap()
            .contains(&"extraits_rcs".into())
    );
    assert_ne!(scopes(&none), scopes(&all));
    assert_eq!(scopes(&v2), scopes(&all));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_opens_what_it_is_for_and_nothing_else() {
    let house = House::documented().await;
    let path = company("all-in-order");

    let mut seen = Vec::new();
    for token in [
        "standard",
        "second",
        "unprivileged",
        "expired",
        "revoked",
        "forged",
    ] {
        let answer = house.get_as(&path, token).await;
        let code = answer.code().unwrap_or_default();
        seen.push(
            format!("{token}: {} {code}", answer.status)
                .trim()
                .to_owned(),
        );
    }
    let missing = Caller::LOCAL.get(&house.url(&path), None).await;

    assert_eq!(
        seen,
        [
            "standard: 200",
            "second: 200",
            "unprivileged: 403 00100",
            "expired: 401 00103",
            "revoked: 401 00105",
            "forged: 401 00101",
        ]
    );
    assert_eq!(
        (missing.status, missing.code()),
        (401, Some("00101".into()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_wrong_with_a_request_is_said_at_its_parameter() {
    let house = House::documented().await;
    let token = Some(house.doublure.token("standard"));
    let gateway = house.doublure.gateway();

    let twenty_digits = house
        .get("/v3/insee/sirene/unites_legales/12345678901234567890")
        .await;
    let untraced = Caller::LOCAL
        .get(&format!("{gateway}{}", company("all-in-order")), token)
        .await;

    assert_eq!(twenty_digits.status, 422);
    let source = &twenty_digits.json()["errors"][0]["source"];
    assert_eq!(source["parameter"], "siren");
    assert_eq!(untraced.status, 422);
    let errors = untraced.json()["errors"].as_array().unwrap().clone();
    let codes: Vec<_> = errors.iter().map(|error| error["code"].clone()).collect();
    assert_eq!(codes, ["00201", "00203", "00202"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_runs_today_has_no_v2_but_its_privileges() {
    let observed = NewSession {
        edition: Some("observed".into()),
        ..manual()
    };
    let house = House::with(observed).await;

    let gone = house.get(&aggregate("all-in-order")).await;
    let alive = house.get("/v2/privileges").await;

    assert_eq!(gone.status, 410);
    assert!(
        gone.header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );
    assert_eq!(alive.status, 200);
}
