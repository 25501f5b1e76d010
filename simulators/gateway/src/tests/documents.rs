//! Links to documents.

use std::time::Duration;

use super::bench::{Bench, FISCALE, PDF, VIGILANCE};

fn path_of(url: &str) -> String {
    url.strip_prefix("http://gateway:8080").unwrap().to_owned()
}

#[tokio::test]
async fn a_link_gives_the_document_to_who_has_it_until_it_expires() {
    let bench = Bench::new();
    let day = Duration::from_secs(86_400);

    for path in [VIGILANCE, FISCALE] {
        let data = bench.get(path).await.json()["data"].take();
        assert_eq!(data["expires_in"], 86_400);
        let link = path_of(data["document_url"].as_str().unwrap());
        let follow = || bench.asking(&link).query("").token(None);

        let live = bench.ask(follow()).await;
        bench.wait(day - Duration::from_micros(1)).await;
        let last = bench.ask(follow()).await;
        bench.wait(Duration::from_micros(1)).await;
        let gone = bench.ask(follow()).await;

        assert_eq!(live.text(), PDF);
        assert_eq!(live.header("content-type"), Some("application/pdf"));
        assert_eq!(
            [live.status(), last.status(), gone.status()],
            [200, 200, 404]
        );
    }
}

#[tokio::test]
async fn two_calls_have_two_links() {
    let bench = Bench::new();
    let link = async || bench.get(VIGILANCE).await.json()["data"]["document_url"].take();

    let first = link().await;
    let second = link().await;

    assert_ne!(first, second);
}

#[tokio::test]
async fn what_is_no_document_is_refused_with_its_own_code() {
    let bench = Bench::new();

    bench
        .providers
        .answer("attestation", 200, "%PDF-1.4 not base64");
    let not_base64 = bench.get(VIGILANCE).await;
    bench.providers.answer("attestation-fiscale", 200, "<html>");
    let not_a_pdf = bench.get(FISCALE).await;
    bench.providers.answer("attestation-fiscale", 200, "");
    let empty = bench.get(FISCALE).await;

    assert_eq!(not_base64.refusal(), (502, vec!["04051".to_owned()]));
    assert_eq!(not_a_pdf.refusal(), (502, vec!["03055".to_owned()]));
    assert_eq!(empty.refusal(), (502, vec!["03056".to_owned()]));
}

#[tokio::test]
async fn a_refusal_of_urssaf_is_an_answer_in_version_four_only() {
    let bench = Bench::new();
    bench
        .providers
        .answer("attestation", 400, r#"[{"code":"FUNC502"}]"#);

    let third = bench.get(VIGILANCE).await;
    let fourth = bench.get(&VIGILANCE.replace("/v3/", "/v4/")).await;

    assert_eq!(third.refusal(), (502, vec!["04503".to_owned()]));
    assert_eq!(fourth.status(), 200);
    let status = &fourth.json()["data"]["entity_status"];
    assert_eq!(status["code"], "refus_de_delivrance");
}

#[tokio::test]
async fn version_four_calls_the_life_of_a_link_by_another_name() {
    let bench = Bench::new();

    for path in [VIGILANCE, FISCALE] {
        let data = bench.get(&path.replace("/v3/", "/v4/")).await.json()["data"].take();
        assert_eq!(data["document_url_expires_in"], 86_400);
        let link = path_of(data["document_url"].as_str().unwrap());
        let document = bench.ask(bench.asking(&link).query("").token(None)).await;
        assert_eq!(document.text(), PDF);
    }
}
