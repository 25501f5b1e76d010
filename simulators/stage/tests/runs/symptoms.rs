//! What each provider can suffer from, and what its caller is told.

use std::{fmt::Write, time::Duration};

use doublure_fixtures::Contract;
use doublure_scenarios::{BadFile, Symptom};

use crate::{
    faults::fault,
    house::{House, path_of},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_symptom_of_every_provider_has_its_refusal() {
    let house = House::documented().await;
    let contract = Contract::built_in();

    let mut told = String::new();
    for provider in doublure_providers::IDS {
        let mut operations = contract.operations().iter();
        let Some(asked) = operations.find(|operation| operation.providers == [provider]) else {
            continue;
        };
        let path = path_of(asked, "all-in-order").unwrap();
        let spoken = |symptom: &Symptom| doublure_providers::speaks(provider, *symptom);
        for symptom in Symptom::ALL.into_iter().filter(spoken) {
            house.play(&suffering(provider, symptom)).await;
            let answer = house.get(&path).await;
            // Else the quota of the strictest of them would soon be what refuses.
            house.advance(MINUTE).await;
            let code = answer.code().unwrap_or_default();
            writeln!(told, "{provider}, {symptom}: {} {code}", answer.status).unwrap();
        }
    }

    insta::assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_extract_with_a_part_missing_leaves_the_aggregate_partial() {
    let house = House::documented().await;
    house.play(&suffering("infogreffe", Symptom::Partial)).await;

    let answer = house.get(&crate::house::aggregate("all-in-order")).await;

    assert_eq!(answer.status, 206);
    assert_eq!(answer.json()["gateway_error"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_symptom_that_a_provider_has_no_words_for_is_no_scenario() {
    let house = House::documented().await;
    let session = house.doublure.session();

    let refused = session
        .set_scenario(&suffering("insee", Symptom::BadFile(BadFile::Late)))
        .await
        .unwrap_err();

    assert!(refused.to_string().contains("insee"), "{refused}");
}

/// The provider suffers, whatever it is asked for.
fn suffering(provider: &str, symptom: Symptom) -> String {
    let then = format!("then: {{symptom: {symptom}}}");
    let log_ins = "  - when: {call: login}\n    then: pass\n";
    fault(provider, &then).replace("faults:\n", &format!("faults:\n{log_ins}"))
}

const MINUTE: Duration = Duration::from_secs(60);
