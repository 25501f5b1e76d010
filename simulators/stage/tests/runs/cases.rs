//! Answers given as files: played back byte for byte.

use std::{fs, path::Path, sync::Arc};

use doublure_control::SessionView;
use doublure_fixtures::{
    Contract,
    cases::{Case, Cases},
    contract::Operation,
};
use doublure_stage::{Stage, StageConfig};

use crate::{
    caller::{Answer, Caller},
    house::{TRACING, company, manual, siren},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_case_is_answered_exactly_as_written_and_the_rest_by_the_world() {
    let folder = tempfile::tempdir().unwrap();
    let payload = "{ \"data\":   {\"siren\": \"invented\"} }";
    write_case(folder.path(), siren("official-sample"), payload);
    let (_stage, view) = open(folder.path(), false).await;

    let case = call(&view, &company("official-sample")).await;
    let other = call(&view, &company("all-in-order")).await;

    assert_eq!(case.status, 203);
    assert_eq!(String::from_utf8_lossy(&case.body), payload);
    assert_eq!(other.json()["data"]["siren"], siren("all-in-order"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_case_behind_a_check_is_named_at_the_start_and_answered_when_cases_come_first() {
    let folder = tempfile::tempdir().unwrap();
    write_case(folder.path(), "000000001", "{}");
    let path = "/v3/insee/sirene/unites_legales/000000001";

    let (stage, view) = open(folder.path(), false).await;
    let unreachable = stage.unreachable_cases();
    let checked = call(&view, path).await;
    let (_stage, view) = open(folder.path(), true).await;
    let first = call(&view, path).await;

    assert_eq!(unreachable.len(), 1);
    assert_eq!(
        (checked.status, checked.code()),
        (422, Some("00301".into()))
    );
    assert_eq!(first.status, 203);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_official_case_that_can_be_reached_is_answered_exactly_as_written() {
    let Ok(reference) = std::env::var("DOUBLURE_REFERENCE") else {
        println!("skipped: DOUBLURE_REFERENCE is not set");
        return;
    };
    let folder = Path::new(&reference).join("cases");
    let (cases, _) = Cases::load(&folder).unwrap();
    let contract = Contract::built_in();
    let (stage, view) = open(&folder, false).await;
    let unreachable: Vec<_> = stage
        .unreachable_cases()
        .into_iter()
        .map(|(file, _)| file)
        .collect();

    let mut answered = 0;
    for (operation, cases) in cases.iter() {
        let Some(operation) = contract.operation(operation) else {
            continue;
        };
        for case in cases
            .iter()
            .filter(|case| !unreachable.contains(&case.file))
        {
            let (path, query) = target(operation, case);

            let answer = call_with(&view, &path, &query).await;

            assert_eq!(answer.status, case.status, "{}", case.file.display());
            assert_eq!(
                answer.body,
                case.payload.as_bytes(),
                "{}",
                case.file.display()
            );
            answered += 1;
        }
    }
    assert!(
        answered > 0,
        "no case of a served operation in {}",
        folder.display()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn where_cases_come_first_every_official_case_that_has_a_path_is_answered_as_written() {
    let Ok(reference) = std::env::var("DOUBLURE_REFERENCE") else {
        println!("skipped: DOUBLURE_REFERENCE is not set");
        return;
    };
    let folder = Path::new(&reference).join("cases");
    let (cases, _) = Cases::load(&folder).unwrap();
    let contract = Contract::built_in();
    let (_stage, view) = open(&folder, true).await;

    for (operation, cases) in cases.iter() {
        let Some(operation) = contract.operation(operation) else {
            continue;
        };
        for case in cases {
            let (path, query) = target(operation, case);
            if path.contains('{') {
                continue;
            }

            let answer = call_with(&view, &path, &query).await;

            let file = case.file.display();
            assert_eq!(answer.status, case.status, "{file}");
            assert_eq!(answer.body, case.payload.as_bytes(), "{file}");
        }
    }
}

/// Path and query of the call that a case answers; a parameter that the case has not keeps its braces.
fn target(operation: &Operation, case: &Case) -> (String, String) {
    let mut path = operation.path.clone();
    let mut query = String::new();
    for (name, value) in &case.params {
        let place = format!("{{{name}}}");
        if path.contains(&place) {
            path = path.replace(&place, value);
        } else {
            query.push_str(&format!("&{name}={value}"));
        }
    }
    (path, query)
}

/// Unités légales answers `payload` with a status that nothing else gives.
fn write_case(folder: &Path, siren: &str, payload: &str) {
    let folder = folder.join("api_entreprise_v3_insee_unites_legales");
    fs::create_dir_all(&folder).unwrap();
    let text = format!("params:\n  siren: '{siren}'\nstatus: 203\npayload: |-\n  {payload}\n");
    fs::write(folder.join("case.yaml"), text).unwrap();
}

async fn open(folder: &Path, cases_first: bool) -> (Stage, SessionView) {
    let (cases, bad) = Cases::load(folder).unwrap();
    assert_eq!(bad, []);
    let stage = Stage::open(StageConfig {
        cases: Some(Arc::new(cases)),
        cases_first,
        ..StageConfig::default()
    })
    .await
    .unwrap();
    let view = stage.create(manual()).await.unwrap();
    (stage, view)
}

async fn call(view: &SessionView, path: &str) -> Answer {
    call_with(view, path, "").await
}

async fn call_with(view: &SessionView, path: &str, query: &str) -> Answer {
    let gateway = view.gateway.as_deref().unwrap();
    let url = format!("{gateway}{path}?{TRACING}{query}");
    Caller::LOCAL
        .get(&url, Some(&view.tokens["standard"]))
        .await
}
