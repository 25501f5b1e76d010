//! The smallest runs that show that a gateway does not count as its edition does.

use std::sync::Arc;

use doublure_control::Client;
use doublure_fixtures::Edition;
use doublure_journal::Hop;
use doublure_mutants::gateway::{self, BrokenGateway};
use doublure_rules::{Role, Rule, RunEvent, Verdict};
use doublure_stage::{Stage, StageConfig};
use doublure_suites::{GatewayUnderTest, Heading, check};

/// How many calls the run made that is reported, and what is said of it: without the places of its proof, which a pause
/// of the machine moves.
async fn shown(control: &Client, mutant: &str) -> (usize, String) {
    let mutant = gateway::all().find(|known| known.name == mutant).unwrap();
    let target: Arc<dyn GatewayUnderTest> = Arc::new(BrokenGateway::new(
        control.clone(),
        Edition::Documented,
        mutant,
    ));
    let heading = Heading {
        role: Role::Gateway,
        target: mutant.name.to_owned(),
        edition: Edition::Documented.to_string(),
        side_by_side: true,
        retries: 0,
    };
    let wanted = |rule: &Rule| rule.id == "gw.quota.history-is-explained";
    let mut calls = 0;
    let run = check::gateway_by(&target, &heading, &wanted, &mut |event| {
        if let RunEvent::TrialEnded { history, .. } = event {
            calls = history.sent(Hop::Client).len();
        }
    })
    .await;
    let said = match &run.judgements[0].verdict {
        Verdict::Fail { reason, actual, .. } => format!("{reason}: {actual}"),
        other => other.outcome().to_string(),
    };
    (calls, said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_few_calls_show_it_and_the_same_ones_each_time() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let control = Client::new(stage.control());

    for (mutant, most) in [
        ("short-window", 1),
        ("reset-a-second-late", 1),
        ("counts-twice", 3),
        ("one-counter-for-each-operation", 8),
    ] {
        let first = shown(&control, mutant).await;
        let second = shown(&control, mutant).await;

        assert!(first.0 <= most, "{mutant}: {first:?}");
        assert_eq!(first, second, "{mutant}");
    }

    stage.close().await;
}
