//! Providers on sockets, put to the test of every rule of a provider: two of ours, and broken ones made with `wiremock`.

use std::{path::Path, time::Duration};

use doublure_control::{Client, NewSession};
use doublure_rules::{ExitCode, Outcome, Role, Run};
use doublure_stage::{Stage, StageConfig};
use doublure_suites::{
    catalogue,
    provider::{Options, Target, check},
};
use futures_util::future::join_all;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

#[tokio::test]
async fn our_insee_conforms_with_its_log_in() {
    let run = try_ours("insee", INSEE).await;

    assert_eq!(said(&run), all_pass(), "{run:#?}");
    assert_eq!(run.exit_code(), ExitCode::Conforms);
}

#[tokio::test]
async fn our_infogreffe_conforms_though_it_says_its_errors_in_a_200() {
    let run = try_ours("infogreffe", INFOGREFFE).await;

    assert_eq!(said(&run), all_pass(), "{run:#?}");
}

#[tokio::test]
async fn a_log_in_that_is_refused_is_the_harness_s_error() {
    let wrong = INSEE.replace("grant_type = \"password\"", "grant_type = \"magic\"");

    let run = try_ours("insee", &wrong).await;

    assert_eq!(run.exit_code(), ExitCode::HarnessError);
    assert_eq!(run.failures[0].why, "the log-in /token was answered 400");
}

#[tokio::test]
async fn a_provider_that_keeps_to_its_word_conforms() {
    let server = faithful().await;

    assert_eq!(said(&try_mock(&server, SMALL).await), all_pass());
}

#[tokio::test]
async fn what_the_target_file_does_not_name_is_a_gap() {
    let server = faithful().await;
    let nothing_else = "known = \"111\"\n";

    let run = try_mock(&server, nothing_else).await;

    assert_eq!(run.with(Outcome::NotApplicable).count(), 2);
    assert_eq!(run.with(Outcome::Inconclusive).count(), 1);
}

#[tokio::test]
async fn each_mutant_is_caught_for_its_reason() {
    let runs = MUTANTS
        .iter()
        .map(|mutant| async move { (mutant, mutant.run().await) });

    for (mutant, run) in join_all(runs).await {
        assert_eq!(said(&run), but(mutant.breaks), "{}: {run:#?}", mutant.about);
    }
}

#[test]
fn every_rule_of_a_provider_has_its_killer() {
    for rule in catalogue::of(Role::Provider) {
        let kills = |mutant: &Mutant| mutant.breaks.iter().any(|(id, _)| *id == rule.id);

        assert!(MUTANTS.iter().any(kills), "{}", rule.id);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_breaks_its_promises_and_cannot_be_timed() {
    let run = try_at("http://127.0.0.1:1", SMALL).await;

    let reasons = ["no-answer"; 3].map(Some);
    assert!(
        said(&run)
            .iter()
            .map(|(_, _, reason)| reason.as_deref())
            .take(3)
            .eq(reasons)
    );
    assert_eq!(run.with(Outcome::Inconclusive).count(), 2);
}

/// A provider that answers one question wrongly, and all others as it should.
struct Mutant {
    about: &'static str,
    entity: &'static str,
    answer: fn() -> ResponseTemplate,
    /// How many times it does so.
    times: u64,
    breaks: &'static [(&'static str, &'static str)],
}

const MUTANTS: &[Mutant] = &[
    Mutant {
        about: "fails on what it knows",
        entity: "111",
        answer: || json(500),
        times: u64::MAX,
        breaks: &[("pr.works.known-entity", "not-as-declared")],
    },
    Mutant {
        about: "answers what it does not know as if it did",
        entity: "222",
        answer: || json(200),
        times: u64::MAX,
        breaks: &[("pr.works.unknown-entity", "not-told-apart")],
    },
    Mutant {
        about: "does not find what is malformed",
        entity: "x",
        answer: || json(404),
        times: u64::MAX,
        breaks: &[("pr.works.malformed-identifier", "not-told-apart")],
    },
    Mutant {
        about: "changes its mind",
        entity: "x",
        answer: || json(422),
        times: 1,
        breaks: &[("pr.works.malformed-identifier", "not-always-the-same")],
    },
    Mutant {
        about: "answers once too late",
        entity: "111",
        answer: || json(200).set_delay(Duration::from_secs(600)),
        times: 1,
        breaks: &[
            // An answer that nobody waited for is no answer: it differs from those that came.
            ("pr.works.known-entity", "not-always-the-same"),
            ("pr.latency.within-deadline", "too-late"),
        ],
    },
    Mutant {
        about: "speaks to people",
        entity: "222",
        answer: || ResponseTemplate::new(404).set_body_raw("<html>404</html>", "text/html"),
        times: u64::MAX,
        breaks: &[("pr.error.machine-readable", "html")],
    },
];

impl Mutant {
    async fn run(&self) -> Run {
        let server = MockServer::start().await;
        let wrong = always(self.entity, (self.answer)()).up_to_n_times(self.times);
        wrong.mount(&server).await;
        keeps_the_rest(&server).await;
        try_mock(&server, &format!("deadline_ms = 3000\n{SMALL}")).await
    }
}

/// Puts one of our own providers to the test, on a socket of a session of its own.
async fn try_ours(provider: &str, fields: &str) -> Run {
    let stage = Stage::open(StageConfig::default())
        .await
        .expect("a free port");
    let session = NewSession {
        providers_on_sockets: true,
        ..NewSession::default()
    };
    let session = stage.create(session).await.expect("a session");
    try_with(&stage, &session.providers[provider], fields).await
}

async fn try_mock(server: &MockServer, fields: &str) -> Run {
    try_at(&server.uri(), fields).await
}

async fn try_at(base_url: &str, fields: &str) -> Run {
    let stage = Stage::open(StageConfig::default())
        .await
        .expect("a free port");
    let asked = format!("{fields}\n[provider.request]\npath = \"/entities/{{id}}\"\n");
    try_with(&stage, base_url, &asked).await
}

async fn try_with(stage: &Stage, base_url: &str, fields: &str) -> Run {
    let text = format!("[provider]\nbase_url = \"{base_url}\"\n{fields}");
    let env = |name: &str| (name == "INSEE_PASSWORD").then(|| "secret".to_owned());
    let target = Target::parse(Path::new("target.toml"), &text, env).expect("a sound target");
    let control = Client::new(stage.control());
    check(&control, &target, &Options::default(), &mut |_| ()).await
}

/// Knows 111, does not know 222, refuses x.
async fn faithful() -> MockServer {
    let server = MockServer::start().await;
    keeps_the_rest(&server).await;
    server
}

/// What was not mounted before is as it should be.
async fn keeps_the_rest(server: &MockServer) {
    for (entity, status) in [("111", 200), ("222", 404), ("x", 400)] {
        always(entity, json(status)).mount(server).await;
    }
}

fn always(entity: &str, answer: ResponseTemplate) -> Mock {
    Mock::given(method("GET"))
        .and(path(format!("/entities/{entity}")))
        .respond_with(answer)
}

fn json(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("{\"said\":true}", "application/json")
}

type Said = (String, Outcome, Option<String>);

/// What was said of each rule, in the order of the catalogue.
fn said(run: &Run) -> Vec<Said> {
    let judgements = run.judgements.iter().map(|judged| {
        let reason = judged.verdict.reason().map(ToString::to_string);
        (judged.rule.id.clone(), judged.verdict.outcome(), reason)
    });
    judgements.collect()
}

fn all_pass() -> Vec<Said> {
    but(&[])
}

/// Every rule holds but these, each broken for its reason.
fn but(broken: &[(&str, &str)]) -> Vec<Said> {
    let rules = catalogue::of(Role::Provider).map(|rule| {
        let reason = broken
            .iter()
            .find(|(id, _)| *id == rule.id)
            .map(|(_, reason)| *reason);
        let outcome = reason.map_or(Outcome::Pass, |_| Outcome::Fail);
        (rule.id.to_owned(), outcome, reason.map(str::to_owned))
    });
    rules.collect()
}

const SMALL: &str = r#"
known = "111"
unknown = "222"
malformed = "x"
not_found = { status = 404 }
refused = { status = 400 }
"#;

const INSEE: &str = r#"
known = "418166096"
unknown = "999999998"
malformed = "41816609"
not_found = { status = 404, contains = '"statut":404' }
refused = { status = 400, contains = '"statut":400' }

[provider.request]
path = "/api-sirene/prive/3.11/siren/{id}"

[provider.login]
path = "/token"
token = "/access_token"

[provider.login.form]
grant_type = "password"
client_id = "doublure"
client_secret = "secret"
username = "doublure"
password = "env:INSEE_PASSWORD"
"#;

const INFOGREFFE: &str = r#"
media_type = "text/xml"
error_media_types = ["text/xml"]
known = "418166096"
unknown = "999999998"
malformed = "41816609"
not_found = { status = 200, contains = "006 -DOSSIER NON TROUVE DANS LA BASE DE GREFFES-" }
refused = { status = 200, contains = "008 -" }

[provider.request]
method = "POST"
path = "/"
headers = { SOAPAction = "getProduitsWebServicesXML", Content-Type = "text/xml" }
body = '''
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:WebServicesProduits">
  <soapenv:Body><urn:getProduitsWebServicesXML><arg0><demande>
    <emetteur><code_abonne>doublure</code_abonne><mot_passe>secret</mot_passe></emetteur>
    <commande><num_siren>{id}</num_siren></commande>
  </demande></arg0></urn:getProduitsWebServicesXML></soapenv:Body>
</soapenv:Envelope>
'''
"#;
