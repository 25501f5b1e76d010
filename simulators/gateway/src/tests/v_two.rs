//! The older version, as a whole.

use std::time::Duration;

use bytes::Bytes;
use doublure_fixtures::Edition;
use serde_json::json;

use super::bench::{Answered, Bench, ENTREPRISE, Says};

/// v2 judges no tracing value.
const ANY: &str = "context=a&recipient=SGMAP&object=c";

async fn get(bench: &Bench, more: &str) -> Answered {
    bench
        .ask(bench.asking(ENTREPRISE).query(ANY).and(more))
        .await
}

#[tokio::test]
async fn two_providers_make_one_answer() {
    let bench = Bench::new();

    let answer = get(&bench, "").await;

    assert_eq!(answer.status(), 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["entreprise"]["raison_sociale"], "OCTO TECHNOLOGY");
    assert_eq!(body["entreprise"]["nom_commercial"], "OCTO");
    assert_eq!(body["gateway_error"], false);
    for call in ["unite-legale", "siege", "extrait"] {
        assert_eq!(bench.providers.asked(call), 1, "{call}");
    }
}

#[tokio::test]
async fn a_source_that_fails_leaves_a_partial_answer() {
    for says in [
        Says::This(503, Bytes::new()),
        Says::This(200, Bytes::from_static(b"<html>")),
        Says::This(
            200,
            Bytes::from_static(b"<r><return>999 -SERVICE-</return></r>"),
        ),
    ] {
        let bench = Bench::new();
        bench.providers.tell("extrait", says);

        let answer = get(&bench, "").await;

        assert_eq!(answer.status(), 206);
        let body = answer.json();
        assert_eq!(body["entreprise"]["capital_social"], "Donnée indisponible");
        assert_eq!(body["gateway_error"], true);
    }
}

#[tokio::test]
async fn a_source_that_keeps_silent_leaves_a_partial_answer_at_the_deadline() {
    let bench = Bench::of(Edition::DocumentedV2);
    bench.providers.tell("extrait", Says::Nothing);

    let call = bench.start(bench.asking(ENTREPRISE).query(ANY));
    bench.wait(Duration::from_secs(10)).await;

    assert_eq!(Answered::of(call).await.status(), 206);
}

#[tokio::test]
async fn the_main_source_failing_is_its_own_error_in_either_shape() {
    let bench = Bench::new();
    bench.providers.answer("siege", 503, "");

    let texts = get(&bench, "").await;
    let objects = get(&bench, "error_format=json_api").await;

    assert_eq!(texts.status(), 503);
    assert!(texts.json()["errors"][0].is_string());
    assert_eq!(texts.json()["gateway_error"], true);
    assert_eq!(objects.refusal(), (503, vec!["01001".to_owned()]));
}

#[tokio::test]
async fn a_company_that_is_not_for_all_is_shown_on_demand_only() {
    let bench = Bench::new();
    let mut company = crate::answers::samples::legal_person();
    company["uniteLegale"]["statutDiffusionUniteLegale"] = json!("P");
    bench
        .providers
        .answer("unite-legale", 200, &company.to_string());

    let refused = get(&bench, "").await;
    let shown = get(&bench, "non_diffusables=true").await;

    assert_eq!((refused.status(), shown.status()), (451, 200));
}

#[tokio::test]
async fn a_merged_company_is_a_redirection_that_holds_no_token() {
    let bench = Bench::new();
    let to = ("location", "/api-sirene/prive/3.11/siret/1");
    bench
        .providers
        .tell("unite-legale", Says::With(301, to, Bytes::new()));
    let heir = json!({"uniteLegale": {"siren": "130025265"}}).to_string();
    bench.providers.answer("etablissement", 200, &heir);

    let answer = get(&bench, &format!("token={}", bench.token("standard"))).await;

    assert_eq!(answer.status(), 301);
    let location = answer.header("location").unwrap();
    assert!(location.starts_with("/v2/entreprises/130025265?context=a"));
    assert!(!location.contains("token"));
    assert!(!answer.text().contains(&bench.token("standard")));
}

#[tokio::test]
async fn errors_before_the_providers_are_texts_without_a_flag() {
    let bench = Bench::new();

    let nobody = bench.ask(bench.asking(ENTREPRISE).token(None)).await;
    let lost = bench.get("/v2/nowhere").await;

    assert_eq!((nobody.status(), lost.status()), (401, 404));
    assert!(lost.json()["errors"][0].is_string());
    assert!(nobody.json().get("gateway_error").is_none());
}
