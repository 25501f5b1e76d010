//! Faults asked for one at a time: over the control API, and by a header of the request.

use doublure_control::{ControlError, NewFault, NewSession};
use doublure_journal::{Event, EventKind, Filter};

use crate::{
    caller::{Answer, Caller},
    house::{House, company, extract, manual},
};

const HEADER: &str = "X-Doublure-Fault";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_one_off_fault_strikes_the_next_calls_that_it_fits_and_is_gone() {
    let house = House::documented().await;
    let session = house.doublure.session();
    let twice = NewFault {
        times: 2,
        ..NewFault::once(
            "{ name: down, when: { provider: insee, call: unite-legale }, then: { symptom: unavailable } }",
        )
    };

    let asked = session.ask_for_fault(&twice).await.unwrap();
    let other = house.get(&extract("all-in-order")).await;
    let first = house.get(&company("all-in-order")).await;
    let left = session.faults().await.unwrap();
    let second = house.get(&company("all-in-order")).await;
    let third = house.get(&company("all-in-order")).await;

    assert_eq!((asked.name.as_str(), asked.left), ("down", 2));
    assert_eq!(
        [other, first, second, third].map(|answer| answer.status),
        [200, 503, 503, 200]
    );
    assert_eq!(left[0].left, 1);
    assert!(session.faults().await.unwrap().is_empty());
    assert_eq!(fired(&house).await, ["down", "down"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_one_off_fault_may_be_an_object_and_be_taken_back() {
    let house = House::documented().await;
    let url = format!(
        "http://{}/sessions/{}/faults",
        house.doublure.stage().control(),
        house.doublure.session().name()
    );
    let body = r#"{"fault":{"on":"client","then":{"answer":{"status":418}}},"times":5}"#;

    let asked = Caller::LOCAL.send("POST", &url, body).await;
    let struck = house.get("/privileges").await;
    house.doublure.session().forget_faults().await.unwrap();
    let spared = house.get("/privileges").await;

    assert_eq!(
        (asked.status, struck.status, spared.status),
        (201, 418, 200)
    );
    assert_eq!(asked.json()["name"], "one-off");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_one_off_fault_with_an_error_is_refused_at_its_field() {
    let house = House::documented().await;
    let session = house.doublure.session();

    let typo = NewFault::once("{ when: { provder: insee }, then: silence }");
    let never = NewFault {
        times: 0,
        ..NewFault::once("then: silence")
    };

    for (new, field) in [(typo, "when.provder"), (never, "times")] {
        let refused = session.ask_for_fault(&new).await.unwrap_err();

        let ControlError::Refused { status, problem } = refused else {
            panic!("{refused}");
        };
        assert_eq!((status, problem.field.as_deref()), (422, Some(field)));
    }
    assert!(session.faults().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_may_ask_for_a_fault_on_either_hop_of_its_own_call_alone() {
    let house = allowing().await;
    let path = company("all-in-order");

    let down = asking(
        &house,
        &path,
        "{ when: { call: unite-legale }, then: { symptom: unavailable } }",
    )
    .await;
    let instead = asking(
        &house,
        &path,
        "{ name: tea, on: client, then: { answer: { status: 418 } } }",
    )
    .await;
    let unmet = asking(
        &house,
        &path,
        "{ when: { provider: infogreffe }, then: silence }",
    )
    .await;
    let plain = house.get(&path).await;

    assert_eq!(
        [down, instead, unmet, plain].map(|answer| answer.status),
        [503, 418, 200, 200]
    );
    assert_eq!(fired(&house).await, ["by-header", "tea"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_header_that_asks_for_no_fault_is_refused_with_what_would_be_right() {
    let house = allowing().await;

    let refused = asking(&house, "/privileges", "{ on: clint, then: silence }").await;

    assert_eq!(refused.status, 400);
    let said = String::from_utf8_lossy(&refused.body);
    assert!(said.contains("unknown hop `clint`"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn where_it_is_not_allowed_the_header_changes_nothing() {
    let house = House::documented().await;

    let answer = asking(&house, "/privileges", "{ on: client, then: reset }").await;

    assert_eq!(answer.status, 200);
    assert!(fired(&house).await.is_empty());
}

async fn allowing() -> House {
    House::with(NewSession {
        allow_fault_header: true,
        ..manual()
    })
    .await
}

async fn asking(house: &House, path: &str, fault: &str) -> Answer {
    let url = house.url(path);
    let mut line = Caller::LOCAL.line(&url).await;
    let token = house.doublure.token("standard");
    line.get_with(&url, token, (HEADER, fault)).await
}

/// Names of the faults that fired, in order.
async fn fired(house: &House) -> Vec<String> {
    let filter = Filter {
        event: Some(EventKind::FaultFired),
        ..Filter::default()
    };
    let query = doublure_control::JournalQuery {
        filter,
        limit: None,
    };
    let page = house.doublure.session().journal(&query).await.unwrap();
    let named = page
        .entries
        .into_iter()
        .filter_map(|entry| match entry.event {
            Event::FaultFired { fault, .. } => Some(fault),
            _ => None,
        });
    named.collect()
}
