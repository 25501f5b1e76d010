//! What the documents show, and what is answered here in the same situation.

use doublure_fixtures::{Contract, World, contract::Whom};
use serde_json::Value;

use crate::{
    caller::Answer,
    house::{House, siren, vigilance},
};

fn written(answer: &Answer) -> String {
    format!("{}\n{:#}", answer.status, answer.json())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_under_analysis_is_told_as_the_documentation_shows() {
    let house = House::documented().await;

    let answer = house.get(&vigilance("under-analysis")).await;

    // 002:165-178.
    insta::assert_snapshot!(written(&answer));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_privileges_of_a_token_are_listed_as_the_older_documentation_shows() {
    let house = House::documented().await;

    let answer = house.get("/v2/privileges").await;

    // 001:28-34: one member, a list of names.
    let body = answer.json();
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["privileges"]);
    let names = body["privileges"].as_array().unwrap();
    assert!(names.iter().all(Value::is_string) && !names.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_that_may_have_its_attestation_is_told_as_the_older_documentation_shows() {
    let house = House::documented().await;
    let number = siren("all-in-order").parse().unwrap();
    let company = World::new(1, 0).company(number).unwrap();
    let contract = Contract::built_in();
    let operation = contract
        .operation("api_entreprise_v3_probtp_conformites_cotisations_retraite")
        .unwrap();

    let answer = house
        .get(&operation.path_for(Whom {
            siren: number,
            siret: company.establishments[0].siret,
        }))
        .await;

    // 000:292-297.
    insta::assert_snapshot!(written(&answer));
}
