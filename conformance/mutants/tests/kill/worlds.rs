//! Rules that look at what is said of companies hold whatever companies there are.

use std::sync::Arc;

use doublure_control::{Client, NewSession};
use doublure_fixtures::Edition;
use doublure_mutants::gateway::put_to_the_test;
use doublure_rules::Outcome;
use doublure_stage::{Stage, StageConfig};
use doublure_suites::{GatewayUnderTest, SimulatedGateway, Starting};

/// The faithful gateway in another world than the trial wishes for.
struct Elsewhere {
    gateway: SimulatedGateway,
    wish: NewSession,
}

impl GatewayUnderTest for Elsewhere {
    fn start<'a>(&'a self, wish: &'a NewSession) -> Starting<'a> {
        Box::pin(async move {
            let elsewhere = NewSession {
                seed: self.wish.seed,
                ..wish.clone()
            };
            self.gateway.start(&elsewhere).await
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_seen_to_be_unaltered_in_every_world() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let control = Client::new(stage.control());

    let mut amiss = Vec::new();
    for seed in 101..109 {
        let target = Elsewhere {
            gateway: SimulatedGateway::new(control.clone(), Edition::Documented),
            wish: NewSession {
                seed: Some(seed),
                ..NewSession::default()
            },
        };
        let wanted = |rule: &doublure_rules::Rule| rule.id == "gw.relay.values-unaltered";
        let run =
            put_to_the_test("elsewhere", Arc::new(target), Edition::Documented, &wanted).await;

        let judged = run.judgements.first().map(|judged| &judged.verdict);
        let outcome = judged.map(doublure_rules::Verdict::outcome);
        if outcome != Some(Outcome::Pass) {
            amiss.push(format!("{seed}: {judged:?} {:?}", run.failures));
        }
    }

    assert!(amiss.is_empty(), "{}", amiss.join("\n"));
    stage.close().await;
}
