//! Registers, from the world to the caller: files in two hops, documents that are none, two accounts.

use std::time::Duration;

use serde_json::Value;

use crate::{
    caller::{Answer, Caller},
    house::{House, siren},
};

fn filed(name: &str) -> String {
    format!(
        "/v3/inpi/rne/unites_legales/open_data/{}/actes_bilans",
        siren(name)
    )
}

async fn open(link: &Value) -> Answer {
    Caller::LOCAL.get(link.as_str().unwrap(), None).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_filed_document_is_two_hops_away_and_each_hop_ends() {
    let house = House::documented().await;
    let answer = house.get(&filed("all-in-order")).await.json();

    for list in ["actes", "bilans"] {
        let hop = open(&answer["data"][list][0]["url"]).await;
        let file = open(&hop.json()["data"]["document_url"]).await;

        assert_eq!((hop.status, file.status), (200, 200), "{list}");
        assert_eq!(file.header("content-type"), Some("application/pdf"));
        assert!(file.body.starts_with(b"%PDF-"));
    }
    let first = &answer["data"]["actes"][0]["url"];
    let second = open(first).await.json();
    house.advance(Duration::from_secs(3_600)).await;
    let over = open(first).await;
    let still = open(&second["data"]["document_url"]).await;

    assert_eq!((over.status, over.code().as_deref()), (410, Some("00403")));
    assert_eq!(still.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn documents_of_an_association_are_scans_and_those_that_are_none_are_counted() {
    let house = House::documented().await;

    let answer = house
        .get("/v3/ministere_interieur/rna/associations/W353999998/documents")
        .await
        .json();

    assert_eq!(answer["meta"]["nombre_documents"], 5);
    assert_eq!(answer["meta"]["nombre_documents_deficients"], 4);
    let documents = answer["data"].as_array().unwrap();
    let good = documents.iter().find(|one| one["data"]["url"].is_string());
    let file = open(&good.unwrap()["data"]["url"]).await;
    assert!(file.body.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&file.body);
    assert!(text.contains("/Subtype /Image") && !text.contains("/Font"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_document_of_djepva_is_fetched_when_its_link_is_opened() {
    let house = House::documented().await;
    let path = "/v4/djepva/api-association/associations/W353999998";

    let answer = house.get(path).await.json();
    let papers = answer["data"]["documents_rna"].as_array().unwrap();
    let mut statuses: Vec<u16> = Vec::new();
    for paper in papers {
        statuses.push(open(&paper["url"]).await.status);
    }

    statuses.sort_unstable();
    assert_eq!(statuses, [200, 502, 502, 502]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_association_is_found_by_its_number_with_or_without_a_siren() {
    let house = House::documented().await;
    let of = |number: &str| format!("/v4/djepva/api-association/associations/open_data/{number}");

    let alone = house.get(&of("W759999998")).await.json();
    let both = house.get(&of("W353999998")).await.json();
    let by_siren = house.get(&of("123456782")).await.json();

    assert_eq!(alone["data"]["siren"], Value::Null);
    assert_eq!(both["data"]["rna"], "W353999998");
    assert_eq!(both["data"]["siren"], "123456782");
    assert_eq!(both["data"]["activites"], by_siren["data"]["activites"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_establishment_of_la_poste_needs_no_check_digit() {
    let house = House::documented().await;

    let answer = house
        .get("/v3/insee/sirene/etablissements/35600000012345")
        .await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["data"]["siret"], "35600000012345");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inpi_counts_as_in_maintenance_only_when_both_its_accounts_are_refused() {
    let house = House::documented().await;
    let other = House::documented().await;

    house.play(&refused(", first: 1")).await;
    let second = house.get(&filed("all-in-order")).await;
    other.play(&refused("")).await;
    let none = other.get(&filed("all-in-order")).await;

    assert_eq!(second.status, 200, "{second:?}");
    assert_eq!((none.status, none.code().as_deref()), (503, Some("34020")));
}

/// INPI refuses log-ins.
fn refused(which: &str) -> String {
    format!(
        "about: INPI refuses log-ins.\nfaults:\n  - name: log-ins\n    \
         when: {{provider: inpi, call: login{which}}}\n    then: {{symptom: credentials-expired}}\n"
    )
}
