use std::collections::BTreeMap;

use doublure_journal::{CaptureLevel, ExchangeId};
use doublure_kernel::{ClockKind, SessionConfig, When as Parked};
use doublure_scenarios::{Fault, On, Scenario, When, WireFault};
use http::header;

use super::*;
use crate::{
    dgfip::Dgfip,
    infogreffe::Infogreffe,
    insee::Insee,
    testing::{self, siren},
};

const LOGIN: &str = "grant_type=password&client_id=a&client_secret=b&username=c&password=d";

#[tokio::test]
async fn a_call_without_a_log_in_is_refused_in_the_providers_words() {
    let stage = Stage::quiet();

    let reply = stage.ask::<Insee>(unite_legale("")).await;

    assert_eq!(reply.response.status(), 401);
    assert!(text(&reply).contains("\"statut\":401"), "{}", text(&reply));
}

#[tokio::test]
async fn a_log_in_opens_the_calls_for_seven_days_of_the_sessions_clock() {
    let stage = Stage::quiet();
    let insee = stage.provider::<Insee>();
    let token = stage.log_in(&insee).await;

    let first = stage.put(&insee, unite_legale(&token)).await;
    stage.advance(Duration::from_secs(7 * 24 * 3_600 - 1)).await;
    let just_before = stage.put(&insee, unite_legale(&token)).await;
    stage.advance(Duration::from_secs(1)).await;
    let at_the_end = stage.put(&insee, unite_legale(&token)).await;

    assert_eq!(first.response.status(), 200);
    assert_eq!(just_before.response.status(), 200);
    assert_eq!(at_the_end.response.status(), 401);
}

#[tokio::test]
async fn a_log_in_at_one_provider_is_none_in_another_session() {
    let one = Stage::quiet();
    let insee = one.provider::<Insee>();
    let token = one.log_in(&insee).await;
    let other = Stage::quiet();

    let reply = other.ask::<Insee>(unite_legale(&token)).await;

    assert_eq!(reply.response.status(), 401);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let stage = Stage::quiet();
        let insee = stage.provider::<Insee>();
        let token = stage.log_in(&insee).await;
        let reply = stage.put(&insee, unite_legale(&token)).await;
        bodies.push((token, reply.response.into_body()));
    }

    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn an_extract_carries_the_day_it_was_asked_for() {
    let stage = Stage::quiet();
    let infogreffe = stage.provider::<Infogreffe>();

    let today = stage.put(&infogreffe, extrait()).await;
    let again = stage.put(&infogreffe, extrait()).await;
    stage.advance(DAY).await;
    let tomorrow = stage.put(&infogreffe, extrait()).await;

    assert!(text(&today).contains("date_extrait=\"15 JANVIER 2026\""));
    assert_eq!(text(&today), text(&again));
    assert!(text(&tomorrow).contains("date_extrait=\"16 JANVIER 2026\""));
}

#[tokio::test]
async fn a_symptom_is_said_in_the_providers_words() {
    let stage = Stage::with(Effect::Symptom(Symptom::Unavailable));

    let reply = stage.ask::<Infogreffe>(extrait()).await;

    assert_eq!(reply.response.status(), 200);
    assert!(text(&reply).contains("999 -"), "{}", text(&reply));
}

#[tokio::test]
async fn a_symptom_without_words_leaves_the_answer_as_it_is() {
    let stage = Stage::with(Effect::Symptom(Symptom::UnderAnalysis));

    let reply = stage.ask::<Infogreffe>(extrait()).await;

    assert!(text(&reply).contains("<Extrait"), "{}", text(&reply));
}

#[tokio::test]
async fn an_answer_given_instead_is_sent_as_written() {
    let answer = Answer {
        status: 200,
        headers: BTreeMap::from([("content-type".to_owned(), "text/html".to_owned())]),
        body: "<html>".to_owned(),
    };
    let stage = Stage::with(Effect::Answer(answer));

    let reply = stage.ask::<Dgfip>(Request::new(Bytes::new())).await;

    assert_eq!(reply.response.headers()["content-type"], "text/html");
    assert_eq!(text(&reply), "<html>");
}

#[tokio::test]
async fn a_wire_fault_goes_with_the_faithful_answer() {
    let stage = Stage::with(Effect::Wire(WireFault::Cut { after: 10 }));

    let reply = stage.ask::<Infogreffe>(extrait()).await;

    assert_eq!(reply.wire, Some(WireFault::Cut { after: 10 }));
    assert!(text(&reply).contains("<Extrait"), "{}", text(&reply));
}

#[test]
fn a_request_is_labelled_with_provider_call_and_entity() {
    let stage = Stage::quiet();

    let labels = stage.provider::<Insee>().label(&mut unite_legale(""));
    let stray = stage
        .provider::<Insee>()
        .label(&mut Request::new(Bytes::new()));

    assert_eq!(labels.provider.as_deref(), Some("insee"));
    assert_eq!(labels.call.as_deref(), Some("unite-legale"));
    assert_eq!(labels.entity.as_deref(), Some(siren("all-in-order")));
    assert_eq!((stray.call, stray.entity), (None, None));
}

/// A session and its world.
struct Stage {
    session: Session,
    world: Arc<World>,
}

impl Stage {
    fn quiet() -> Self {
        Self::playing(Scenario::default())
    }

    /// A session in which every exchange with a provider meets this effect.
    fn with(effect: Effect) -> Self {
        Self::playing(Scenario {
            faults: vec![Fault {
                name: "always".to_owned(),
                on: On::Provider,
                when: When::default(),
                delay: Duration::ZERO.into(),
                then: effect,
                enters: None,
            }],
            ..Scenario::default()
        })
    }

    fn playing(scenario: Scenario) -> Self {
        let session = Session::new(SessionConfig {
            name: "test".to_owned(),
            seed: 1,
            clock: ClockKind::Manual(testing::now()),
            capture: CaptureLevel::Meta,
            journal_capacity: 100,
            scenario,
            marks_answers: false,
            access_log: None,
            fault_header: None,
            fault_log: None,
        });
        Self {
            session,
            world: Arc::new(testing::world()),
        }
    }

    fn provider<D: Dialect>(&self) -> Arc<Simulated<D>> {
        Arc::new(Simulated::new(&self.session, Arc::clone(&self.world)))
    }

    async fn ask<D: Dialect>(&self, request: Request<Bytes>) -> Reply {
        self.put(&self.provider::<D>(), request).await
    }

    async fn put<D: Dialect>(
        &self,
        provider: &Arc<Simulated<D>>,
        mut request: Request<Bytes>,
    ) -> Reply {
        let exchange = Exchange {
            id: ExchangeId(1),
            parent: None,
            labels: provider.label(&mut request),
            request,
            peer: ([127, 0, 0, 1], 1).into(),
            got: self.session.clock().now(),
        };
        Arc::clone(provider).call(exchange).await
    }

    async fn log_in(&self, insee: &Arc<Simulated<Insee>>) -> String {
        let request = Request::post("/token").body(Bytes::from(LOGIN)).unwrap();
        let reply = self.put(insee, request).await;
        let body: serde_json::Value = serde_json::from_slice(reply.response.body()).unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    async fn advance(&self, by: Duration) {
        let patience = Duration::from_secs(60);
        let clock = self.session.clock();
        clock
            .advance(by, Parked::default(), patience)
            .await
            .unwrap();
    }
}

fn unite_legale(token: &str) -> Request<Bytes> {
    Request::get(format!(
        "/api-sirene/prive/3.11/siren/{}",
        siren("all-in-order")
    ))
    .header(header::AUTHORIZATION, format!("Bearer {token}"))
    .body(Bytes::new())
    .unwrap()
}

fn extrait() -> Request<Bytes> {
    let xml = format!("<a><num_siren>{}</num_siren></a>", siren("all-in-order"));
    Request::post("/")
        .header("SOAPAction", "getProduitsWebServicesXML")
        .body(Bytes::from(xml))
        .unwrap()
}

fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(reply.response.body()).into_owned()
}
