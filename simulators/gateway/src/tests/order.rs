//! The order in which a call is checked, and the shape of what it meets.

use doublure_fixtures::Edition;
use serde_json::json;

use super::bench::{Bench, ENTREPRISE, Says, UNITE};

const NOWHERE: &str = "/v3/nowhere";

#[tokio::test]
async fn a_path_that_leads_nowhere_comes_before_a_missing_token() {
    let bench = Bench::new();

    let lost = bench.ask(bench.asking(NOWHERE).token(None)).await;
    let nobody = bench.ask(bench.asking(UNITE).token(None)).await;

    assert_eq!(lost.refusal(), (404, vec!["00404".to_owned()]));
    assert_eq!(nobody.refusal(), (401, vec!["00101".to_owned()]));
}

#[tokio::test]
async fn each_token_meets_what_it_is_worth() {
    let bench = Bench::new();
    let mut met = Vec::new();

    for name in [
        "standard",
        "second",
        "unprivileged",
        "expired",
        "revoked",
        "forged",
    ] {
        let answer = bench
            .ask(bench.asking(UNITE).token(Some(bench.token(name))))
            .await;
        let code = answer.json()["errors"][0]["code"]
            .as_str()
            .map(str::to_owned);
        met.push(format!(
            "{name} {} {}",
            answer.status(),
            code.unwrap_or_default()
        ));
    }

    insta::assert_snapshot!(met.join("\n"), @r"
    standard 200 
    second 200 
    unprivileged 403 00100
    expired 401 00103
    revoked 401 00105
    forged 401 00101
    ");
}

#[tokio::test]
async fn a_revoked_token_comes_before_a_path_that_leads_nowhere() {
    let bench = Bench::new();
    let revoked = Some(bench.token("revoked"));

    let answer = bench.ask(bench.asking(NOWHERE).token(revoked)).await;

    assert_eq!(answer.refusal(), (401, vec!["00105".to_owned()]));
}

#[tokio::test]
async fn all_tracing_parameters_that_are_missing_are_named_at_once() {
    let bench = Bench::new();

    let answer = bench.ask(bench.asking(UNITE).query("")).await;

    let codes = ["00201", "00203", "00202"].map(str::to_owned).to_vec();
    assert_eq!(answer.refusal(), (422, codes));
}

#[tokio::test]
async fn version_recipient_and_parameter_are_checked_in_this_order() {
    let bench = Bench::new();
    let bad = "context=a&object=b&recipient=nobody";
    let at = async |path: &str, query: &str| {
        let answer = bench.ask(bench.asking(path).query(query)).await;
        answer.refusal()
    };

    let version = at("/v9/insee/sirene/unites_legales/1", bad).await;
    let recipient = at("/v3/insee/sirene/unites_legales/1", bad).await;
    let parameter = bench.get("/v3/insee/sirene/unites_legales/1").await;

    assert_eq!(version, (404, vec!["00402".to_owned()]));
    assert_eq!(recipient, (422, vec!["00210".to_owned()]));
    assert_eq!(parameter.refusal(), (422, vec!["00301".to_owned()]));
    assert_eq!(bench.providers.asked("unite-legale"), 0);
}

#[tokio::test]
async fn other_verbs_and_broken_encodings_are_refused() {
    let bench = Bench::new();

    let post = bench.ask(bench.asking(UNITE).method("POST")).await;
    let preflight = bench.ask(bench.asking(UNITE).method("OPTIONS")).await;
    let broken = bench.ask(bench.asking(UNITE).and("object=100%")).await;

    assert_eq!((post.status(), preflight.status()), (404, 404));
    assert!(preflight.header("access-control-allow-origin").is_none());
    assert_eq!(broken.refusal(), (400, vec!["00401".to_owned()]));
}

#[tokio::test]
async fn the_same_call_is_served_once_at_a_time() {
    let bench = Bench::new();
    bench.providers.tell("unite-legale", Says::Nothing);

    let first = bench.start(bench.asking(UNITE));
    let second = bench.get(UNITE).await;
    let other = bench.ask(bench.asking(UNITE).query("")).await;

    assert_eq!(second.refusal(), (409, vec!["00015".to_owned()]));
    assert_eq!(other.status(), 422);
    drop(first);
}

#[tokio::test]
async fn the_running_service_answers_in_its_own_media_types() {
    let bench = Bench::of(Edition::Observed);
    let media = async |asking| {
        bench
            .ask(asking)
            .await
            .header("content-type")
            .map(str::to_owned)
    };

    let early = media(bench.asking(UNITE).query("")).await;
    let late = media(bench.asking(UNITE)).await;
    let lost = bench.get(NOWHERE).await;
    let gone = bench.get(ENTREPRISE).await;

    assert_eq!(early.as_deref(), Some("application/json"));
    assert_eq!(late.as_deref(), Some("application/vnd.api+json"));
    assert_eq!(
        lost.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!((lost.status(), gone.status()), (404, 410));
}

#[tokio::test]
async fn privileges_need_a_token_and_nothing_else() {
    let bench = Bench::new();
    let asking = bench.asking("/privileges").query("");

    let nobody = bench.ask(asking.clone().token(None)).await;
    let holder = bench
        .ask(asking.clone().token(Some(bench.token("unprivileged"))))
        .await;
    let standard = bench.ask(asking).await;

    assert_eq!(nobody.status(), 401);
    assert_eq!(holder.status(), 200);
    let scopes = standard.json()["privileges"].take();
    assert!(scopes.as_array().unwrap().contains(&json!("open_data")));
    assert!(standard.header("ratelimit-limit").is_none());
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_that_is_the_same_in_each_run() {
    let ids = async || {
        let bench = Bench::new();
        let first = bench.get(UNITE).await;
        let second = bench.get(UNITE).await;
        [first, second].map(|answer| answer.header("x-request-id").unwrap().to_owned())
    };

    let one_run = ids().await;
    let another = ids().await;

    assert_eq!(one_run, another);
    assert_ne!(one_run[0], one_run[1]);
}
