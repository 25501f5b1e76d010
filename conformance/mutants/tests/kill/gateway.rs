//! The kill matrix of gateways.

use std::sync::Arc;

use doublure_control::{BanManner, Client, Overrides};
use doublure_fixtures::Edition;
use doublure_kernel::{Clock, ClockKind};
use doublure_mutants::gateway::{BrokenGateway, matrix, put_to_the_test};
use doublure_rules::{ExitCode, Outcome, Rule, Run};
use doublure_stage::{Stage, StageConfig};
use doublure_suites::{GatewayUnderTest, SimulatedGateway, trials::names::NOT_YET};

async fn stage() -> (Stage, Client) {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let control = Client::new(stage.control());
    (stage, control)
}

/// What is not as it should be, for people.
fn amiss(run: &Run) -> String {
    let judged = run.judgements.iter();
    let bad = judged.filter(|judged| {
        !matches!(
            judged.verdict.outcome(),
            Outcome::Pass | Outcome::NotApplicable
        )
    });
    let bad = bad.map(|judged| format!("{}: {:?}", judged.rule.id, judged.verdict));
    let failures = run.failures.iter().map(|failure| format!("{failure:?}"));
    bad.chain(failures).collect::<Vec<_>>().join("\n")
}

async fn conforms(target: impl Fn(Client, Edition) -> Arc<dyn GatewayUnderTest>) {
    let (stage, control) = stage().await;

    for (edition, gaps) in EDITIONS {
        let watch = Clock::new(ClockKind::Real);
        let began = watch.now();
        let test = || {
            put_to_the_test(
                "faithful",
                target(control.clone(), edition),
                edition,
                &|_| true,
            )
        };
        let mut run = test().await;
        // What does not tell is asked again before it fails a build: this machine may be busy.
        for _ in 0..2 {
            if run.exit_code() == ExitCode::Incomplete {
                run = test().await;
            }
        }
        // Told, never asserted: a busy machine is no defect.
        println!("{edition}: {:?}", watch.now().since(began));

        assert_eq!(
            run.exit_code(),
            ExitCode::Conforms,
            "{edition}:\n{}",
            amiss(&run)
        );
        let not_applicable: Vec<&str> = run
            .with(Outcome::NotApplicable)
            .filter(|judged| judged.trial != NOT_YET)
            .map(|judged| judged.rule.id.as_str())
            .collect();
        assert_eq!(not_applicable, gaps, "{edition}");
    }
    stage.close().await;
}

/// Each edition, and the rules that it has nothing for, beside those that nothing puts to the test yet.
const EDITIONS: [(Edition, &[&str]); 3] = [
    (Edition::Documented, &[]),
    (
        Edition::DocumentedV2,
        &[
            "gw.quota.headers-on-every-answer",
            "gw.quota.window-opens-at-first-call",
            "gw.quota.remaining-counts-down",
            "gw.quota.json-group",
            "gw.quota.document-group",
            "gw.quota.strict-endpoint",
            "gw.quota.exception-has-own-counter",
            "gw.quota.over-limit-gives-429",
            "gw.quota.exact-under-concurrency",
            "gw.quota.retry-after-is-the-truth",
            "gw.quota.window-ends",
            "gw.quota.per-token",
            "gw.quota.per-group",
            "gw.quota.versions-share",
            "gw.quota.what-counts",
            "gw.quota.history-is-explained",
            "gw.ban.ignored-429",
            "gw.trace.recipient-is-a-siret",
        ],
    ),
    (
        Edition::Observed,
        &[
            "gw.quota.document-group",
            "gw.partial.one-source-fails-gives-206",
            "gw.partial.all-well-gives-200",
            "gw.partial.main-source-fails-gives-its-error",
            "gw.trace.v-two-values-are-not-judged",
        ],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulated_gateway_conforms_in_every_edition() {
    conforms(|control, edition| Arc::new(SimulatedGateway::new(control, edition))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_conforms_behind_a_faithful_proxy_too() {
    conforms(|control, edition| Arc::new(BrokenGateway::behind_a_faithful_proxy(control, edition)))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_bans_conform_in_both_manners() {
    let (stage, control) = stage().await;

    for (edition, manner) in [Edition::Documented, Edition::Observed]
        .into_iter()
        .flat_map(|edition| MANNERS.map(|manner| (edition, manner)))
    {
        let target = SimulatedGateway {
            overrides: Overrides {
                ban_manner: Some(manner),
                ..Overrides::default()
            },
            ..SimulatedGateway::new(control.clone(), edition)
        };
        let of_bans = |rule: &Rule| rule.theme == "ban";
        let run = put_to_the_test("faithful", Arc::new(target), edition, &of_bans).await;

        let outcome = run.exit_code();
        let amiss = amiss(&run);
        assert_eq!(outcome, ExitCode::Conforms, "{edition} {manner:?}: {amiss}");
    }
    stage.close().await;
}

/// What banned addresses may meet: no answer, or no connection.
const MANNERS: [BanManner; 2] = [BanManner::Silence, BanManner::Unreachable];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_mutant_is_killed_by_its_rules_for_their_reasons_and_by_no_others() {
    let (stage, control) = stage().await;

    let results = matrix(&control).await;

    for result in &results {
        println!("{result}");
    }
    let amiss: Vec<String> = results
        .iter()
        .filter(|result| !result.is_as_listed())
        .map(ToString::to_string)
        .collect();
    assert!(amiss.is_empty(), "{}", amiss.join("\n"));
    stage.close().await;
}
