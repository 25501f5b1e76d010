//! Links to documents.

use std::time::Duration;

use super::bench::{Answered, Bench, FISCALE, PDF, Says, VIGILANCE};
use crate::{
    documents::{Content, File},
    sources::dgfip,
};

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

/// Keeps a link to a file that DGFIP has, for a second.
fn leave(bench: &Bench, path: &str) {
    let file = File {
        ask: dgfip::ATTESTATION_FISCALE,
        entity: "418166096".into(),
        file: "7".into(),
    };
    let end = bench.session.clock().now() + Duration::from_secs(1);
    let mut documents = bench.gateway.documents_locked();
    documents.keep(path.to_owned(), Content::There(file), end);
}

#[tokio::test]
async fn a_proxied_file_is_fetched_when_its_link_is_opened_and_not_before() {
    let bench = Bench::new();
    leave(&bench, "/proxy/files/a");

    let before = bench.providers.asked("attestation-fiscale");
    let fetched = bench.ask(bench.asking("/proxy/files/a").token(None)).await;
    bench.wait(Duration::from_secs(1)).await;
    let over = bench.get("/proxy/files/a").await;

    assert_eq!(before, 0);
    assert_eq!((fetched.status(), fetched.text().as_str()), (200, PDF));
    assert_eq!(fetched.header("content-type"), Some("application/pdf"));
    assert_eq!((over.status(), over.text().as_str()), (404, ""));
}

#[tokio::test]
async fn a_proxied_file_that_does_not_come_has_a_code_of_its_own() {
    let bench = Bench::new();
    leave(&bench, "/proxy/files/a");

    let mut met = Vec::new();
    for status in [429, 500, 502, 503, 504] {
        bench.providers.answer("attestation-fiscale", status, "");
        met.extend(bench.get("/proxy/files/a").await.refusal().1);
    }
    let answer = bench.get("/proxy/files/a").await;

    assert_eq!(met, ["00602", "00603", "00604", "00605", "00606"]);
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.json()["errors"][0]["meta"]["provider"], "DINUM");
}

#[tokio::test]
async fn a_proxied_file_that_keeps_silent_is_given_up() {
    let bench = Bench::new();
    leave(&bench, "/proxy/files/a");
    bench.providers.tell("attestation-fiscale", Says::Nothing);

    let call = bench.start(bench.asking("/proxy/files/a"));
    bench.wait(Duration::from_secs(10)).await;

    let answer = Answered::of(call).await;
    assert_eq!(answer.refusal(), (502, vec!["00606".to_owned()]));
}

#[tokio::test]
async fn a_download_link_gives_a_link_to_the_file_and_ends_as_one_that_is_gone() {
    let bench = Bench::new();
    leave(&bench, "/proxy/inpi/download/a");

    let hop = bench.get("/proxy/inpi/download/a").await;
    let link = hop.json()["data"]["document_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = link.strip_prefix("http://gateway:8080").unwrap();
    let file = bench.ask(bench.asking(path).token(None)).await;
    bench.wait(Duration::from_secs(1)).await;
    let over = bench.get("/proxy/inpi/download/a").await;
    let never = bench.get("/proxy/inpi/download/b").await;

    assert_eq!(hop.json()["data"]["expires_in"], 86_400);
    assert_eq!((file.status(), file.text().as_str()), (200, PDF));
    assert_eq!(over.refusal(), (410, vec!["00403".to_owned()]));
    assert_eq!(never.refusal(), (422, vec!["00314".to_owned()]));
}
