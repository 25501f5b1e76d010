//! What stands beside the operations: the page, and the OpenAPI document.

use std::collections::BTreeMap;

use doublure_control::NewSession;
use doublure_fixtures::{
    Contract, World,
    contract::{Operation, Whom},
};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::{
    caller::{Answer, Caller},
    house::{House, manual},
};

/// An answer to somebody without a token.
async fn shown(house: &House, path: &str) -> Answer {
    let url = format!("{}{path}", house.doublure.gateway());
    Caller::LOCAL.get(&url, None).await
}

async fn document(house: &House) -> Value {
    shown(house, "/v3/openapi.json").await.json()
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

    let (mut first, mut second) = (document(&one).await, document(&other).await);

    assert_eq!(first["servers"][0]["url"], one.doublure.gateway());
    first["servers"].take();
    second["servers"].take();
    assert_eq!(first, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_of_every_operation_is_as_the_document_says() {
    let mut described = Described::by(&House::documented().await).await;

    for seed in [2, 7, 1_000_003] {
        let house = House::with(unhurried(seed)).await;
        let mut line = Caller::LOCAL.line(house.doublure.gateway()).await;
        let token = Some(house.doublure.token("standard"));
        for operation in served() {
            for whom in companies(seed) {
                let url = house.url(&operation.path_for(whom));
                described.holds(&operation, &line.get(&url, token).await);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refusals_before_any_provider_is_asked_are_described_too() {
    let house = House::documented().await;
    let mut described = Described::by(&house).await;

    for operation in served().into_iter().filter(|operation| operation.tracing) {
        let path = operation.path_for(Whom::of("111111118".parse().unwrap()));
        let malformed = operation
            .path
            .replace("{siren}", "1")
            .replace("{siret}", "1");
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
            described.holds(&operation, &answer);
        }
    }
}

/// The document, and what it says of each answer, read once.
struct Described {
    document: Value,
    read: BTreeMap<String, Validator>,
}

impl Described {
    async fn by(house: &House) -> Self {
        Self {
            document: document(house).await,
            read: BTreeMap::new(),
        }
    }

    /// The answer of an operation is as the document says.
    fn holds(&mut self, operation: &Operation, answer: &Answer) {
        let place = format!("{} {}", operation.id, answer.status);
        let document = &self.document;
        let schema = self.read.entry(place.clone()).or_insert_with(|| {
            let responses = &document["paths"][&operation.path]["get"]["responses"];
            let response = &responses[answer.status.to_string()];
            assert!(response.is_object(), "{place} is not described");
            let mut schema = response["content"]["application/json"]["schema"].clone();
            schema["components"] = document["components"].clone();
            jsonschema::validator_for(&schema).unwrap()
        });
        let body = answer.json();
        let wrong: Vec<String> = schema
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(wrong, [""; 0], "{place}: {body}");
    }
}

/// Operations that the document describes.
fn served() -> Vec<Operation> {
    let contract = Contract::built_in();
    let operations = contract.operations().iter();
    operations
        .filter(|operation| operation.version != 2)
        .map(|operation| operation.as_ref().clone())
        .collect()
}

/// So many companies that no quota may stand in the way.
fn unhurried(seed: u64) -> NewSession {
    serde_json::from_value(json!({
        "seed": seed,
        "clock": "manual",
        "capture": "meta",
        "companies": COMPANIES,
        "overrides": { "quota_limit": 1_000_000, "address_limit": 1_000_000, "cache": false },
    }))
    .unwrap_or_else(|error| panic!("{error}: {:?}", manual()))
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

/// Of each world.
const COMPANIES: u32 = 60;
