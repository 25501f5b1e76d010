//! The order in which a call is checked, and the shape of what it meets.

use std::time::Duration;

use doublure_fixtures::Edition;
use serde_json::{Value, json};

use super::bench::{Answered, Bench, ENTREPRISE, Says, UNITE};

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
async fn unknown_paths_versions_verbs_and_media_types_have_the_answer_of_their_edition() {
    let mut met = Vec::new();
    for edition in Edition::ALL {
        let bench = Bench::of(edition);
        for asking in [
            bench.asking(NOWHERE).token(None),
            bench.asking("/v9/insee/sirene/unites_legales/1"),
            bench.asking("/v2/entreprises/1").token(None),
            bench.asking("/v3/inpi/unites_legales/1/actes"),
            bench.asking(UNITE).method("POST"),
            bench.asking(UNITE).header("accept", "json"),
            bench.asking(UNITE).token(None).header("accept", "json"),
            bench.asking(UNITE).header("accept", "text/html"),
        ] {
            let told = asking.told();
            let answer = bench
                .ask(asking.header("origin", "https://example.org"))
                .await;
            assert!(answer.header("access-control-allow-origin").is_none());
            let media = answer.header("content-type").unwrap_or_default().to_owned();
            let body: Value = serde_json::from_str(&answer.text()).unwrap_or_default();
            let code = body.pointer("/errors/0/code").and_then(Value::as_str);
            let code = code.unwrap_or_default();
            met.push(format!(
                "{edition} {told}: {} {media} {code}",
                answer.status()
            ));
        }
    }

    insta::assert_snapshot!(met.join("\n"));
}

#[tokio::test]
async fn the_token_in_the_query_makes_another_call_and_the_user_the_same() {
    let bench = Bench::new();
    bench.providers.tell("unite-legale", Says::Nothing);
    let token = bench.token("standard");

    let by_header = bench.start(bench.asking(UNITE));
    let by_query = bench.start(
        bench
            .asking(UNITE)
            .token(None)
            .and(&format!("token={token}")),
    );
    let other_user = bench.start(bench.asking(UNITE).token(Some(bench.token("second"))));
    let other_version = bench.start(bench.asking(&UNITE.replace("/v3/", "/v4/")));
    let same = bench.get(UNITE).await;
    bench.wait(Duration::from_secs(10)).await;

    assert_eq!(same.refusal(), (409, vec!["00015".to_owned()]));
    assert!(same.header("retry-after").is_none());
    assert_eq!(same.json()["errors"][0]["meta"], json!({}));
    for call in [by_header, by_query, other_user, other_version] {
        assert_eq!(Answered::of(call).await.status(), 504);
    }
}

#[tokio::test]
async fn a_caller_who_gave_up_meets_its_own_call_until_that_ends() {
    let bench = Bench::new();
    bench.providers.tell("unite-legale", Says::Nothing);

    let given_up = bench.start(bench.asking(UNITE));
    bench.wait(Duration::from_secs(5)).await;
    let again = bench.get(UNITE).await;
    bench.wait(Duration::from_secs(5)).await;
    bench
        .providers
        .answer("unite-legale", 404, r#"{"header":{}}"#);
    let last = bench.get(UNITE).await;

    assert_eq!((again.status(), last.status()), (409, 404));
    assert_eq!(Answered::of(given_up).await.status(), 504);
}

#[tokio::test]
async fn a_call_refused_for_its_tracing_counts_as_running_for_a_minute_in_the_running_service() {
    let mut met = Vec::new();
    for edition in [Edition::Documented, Edition::Observed] {
        let bench = Bench::of(edition);
        for path in [UNITE, "/v9/insee/sirene/unites_legales/1"] {
            let bad = || {
                bench
                    .asking(path)
                    .query("context=a&object=b&recipient=nobody")
            };
            let first = bench.ask(bad()).await.status();
            let second = bench.ask(bad()).await.status();
            bench.wait(Duration::from_secs(60)).await;
            let later = bench.ask(bad()).await.status();
            met.push([first, second, later]);
        }
    }

    assert_eq!(
        met,
        [
            [422, 422, 422],
            [404, 404, 404],
            [422, 409, 422],
            [404, 409, 404]
        ]
    );
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
