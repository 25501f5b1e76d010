//! Answers that are kept, and answers on file.

use std::{fs, sync::Arc, time::Duration};

use doublure_fixtures::{Contract, Edition, cases::Cases};

use super::bench::{Bench, Setting, UNITE, VIGILANCE};
use crate::{cache::Kept, refusal::Refusal};

#[tokio::test]
async fn the_running_service_keeps_what_insee_said_for_an_hour() {
    let bench = Bench::of(Edition::Observed);

    let fresh = bench.get(UNITE).await;
    bench.wait(Duration::from_secs(600)).await;
    let kept = bench
        .ask(bench.asking(UNITE).token(Some(bench.token("second"))))
        .await;
    let past = bench
        .ask(bench.asking(UNITE).header("cache-control", "no-cache"))
        .await;
    bench.wait(Duration::from_secs(3_600)).await;
    let later = bench.get(UNITE).await;

    let cached =
        |answer: &super::bench::Answered| answer.header("x-response-cached").unwrap() == "true";
    assert_eq!(
        [&fresh, &kept, &past, &later].map(cached),
        [false, true, false, false]
    );
    assert_eq!(kept.number("x-cache-expires-in"), 3_000);
    assert_eq!(kept.text(), fresh.text());
    assert_eq!(bench.providers.asked("unite-legale"), 3);
    assert_eq!(kept.number("ratelimit-remaining"), 249);
}

#[tokio::test]
async fn a_document_that_is_told_of_from_the_cache_may_be_gone_before_its_link_is() {
    let bench = Bench::of(Edition::Observed);
    let link = |answer: &super::bench::Answered| {
        let url = answer.json()["data"]["document_url"].take();
        let url = url.as_str().unwrap().to_owned();
        url.strip_prefix("http://gateway:8080").unwrap().to_owned()
    };

    // 11 in the morning in Paris: 13 hours of the day are left, and 8 hours more.
    let fresh = bench.get(VIGILANCE).await;
    bench.wait(Duration::from_secs(21 * 3_600 - 1)).await;
    let last = bench.get(VIGILANCE).await;
    bench.wait(Duration::from_secs(1)).await;
    let next = bench.get(VIGILANCE).await;

    assert_eq!(last.header("x-response-cached"), Some("true"));
    assert_eq!(last.number("x-cache-expires-in"), 1);
    assert_eq!(link(&last), link(&fresh));
    assert_eq!(next.header("x-response-cached"), Some("false"));
    assert_ne!(link(&next), link(&fresh));
}

#[tokio::test]
async fn a_refusal_is_not_kept_so_that_a_provider_is_asked_again() {
    let bench = Bench::of(Edition::Observed);
    bench
        .providers
        .answer("unite-legale", 404, r#"{"header":{}}"#);

    let first = bench.get(UNITE).await;
    let second = bench.get(UNITE).await;

    assert_eq!([first.status(), second.status()], [404, 404]);
    assert_eq!(second.header("x-response-cached"), Some("false"));
    assert_eq!(bench.providers.asked("unite-legale"), 2);
}

#[tokio::test]
async fn a_refusal_that_lasts_is_kept_like_an_answer() {
    let bench = Bench::of(Edition::Observed);
    let contract = Contract::built_in();
    let unknown = Refusal::by(contract.provider("insee").unwrap(), "003");
    let now = bench.session.clock().now();
    let minute = Duration::from_secs(60);
    let answers = &bench.gateway.answers;
    answers.keep(UNITE.to_owned(), Kept::Refusal(unknown), minute, now);

    let kept = bench.get(UNITE).await;
    bench.wait(minute).await;
    let asked = bench.get(UNITE).await;

    assert_eq!(kept.refusal(), (404, vec!["01003".to_owned()]));
    assert_eq!(kept.number("x-cache-expires-in"), 60);
    assert_eq!(asked.status(), 200);
}

#[tokio::test]
async fn what_goes_past_the_cache_is_kept_anew() {
    let bench = Bench::of(Edition::Observed);
    bench.get(UNITE).await;
    bench.wait(Duration::from_secs(1_000)).await;

    let past = bench
        .ask(bench.asking(UNITE).header("cache-control", "no-cache"))
        .await;
    let kept = bench.get(UNITE).await;

    assert_eq!(past.header("x-cache-expires-in"), Some(""));
    assert_eq!(kept.number("x-cache-expires-in"), 3_600);
    assert_eq!(bench.providers.asked("unite-legale"), 2);
}

#[tokio::test]
async fn nothing_is_kept_as_documented_nor_where_the_session_wants_none() {
    let switched_off = Bench::where_(Edition::Observed, |policy| policy.cache = false);

    for bench in [Bench::new(), switched_off] {
        bench.get(UNITE).await;
        let second = bench.get(UNITE).await;
        assert_eq!(second.header("x-response-cached"), Some("false"));
        assert_eq!(bench.providers.asked("unite-legale"), 2);
    }
}

#[tokio::test]
async fn a_refusal_before_the_tracing_parameters_says_nothing_of_a_cache() {
    let bench = Bench::new();

    let refused = bench.ask(bench.asking(UNITE).query("")).await;

    assert!(refused.header("x-response-cached").is_none());
}

fn with_cases(first: bool) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let operation = folder.path().join("api_entreprise_v3_insee_unites_legales");
    fs::create_dir(&operation).unwrap();
    let case = "params:\n  siren: '418166096'\nstatus: 418\npayload: |-\n  {\"on\": \"file\"}\n";
    fs::write(operation.join("teapot.yaml"), case).unwrap();
    let (cases, _) = Cases::load(folder.path()).unwrap();
    Bench::with(Setting {
        cases: Some(Arc::new(cases)),
        cases_first: first,
        ..Setting::of(Edition::Documented)
    })
}

#[tokio::test]
async fn an_answer_on_file_is_given_as_written_after_the_checks() {
    let bench = with_cases(false);

    let refused = bench.ask(bench.asking(UNITE).token(None)).await;
    let on_file = bench.get(UNITE).await;
    let other = bench.ask(bench.asking(UNITE).and("annee=2020")).await;

    assert_eq!(refused.status(), 401);
    assert_eq!(
        (on_file.status(), on_file.text().as_str()),
        (418, "{\"on\": \"file\"}")
    );
    assert_eq!(other.status(), 200);
}

#[tokio::test]
async fn an_answer_on_file_may_come_before_the_checks() {
    let bench = with_cases(true);

    let answer = bench.ask(bench.asking(UNITE).query("").token(None)).await;

    assert_eq!(answer.status(), 418);
}
