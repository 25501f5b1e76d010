//! Providers that answer, refuse, fail and keep silent, as callers learn of it.

use std::time::Duration;

use bytes::Bytes;
use doublure_fixtures::{Contract, Edition};
use doublure_journal::Moment;
use serde_json::json;

use super::bench::{Answered, Bench, ETABLISSEMENT, EXTRAIT, Says, TEN, UNITE, VIGILANCE, path_of};
use crate::answers::samples::{assert_fits_the_official_description, legal_person};

const OWN: &str = r#"{"header":{"statut":404,"message":"Aucun élément"}}"#;

#[tokio::test]
async fn a_provider_that_answers_well_is_relayed_in_the_documented_shape() {
    let bench = Bench::new();

    for operation in Contract::built_in().operations() {
        if operation.version < 3 {
            continue;
        }
        let answer = bench.get(&path_of(operation)).await;
        assert_eq!(answer.status(), 200, "{}: {}", operation.id, answer.text());
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_fits_the_official_description(&operation.path, &answer.json());
    }
}

#[tokio::test]
async fn concurrent_first_calls_share_one_log_in() {
    let bench = Bench::new();
    let granted = json!({"access_token": "abc", "expires_in": 3_600}).to_string();
    bench
        .providers
        .tell("login", Says::Late(Duration::from_secs(1), granted.into()));

    let calls: Vec<_> = [UNITE, ETABLISSEMENT]
        .map(|path| bench.start(bench.asking(path)))
        .into();
    bench.wait(Duration::from_secs(1)).await;
    for call in calls {
        assert_eq!(Answered::of(call).await.status(), 200);
    }

    assert_eq!(bench.providers.asked("login"), 1);
}

#[tokio::test]
async fn a_log_in_is_renewed_when_it_has_expired_and_not_before() {
    let bench = Bench::new();

    bench.get(UNITE).await;
    bench.wait(Duration::from_secs(3_599)).await;
    bench.get(UNITE).await;
    let before = bench.providers.asked("login");
    bench.wait(Duration::from_secs(1)).await;
    bench.get(UNITE).await;

    assert_eq!((before, bench.providers.asked("login")), (1, 2));
}

#[tokio::test]
async fn credentials_that_are_refused_are_renewed_once() {
    let bench = Bench::new();
    bench.providers.answer("unite-legale", 401, "{}");

    let answer = bench.get(UNITE).await;

    assert_eq!(answer.refusal(), (502, vec!["01011".to_owned()]));
    assert_eq!(answer.json()["errors"][0]["meta"]["retry_in"], 10);
    assert_eq!(bench.providers.asked("login"), 2);
    assert_eq!(bench.providers.asked("unite-legale"), 2);
}

#[tokio::test]
async fn a_silent_provider_gives_504_at_the_deadline_after_one_request() {
    let bench = Bench::new();
    bench.providers.tell("unite-legale", Says::Nothing);

    let call = bench.start(bench.asking(UNITE));
    bench.wait(Duration::from_micros(9_999_999)).await;
    let still_waiting = bench.providers.asked("unite-legale");
    bench.wait(Duration::from_micros(1)).await;
    let answer = Answered::of(call).await;

    assert_eq!(answer.refusal(), (504, vec!["01002".to_owned()]));
    assert_eq!(
        (still_waiting, bench.providers.asked("unite-legale")),
        (1, 1)
    );
    assert_eq!(bench.session.clock().now(), TEN + Duration::from_secs(10));
}

#[tokio::test]
async fn a_provider_that_answers_at_the_very_deadline_is_in_time() {
    let bench = Bench::new();
    let body = Bytes::from(legal_person().to_string());
    bench
        .providers
        .tell("unite-legale", Says::Late(Duration::from_secs(10), body));

    let call = bench.start(bench.asking(UNITE));
    bench.wait(Duration::from_secs(10)).await;

    assert_eq!(Answered::of(call).await.status(), 200);
}

#[tokio::test]
async fn the_deadline_is_for_log_in_and_data_together() {
    let bench = Bench::new();
    let granted = json!({"access_token": "abc", "expires_in": 3_600}).to_string();
    bench
        .providers
        .tell("login", Says::Late(Duration::from_secs(6), granted.into()));
    let body = Bytes::from(legal_person().to_string());
    bench
        .providers
        .tell("unite-legale", Says::Late(Duration::from_secs(6), body));

    let call = bench.start(bench.asking(UNITE));
    bench.wait(Duration::from_secs(10)).await;

    assert_eq!(Answered::of(call).await.status(), 504);
}

#[tokio::test]
async fn the_running_service_waits_two_seconds_for_insee() {
    let bench = Bench::of(Edition::Observed);
    bench.providers.tell("unite-legale", Says::Nothing);

    let call = bench.start(bench.asking(UNITE));
    bench.wait(Duration::from_secs(2)).await;

    assert_eq!(Answered::of(call).await.status(), 504);
}

#[tokio::test]
async fn the_same_class_of_trouble_has_the_same_code_whoever_the_provider_is() {
    let bench = Bench::new();
    let mut met = Vec::new();

    for (path, call) in [
        (UNITE, "unite-legale"),
        (VIGILANCE, "attestation"),
        (EXTRAIT, "extrait"),
    ] {
        for status in [500, 503, 504, 429, 418] {
            bench.providers.answer(call, status, "<html>");
            let (answered, codes) = bench.get(path).await.refusal();
            met.push(format!("{call} {status}: {answered} {}", codes[0]));
        }
    }

    insta::assert_snapshot!(met.join("\n"), @r"
    unite-legale 500: 502 01000
    unite-legale 503: 503 01001
    unite-legale 504: 504 01002
    unite-legale 429: 502 01008
    unite-legale 418: 502 01999
    attestation 500: 502 04000
    attestation 503: 503 04001
    attestation 504: 504 04002
    attestation 429: 502 04008
    attestation 418: 502 04999
    extrait 500: 502 02000
    extrait 503: 503 02001
    extrait 504: 504 02002
    extrait 429: 502 02008
    extrait 418: 502 02999
    ");
}

#[tokio::test]
async fn an_outage_is_filed_under_502_in_the_running_service() {
    let bench = Bench::of(Edition::Observed);
    bench.providers.answer("unite-legale", 503, "");

    assert_eq!(
        bench.get(UNITE).await.refusal(),
        (502, vec!["01001".to_owned()])
    );
}

#[tokio::test]
async fn unknown_and_undisclosed_entities_are_told_apart() {
    let bench = Bench::new();

    bench.providers.answer("unite-legale", 404, OWN);
    let unknown = bench.get(UNITE).await;
    bench.providers.answer("unite-legale", 403, OWN);
    let undisclosed = bench.get(UNITE).await;

    assert_eq!(unknown.refusal(), (404, vec!["01003".to_owned()]));
    assert_eq!(
        unknown.json()["errors"][0]["meta"],
        json!({"provider": "INSEE"})
    );
    assert_eq!(undisclosed.refusal(), (451, vec!["01005".to_owned()]));
}

#[tokio::test]
async fn only_the_entity_itself_is_refused_as_shown_to_nobody() {
    let bench = Bench::new();
    for call in ["unite-legale", "etablissement", "siege", "successions"] {
        bench.providers.answer(call, 403, OWN);
    }

    let mut refused = Vec::new();
    let contract = Contract::built_in();
    for operation in contract.operations() {
        let answer = bench.get(&path_of(operation)).await;
        if operation.providers == ["insee"] && answer.refusal().0 == 451 {
            refused.push(operation.id.as_str());
        }
    }

    assert_eq!(
        refused,
        [
            "api_entreprise_v3_insee_unites_legales",
            "api_entreprise_v4_insee_unites_legales",
            "api_entreprise_v3_insee_etablissements",
            "api_entreprise_v4_insee_etablissements",
        ]
    );
}

#[tokio::test]
async fn one_list_of_links_is_read_from_the_side_that_was_asked_about() {
    let bench = Bench::new();
    let links = |siret| format!("/v3/insee/sirene/etablissements/{siret}/successions");

    let after = bench.get(&links("41816609600069")).await.json();
    let before = bench.get(&links("41816609600051")).await.json();

    assert_eq!(after["data"]["predecesseurs"][0]["siret"], "41816609600051");
    assert_eq!(before["data"]["successeurs"][0]["siret"], "41816609600069");
    assert_eq!(before["data"]["predecesseurs"], json!([]));
}

#[tokio::test]
async fn an_account_under_analysis_is_to_be_asked_about_in_two_days() {
    let bench = Bench::new();
    let refused = json!([{"code": "FUNC503", "message": "m", "description": "d", "serveur": "s"}]);
    bench
        .providers
        .answer("attestation", 400, &refused.to_string());

    let answer = bench.get(VIGILANCE).await;

    assert_eq!(answer.refusal(), (502, vec!["04501".to_owned()]));
    insta::assert_snapshot!(
        answer.json()["errors"][0]["meta"],
        @r#"{"provider":"ACOSS","retry_in":172800,"provider_errors":[{"code":"FUNC503","message":"m","description":"d"}]}"#
    );
}

#[tokio::test]
async fn a_merged_company_is_found_where_insee_sends_us_once() {
    let bench = Bench::new();
    let to = ("location", "/api-sirene/prive/3.11/siret/41816609600069");
    bench
        .providers
        .tell("unite-legale", Says::With(301, to, Bytes::new()));
    bench
        .providers
        .answer("etablissement", 200, &legal_person().to_string());

    let answer = bench.get(UNITE).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json()["meta"]["redirect_from_siren"], "418166096");
}

#[tokio::test]
async fn a_provider_that_sends_us_round_in_circles_failed() {
    let bench = Bench::new();
    let to = ("location", "/api-sirene/prive/3.11/siren/418166096");
    bench
        .providers
        .tell("unite-legale", Says::With(301, to, Bytes::new()));

    assert_eq!(
        bench.get(UNITE).await.refusal(),
        (502, vec!["01000".to_owned()])
    );
    assert_eq!(bench.providers.asked("unite-legale"), 2);
}

#[tokio::test]
async fn a_providers_words_stay_inside_unless_the_session_wants_them_out() {
    let leaking = Bench::where_(Edition::Documented, |policy| {
        policy.leaks_provider_words = true;
    });
    let page = "<h1>ORA-12541 at db-07</h1>";
    let mut met = Vec::new();

    for bench in [Bench::new(), leaking] {
        bench.providers.answer("unite-legale", 500, page);
        met.push(bench.get(UNITE).await.text().contains("db-07"));
    }

    assert_eq!(met, [false, true]);
}

#[tokio::test]
async fn dgfip_is_in_maintenance_at_night_in_the_running_service() {
    let bench = Bench::of(Edition::Observed);
    let half_past_one: Moment = "2026-01-16T00:30:00Z".parse().unwrap();
    bench.wait(half_past_one.since(TEN)).await;

    let answer = bench
        .get("/v3/dgfip/unites_legales/1/attestation_fiscale")
        .await;

    assert_eq!(answer.refusal(), (503, vec!["03020".to_owned()]));
    assert_eq!(answer.json()["errors"][0]["meta"]["retry_in"], 1_800);
}
