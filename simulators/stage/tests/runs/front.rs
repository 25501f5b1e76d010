//! What stands beside the operations: the page, and the OpenAPI document.

use std::collections::BTreeSet;

use doublure_control::NewSession;
use doublure_fixtures::{
    Contract, World,
    contract::{Operation, Whom},
};
use serde_json::{Value, json};

use crate::{
    caller::{Answer, Caller},
    described::Described,
    house::House,
};

/// An answer to somebody without a token.
async fn shown(house: &House, path: &str) -> Answer {
    let url = format!("{}{path}", house.doublure.gateway());
    Caller::LOCAL.get(&url, None).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_page_shows_every_operation_token_and_well_known_company() {
    let house = House::documented().await;

    let page = shown(&house, "/").await;

    let text = String::from_utf8(page.body.to_vec()).unwrap();
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("access-control-allow-origin"), None);
    for operation in Contract::built_in().operations() {
        assert!(text.contains(&operation.path), "{}", operation.path);
    }
    for known in World::well_known() {
        assert!(text.contains(known.siren), "{}", known.name);
    }
    for token in house.doublure.view().tokens.values() {
        assert!(text.contains(token.as_str()));
    }
    assert!(text.contains(house.doublure.gateway()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_document_may_be_read_from_any_origin_as_yaml_and_as_json() {
    let house = House::documented().await;

    let yaml = shown(&house, "/v3/openapi.yaml").await;
    let json = shown(&house, "/v3/openapi.json").await;

    let read: Value = serde_saphyr::from_slice(&yaml.body).unwrap();
    assert_eq!(read, json.json());
    for answer in [yaml, json] {
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_gateways_describe_themselves_alike_but_for_where_they_are() {
    let (one, other) = (House::documented().await, House::documented().await);

    let mut first = Described::by(&one).await.document().clone();
    let mut second = Described::by(&other).await.document().clone();

    assert_eq!(first["servers"][0]["url"], one.doublure.gateway());
    first["servers"].take();
    second["servers"].take();
    assert_eq!(first, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_of_every_operation_is_as_both_documents_say() {
    let mut served_here = Described::by(&House::documented().await).await;
    let mut official = Described::officially();

    let mut wrong = BTreeSet::new();
    for seed in [1, 2, 1_000_003] {
        let house = House::with(unhurried(seed)).await;
        let mut line = Caller::LOCAL.line(house.doublure.gateway()).await;
        let token = Some(house.doublure.token("standard"));
        for operation in served() {
            for whom in companies(seed) {
                let answer = line.get(&house.url(&operation.path_for(whom)), token).await;
                let place = format!("seed {seed}, {} {}", operation.id, answer.status);
                let told = served_here.wrong(&operation, &answer);
                wrong.extend(told.iter().map(|told| format!("served: {place} {told}")));
                let Some(official) = &mut official else {
                    continue;
                };
                if NOT_OFFICIAL_STATUSES.contains(&answer.status)
                    && !official.has(&operation, answer.status)
                {
                    continue;
                }
                let told = official.wrong(&operation, &answer);
                wrong.extend(told.iter().map(|told| format!("official: {place} {told}")));
            }
        }
    }

    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_that_is_otherwise_than_described_is_told_with_the_place() {
    let house = House::documented().await;
    let operation = &served()[0];
    let path = operation.path_for(Whom::of("111111118".parse().unwrap()));
    let mut answer = house.get(&path).await;
    let mut body = answer.json();
    body["data"]["siren"] = json!(["111111118"]);
    answer.body = body.to_string().into();

    let documents = [Some(Described::by(&house).await), Described::officially()];

    for mut document in documents.into_iter().flatten() {
        let wrong = document.wrong(operation, &answer);
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].starts_with("/data/siren: "), "{wrong:?}");
    }
}

#[test]
fn every_served_operation_is_in_the_official_document_but_for_those_named() {
    let Some(official) = Described::officially() else {
        return;
    };
    let missing: BTreeSet<String> = served()
        .iter()
        .filter(|operation| !official.has(operation, 200))
        .map(|operation| operation.path.clone())
        .collect();

    assert_eq!(missing, NOT_OFFICIAL.map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refusals_before_any_provider_is_asked_are_described_too() {
    let house = House::documented().await;
    let mut described = Described::by(&house).await;

    for operation in served().into_iter().filter(|operation| operation.tracing) {
        let path = operation.path_for(Whom::of("111111118".parse().unwrap()));
        let parameters = operation.parameters.iter();
        let malformed = parameters.fold(operation.path.clone(), |path, one| {
            path.replace(&format!("{{{}}}", one.name), "x")
        });
        let untraced = format!("{}{path}", house.doublure.gateway());
        let answers = [
            shown(&house, &path).await,
            house.get_as(&path, "unprivileged").await,
            house.get(&malformed).await,
            Caller::LOCAL
                .get(&untraced, Some(house.doublure.token("second")))
                .await,
        ];

        for answer in answers {
            let open_to_all = operation.scopes.is_empty();
            assert!(answer.status >= 400 || open_to_all, "{answer:?}");
            assert_eq!(described.wrong(&operation, &answer), [""; 0]);
        }
    }
}

/// Operations that the document describes.
pub(crate) fn served() -> Vec<Operation> {
    let contract = Contract::built_in();
    let operations = contract.operations().iter();
    operations
        .filter(|operation| operation.version != 2)
        .map(|operation| operation.as_ref().clone())
        .collect()
}

/// So many companies that no quota may stand in the way.
pub(crate) fn unhurried(seed: u64) -> NewSession {
    serde_json::from_value(json!({
        "seed": seed,
        "clock": "manual",
        "capture": "meta",
        "companies": COMPANIES,
        "overrides": { "quota_limit": 1_000_000, "address_limit": 1_000_000, "cache": false },
    }))
    .unwrap()
}

/// The well-known ones and the invented ones of a world.
fn companies(seed: u64) -> Vec<Whom> {
    let world = World::new(seed, COMPANIES);
    let known = World::well_known().iter();
    let known = known.map(|known| known.siren.parse().unwrap());
    let invented = (0..COMPANIES).map(|rank| world.siren_of(rank).unwrap());
    known
        .chain(invented)
        .map(|siren| {
            let company = world.company(siren);
            let office = company.and_then(|company| Some(company.establishments.first()?.siret));
            Whom {
                siret: office.unwrap_or(Whom::of(siren).siret),
                siren,
            }
        })
        .collect()
}

/// Served operations that the official document does not have, or without an answer's schema.
const NOT_OFFICIAL: [&str; 0] = [];

/// Statuses that are given where the official document may not have them.
const NOT_OFFICIAL_STATUSES: [u16; 0] = [];

/// Of each world.
const COMPANIES: u32 = 300;
