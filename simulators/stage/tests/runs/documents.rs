//! Documents: the link, what it leads to, its end.

use std::time::Duration;

use crate::{
    caller::{Answer, Caller},
    house::{House, tax, vigilance},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_document_link_gives_a_pdf_without_a_token_for_a_day() {
    let house = House::documented().await;

    for path in [vigilance("all-in-order"), tax("all-in-order")] {
        let answer = house.get(&path).await;
        let link = link(&answer);
        let fresh = Caller::LOCAL.get(&link, None).await;
        house.advance(DAY - Duration::from_millis(1)).await;
        let old = Caller::LOCAL.get(&link, None).await;
        house.advance(Duration::from_millis(1)).await;
        let expired = Caller::LOCAL.get(&link, None).await;

        assert_eq!(answer.json()["data"]["expires_in"], 86_400, "{path}");
        assert_eq!(fresh.status, 200);
        assert_eq!(fresh.header("content-type"), Some("application/pdf"));
        assert!(fresh.body.starts_with(b"%PDF-"));
        assert_eq!(old.body, fresh.body);
        assert_ne!(expired.status, 200);
        assert!(!expired.body.starts_with(b"%PDF-"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_document_link_stays_with_the_gateway_and_tells_no_token() {
    let house = House::documented().await;

    let link = link(&house.get(&vigilance("all-in-order")).await);

    assert!(link.starts_with(house.doublure.gateway()), "{link}");
    assert!(!link.contains(house.doublure.token("standard")));
}

fn link(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["data"]["document_url"]
        .as_str()
        .unwrap()
        .to_owned()
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
