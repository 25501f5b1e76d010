//! Clients as processes, put to the test of every rule of a client: the faithful one, the broken ones, a shell script.

use std::{ffi::OsString, process::Command, time::Duration};

use doublure_control::Client;
use doublure_fixtures::Edition;
use doublure_mutants::clients::CLIENTS;
use doublure_rules::{ExitCode, Outcome, Role, Run};
use doublure_stage::{Stage, StageConfig};
use doublure_suites::{
    catalogue,
    client::{Options, check},
};
use futures_util::future::join_all;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_faithful_client_conforms_and_each_mutant_is_caught_for_its_reason() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let control = Client::new(stage.control());
    let mutants = CLIENTS.iter().map(Some).chain([None]);
    let runs = mutants.map(|mutant| {
        let command = sample(mutant.map(|mutant| mutant.name));
        let control = &control;
        async move { (mutant, put_to_the_test(control, &command).await) }
    });

    for (mutant, run) in join_all(runs).await {
        let name = mutant.map_or("faithful", |mutant| mutant.name);
        for rule in catalogue::of(Role::Client) {
            let expected = mutant.map_or((Outcome::Pass, None), |mutant| mutant.expected(rule.id));
            assert_eq!(
                said(&run, rule.id),
                (expected.0, expected.1.map(str::to_owned)),
                "{name}: {}\n{run:#?}",
                rule.id
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_faithful_client_conforms_in_the_other_editions_as_far_as_they_go() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let control = Client::new(stage.control());
    let command = sample(None);

    let (observed, old) = tokio::join!(
        put_to_the_test_of(Edition::Observed, &control, &command),
        put_to_the_test_of(Edition::DocumentedV2, &control, &command),
    );

    assert_eq!(observed.with(Outcome::Pass).count(), 4, "{observed:#?}");
    // It has no quota by token.
    assert_eq!(old.with(Outcome::Pass).count(), 3, "{old:#?}");
    assert_eq!(
        said(&old, "cl.quota.waits-retry-after").0,
        Outcome::NotApplicable
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_lines_of_shell_conform() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl");
        return;
    }
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/curl.sh");

    let run = put_to_the_test(&Client::new(stage.control()), &[script.into()]).await;

    assert_eq!(run.exit_code(), ExitCode::Conforms, "{run:#?}");
    assert_eq!(run.judgements.len(), 4);
}

#[tokio::test]
async fn a_client_that_cannot_be_started_is_the_harness_s_error() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();

    let run = put_to_the_test(&Client::new(stage.control()), &["/nowhere/client".into()]).await;

    assert_eq!(run.exit_code(), ExitCode::HarnessError);
    assert!(run.failures[0].why.contains("/nowhere/client"));
    assert_eq!(stage.sessions().len(), 0);
}

#[tokio::test]
async fn a_client_that_never_calls_breaks_one_rule_and_tells_nothing_of_the_others() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();

    let run = put_to_the_test(&Client::new(stage.control()), &["true".into()]).await;

    assert_eq!(
        said(&run, "cl.works.plain-call"),
        (Outcome::Fail, Some("no-call".to_owned()))
    );
    assert_eq!(run.with(Outcome::Inconclusive).count(), 3);
}

async fn put_to_the_test(control: &Client, command: &[OsString]) -> Run {
    put_to_the_test_of(Edition::Documented, control, command).await
}

async fn put_to_the_test_of(edition: Edition, control: &Client, command: &[OsString]) -> Run {
    let options = Options {
        edition,
        patience: Duration::from_secs(6),
        watch: Duration::from_secs(2),
        ..Options::default()
    };
    check(control, command, &options, &mut |_| ()).await
}

fn sample(mutant: Option<&str>) -> Vec<OsString> {
    let mut command = vec![env!("CARGO_BIN_EXE_sample-client").into()];
    if let Some(mutant) = mutant {
        command.extend(["--mutant".into(), mutant.into()]);
    }
    command
}

/// What was said of a rule, and for which reason it failed if it did.
fn said(run: &Run, rule: &str) -> (Outcome, Option<String>) {
    let judged = run.judgements.iter().find(|judged| judged.rule.id == rule);
    let verdict = &judged
        .unwrap_or_else(|| panic!("{rule} was not judged: {run:#?}"))
        .verdict;
    (verdict.outcome(), verdict.reason().map(ToString::to_string))
}
