//! Those who hand out certificates: what each of them has of its own.

use std::time::Duration;

use doublure_fixtures::{Contract, Edition};
use doublure_journal::Moment;
use serde_json::json;

use super::bench::{Answered, Bench, Says, TEN, path_of};

const CIBTP: &str = "/v3/cibtp/etablissements/41816609600069/attestation_cotisations_conges_payes_chomage_intemperies";
const CNETP: &str =
    "/v3/cnetp/unites_legales/418166096/attestation_cotisations_conges_payes_chomage_intemperies";
const PROBTP: &str = "/v3/probtp/etablissements/41816609600069/attestation_cotisations_retraite";
const CONFORMITE: &str = "/v3/probtp/etablissements/41816609600069/conformite_cotisations_retraite";
const QUALIBAT: &str = "/v4/qualibat/etablissements/41816609600069/certification_batiment";
const QUALIFELEC: &str = "/v3/qualifelec/etablissements/41816609600069/certificats";
const ADEME: &str = "/v3/ademe/etablissements/41816609600069/certification_rge";

#[tokio::test]
async fn a_link_to_an_attestation_of_cibtp_lives_for_ten_minutes() {
    let bench = Bench::new();
    let data = bench.get(CIBTP).await.json()["data"].take();
    let url = data["document_url"].as_str().unwrap();
    let link = url.strip_prefix("http://gateway:8080").unwrap();
    let follow = || bench.asking(link).query("").token(None);

    bench.wait(Duration::from_micros(599_999_999)).await;
    let last = bench.ask(follow()).await;
    bench.wait(Duration::from_micros(1)).await;
    let gone = bench.ask(follow()).await;

    assert_eq!(data["expires_in"], 600);
    assert_eq!([last.status(), gone.status()], [200, 404]);
}

#[tokio::test]
async fn a_document_life_that_a_session_shortens_is_not_made_longer() {
    let short = Bench::where_(Edition::Documented, |policy| {
        policy.document_life = Duration::from_secs(30);
    });

    let answer = short.get(CIBTP).await;

    assert_eq!(answer.json()["data"]["expires_in"], 30);
}

#[tokio::test]
async fn contributions_that_are_owed_have_a_code_of_their_own() {
    let bench = Bench::new();

    bench.providers.answer("attestation", 422, "{}");
    let owed = bench.get(CIBTP).await;
    bench.providers.answer("attestation", 404, "{}");
    let unknown = bench.get(CIBTP).await;
    bench.providers.answer("attestation", 409, "{}");
    let contradiction = bench.get(CIBTP).await;

    assert_eq!(owed.refusal(), (404, vec!["38422".to_owned()]));
    assert_eq!(
        owed.json()["errors"][0]["meta"],
        json!({"provider": "CIBTP"})
    );
    assert_eq!(unknown.refusal(), (404, vec!["38003".to_owned()]));
    assert_eq!(contradiction.refusal(), (502, vec!["38000".to_owned()]));
}

#[tokio::test]
async fn cnetp_turns_all_away_while_it_is_closed() {
    let bench = Bench::new();
    bench.providers.answer("attestation", 401, "");

    let answer = bench.get(CNETP).await;

    assert_eq!(answer.refusal(), (503, vec!["08020".to_owned()]));
    let meta = &answer.json()["errors"][0]["meta"];
    assert_eq!(*meta, json!({"provider": "CNETP"}));
}

#[tokio::test]
async fn the_running_service_knows_the_hours_of_cnetp_and_does_not_ask() {
    let bench = Bench::of(Edition::Observed);
    let ten_past_six: Moment = "2026-01-16T05:10:00Z".parse().unwrap();
    bench.wait(ten_past_six.since(TEN)).await;

    let answer = bench.get(CNETP).await;

    assert_eq!(answer.refusal(), (503, vec!["08020".to_owned()]));
    let meta = &answer.json()["errors"][0]["meta"];
    assert_eq!(*meta, json!({"provider": "CNETP", "retry_in": 1_200}));
    assert_eq!(bench.providers.asked("attestation"), 0);
}

#[tokio::test]
async fn how_it_went_at_probtp_stands_in_its_head() {
    let bench = Bench::new();
    let mut met = Vec::new();

    for code in ["8", "4", "9"] {
        let body = json!({"entete": {"code": code}}).to_string();
        bench.providers.answer("attestation", 200, &body);
        bench.providers.answer("conformite", 200, &body);
        for path in [PROBTP, CONFORMITE] {
            met.push(bench.get(path).await.refusal());
        }
    }

    let both = |status, code: &str| [(); 2].map(|()| (status, vec![code.to_owned()]));
    let expected = [both(404, "09003"), both(502, "09000"), both(502, "09999")];
    assert_eq!(met, expected.concat());
}

#[tokio::test]
async fn a_company_that_owes_is_not_eligible() {
    let bench = Bench::new();
    let owes = json!({"entete": {"code": "0"}, "corps": "01 Compte non éligible"});
    bench.providers.answer("conformite", 200, &owes.to_string());

    let answer = bench.get(CONFORMITE).await.json();

    assert_eq!(answer["data"], json!({"eligible": false}));
}

#[tokio::test]
async fn an_empty_certificate_of_qualibat_is_a_bad_file_and_a_refusal_in_its_place_is_not() {
    let bench = Bench::new();

    bench.providers.answer("certificat", 200, "");
    let empty = bench.get(QUALIBAT).await;
    bench
        .providers
        .answer("certificat", 200, r#"{"status_code":404}"#);
    let unknown = bench.get(QUALIBAT).await;

    assert_eq!(empty.refusal(), (502, vec!["06056".to_owned()]));
    assert_eq!(empty.json()["errors"][0]["meta"], json!({}));
    assert_eq!(unknown.refusal(), (404, vec!["06003".to_owned()]));
}

#[tokio::test]
async fn a_certificate_of_qualibat_is_kept_until_the_day_ends() {
    let bench = Bench::of(Edition::Observed);

    let first = bench.get(QUALIBAT).await;
    let second = bench.get(QUALIBAT).await;

    let cached = |answer: &Answered| answer.header("x-response-cached") == Some("true");
    assert_eq!([cached(&first), cached(&second)], [false, true]);
    // 11:00 in Paris.
    assert_eq!(second.number("x-cache-expires-in"), 13 * 3_600);
    assert_eq!(bench.providers.asked("certificat"), 1);
}

#[tokio::test]
async fn a_limit_that_is_none_is_refused_at_its_parameter() {
    let bench = Bench::new();
    let mut refused = Vec::new();

    for limit in ["1", "1000", "0", "1001", "-1", "dix", ""] {
        let answer = bench
            .ask(bench.asking(ADEME).and(&format!("limit={limit}")))
            .await;
        if answer.status() != 200 {
            assert_eq!(answer.refusal(), (422, vec!["00313".to_owned()]), "{limit}");
            let source = &answer.json()["errors"][0]["source"];
            assert_eq!(*source, json!({"parameter": "limit"}), "{limit}");
            refused.push(limit);
        }
    }

    assert_eq!(refused, ["0", "1001", "-1", "dix", ""]);
}

#[tokio::test]
async fn a_log_in_at_qualifelec_lasts_as_long_as_its_token_says() {
    let bench = Bench::new();

    bench.get(QUALIFELEC).await;
    bench.wait(Duration::from_secs(3_599)).await;
    bench.get(QUALIFELEC).await;
    let before = bench.providers.asked("login");
    bench.wait(Duration::from_secs(1)).await;
    bench.get(QUALIFELEC).await;

    assert_eq!((before, bench.providers.asked("login")), (1, 2));
}

#[tokio::test]
async fn what_has_another_form_than_usual_is_unknown_whoever_the_provider_is() {
    let bench = Bench::new();
    let contract = Contract::built_in();
    for call in [
        "certificat",
        "certificats",
        "lignes",
        "organisme",
        "conventions",
    ] {
        bench.providers.answer(call, 200, r#"{"quelque": "chose"}"#);
    }

    for id in [
        "opqibi",
        "qualifelec",
        "ademe",
        "carif_oref",
        "fabrique_numerique",
    ] {
        let operation = contract
            .operations()
            .iter()
            .find(|operation| operation.providers == [id])
            .unwrap();
        let answer = bench.get(&path_of(operation)).await;
        let number = &contract.provider(id).unwrap().number;
        let expected = match id {
            // Without a number it is nobody's.
            "carif_oref" => (404, vec![format!("{number}003")]),
            _ => (502, vec![format!("{number}999")]),
        };
        assert_eq!(answer.refusal(), expected, "{id}");
    }
}

#[tokio::test]
async fn a_silent_provider_of_certificates_gives_504_at_the_deadline() {
    for (path, call, code) in [(CIBTP, "attestation", "38002"), (ADEME, "lignes", "19002")] {
        let bench = Bench::new();
        bench.providers.tell(call, Says::Nothing);

        let asked = bench.start(bench.asking(path));
        bench.wait(Duration::from_secs(10)).await;

        let answer = Answered::of(asked).await;
        assert_eq!(answer.refusal(), (504, vec![code.to_owned()]));
    }
}
