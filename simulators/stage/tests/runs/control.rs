//! The control API: refusals that say what would be right, and leave all as it was.

use doublure_control::{Advance, ClockSetting, NewSession, NewToken, Problem};
use doublure_journal::{Event, EventKind, Filter};
use doublure_stage::{Doublure, Stage, StageConfig};
use tokio::net::TcpListener;

use crate::{
    caller::{Answer, Caller},
    faults::down,
    house::{House, company, manual},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_server_says_that_it_is_up() {
    let answer = send("GET", "/health", "").await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["status"], "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_unknown_session_is_refused_with_those_there_are() {
    let answer = send("GET", "/sessions/session-2/clock", "").await;

    assert_eq!(answer.status, 404);
    assert_eq!(
        problem(&answer).problem,
        "no session `session-2`; did you mean `session-1`? There are: session-1"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_unknown_route_and_an_unknown_method_are_problems_too() {
    let route = send("GET", "/session", "").await;
    let method = send("PATCH", "/sessions", "").await;

    assert_eq!((route.status, method.status), (404, 405));
    assert!(problem(&route).problem.contains("GET /session"));
    assert!(problem(&method).problem.contains("PATCH"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_message_with_an_unknown_field_is_refused_at_that_field() {
    let answer = send("POST", "/sessions", "{\"edtion\": \"observed\"}").await;

    assert_eq!(answer.status, 422);
    assert_eq!(problem(&answer).field.as_deref(), Some("edtion"));
    assert_eq!(problem(&answer).line, Some(1));
}

/// A message, the status it is refused with, the field at fault, and a word of the reason.
const UNSTARTABLE: [(&str, u16, &str, &str); 13] = [
    (r#"{"edition":"observd"}"#, 422, "edition", "`observed`"),
    (r#"{"scenario":"calmm"}"#, 422, "scenario", "`calm`"),
    (
        r#"{"scenario":"calm","scenario_text":"faults: []"}"#,
        422,
        "scenario_text",
        "`scenario`",
    ),
    (
        r#"{"clock":"manual=noon"}"#,
        422,
        "clock",
        "2026-01-15T10:00:00Z",
    ),
    (r#"{"name":"a/b"}"#, 422, "name", "`a/b`"),
    (r#"{"name":"session-1"}"#, 409, "name", "`session-1`"),
    (
        r#"{"gateway_address":"0.0.0.0:0"}"#,
        403,
        "gateway_address",
        "--listen-beyond-loopback",
    ),
    (
        r#"{"provider_addresses":{"insea":"127.0.0.1:0"}}"#,
        422,
        "provider_addresses",
        "`insee`",
    ),
    (
        r#"{"provider_addresses":{"insee":"0.0.0.0:0"}}"#,
        403,
        "provider_addresses",
        "0.0.0.0:0",
    ),
    (
        r#"{"upstream_addresses":{"insea":"127.0.0.1:1"}}"#,
        422,
        "upstream_addresses",
        "`insee`",
    ),
    (
        r#"{"upstream_addresses":{"insee":"192.0.2.1:80"}}"#,
        403,
        "upstream_addresses",
        "192.0.2.1:80",
    ),
    (
        r#"{"without_gateway":true,"gateway_address":"127.0.0.1:0"}"#,
        422,
        "gateway_address",
        "without_gateway",
    ),
    (
        r#"{"overrides":{"quota_window_ms":0}}"#,
        422,
        "overrides.quota_window_ms",
        "1 ms",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_started_is_refused_at_its_field() {
    for (message, status, field, says) in UNSTARTABLE {
        let answer = send("POST", "/sessions", message).await;

        let problem = problem(&answer);
        assert_eq!(answer.status, status, "{message}: {problem}");
        assert_eq!(
            problem.field.as_deref(),
            Some(field),
            "{message}: {problem}"
        );
        assert!(problem.problem.contains(says), "{message}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_busy_port_is_named_for_gateway_provider_and_control() {
    let busy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = busy.local_addr().unwrap();
    let stage = Stage::open(StageConfig::default()).await.unwrap();

    let gateway = stage
        .create(NewSession {
            gateway_address: Some(address),
            ..NewSession::default()
        })
        .await
        .unwrap_err();
    let provider = stage
        .create(NewSession {
            provider_addresses: [("insee".to_owned(), address)].into(),
            ..NewSession::default()
        })
        .await
        .unwrap_err();
    let control = Stage::open(StageConfig {
        control: address,
        ..StageConfig::default()
    })
    .await
    .unwrap_err();

    for problem in [gateway, provider, control] {
        assert!(
            problem.problem.starts_with(&format!("{address} is in use")),
            "{problem}"
        );
    }
    assert_eq!(stage.sessions(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stage_beyond_loopback_needs_leave() {
    let everywhere = StageConfig {
        control: "0.0.0.0:0".parse().unwrap(),
        ..StageConfig::default()
    };

    let refused = Stage::open(everywhere).await.unwrap_err();

    assert_eq!(refused.field.as_deref(), Some("control"));
    assert!(refused.problem.contains("--listen-beyond-loopback"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scenario_with_an_error_leaves_the_running_one_in_force() {
    let house = House::documented().await;
    let session = house.doublure.session();
    house.play(&down("insee")).await;
    let before = session.scenario().await.unwrap();
    let typo = before.replace("provider:", "provdier:");

    let refused = session.set_scenario(&typo).await.unwrap_err();

    let doublure_control::ControlError::Refused { status, problem } = refused else {
        panic!("{refused}");
    };
    assert_eq!(status, 422);
    assert!(problem.line.is_some() && problem.column.is_some());
    assert!(problem.field.unwrap().contains("provdier"));
    assert_eq!(session.scenario().await.unwrap(), before);
    assert_eq!(house.get(&company("all-in-order")).await.status, 503);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_real_clock_is_set_forward_and_waits_for_nobody() {
    let house = House::with(NewSession::default()).await;
    let session = house.doublure.session();
    let hour = Advance {
        by_ms: 3_600_000,
        ..Advance::default()
    };
    let with_calls = Advance {
        parked: Some(1),
        ..hour.clone()
    };
    let before = session.clock().await.unwrap().now;

    session.advance(&hour).await.unwrap();
    let refused = session.advance(&with_calls).await.unwrap_err();

    let passed = session.clock().await.unwrap().now.since(before);
    assert!(refused.to_string().contains("manual"), "{refused}");
    assert!((3_600..7_200).contains(&passed.as_secs()), "{passed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_clock_that_waits_in_vain_for_calls_is_not_moved() {
    let house = House::documented().await;
    let in_vain = Advance {
        by_ms: 60_000,
        parked: Some(1),
        patience_ms: Some(1),
    };

    let refused = house
        .doublure
        .session()
        .advance(&in_vain)
        .await
        .unwrap_err();
    let clock = house.doublure.session().clock().await.unwrap();

    assert!(refused.to_string().contains("0 of 1"), "{refused}");
    assert_eq!(clock.now.to_string(), "2026-01-15T10:00:00.000000Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn minted_tokens_open_all_and_share_no_quota() {
    let house = House::documented().await;
    let session = house.doublure.session();
    let url = house.url(&company("all-in-order"));

    let first = session.mint(&NewToken::default()).await.unwrap();
    let second = session.mint(&NewToken::default()).await.unwrap();
    let once = Caller::LOCAL.get(&url, Some(&first.token)).await;
    let twice = Caller::LOCAL.get(&url, Some(&second.token)).await;

    assert_ne!(first.token, second.token);
    assert_ne!(first.name, second.name);
    assert_eq!((once.status, twice.status), (200, 200));
    assert_eq!(once.number("RateLimit-Remaining"), 249);
    assert_eq!(twice.number("RateLimit-Remaining"), 249);
    let mut names: Vec<_> = session
        .quotas()
        .await
        .unwrap()
        .into_iter()
        .map(|quota| quota.token)
        .collect();
    names.sort();
    assert_eq!(names, [first.name, second.name]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_minted_token_has_the_scopes_and_the_life_that_were_asked_for() {
    let house = House::documented().await;
    let short = NewToken {
        scopes: Some(vec!["extraits_rcs".into()]),
        life_seconds: Some(10),
        ..NewToken::default()
    };
    let url = house.url(&crate::house::extract("all-in-order"));

    let minted = house.doublure.session().mint(&short).await.unwrap();
    let closed = Caller::LOCAL
        .get(&house.url(&company("all-in-order")), Some(&minted.token))
        .await;
    let open = Caller::LOCAL.get(&url, Some(&minted.token)).await;
    house.advance(std::time::Duration::from_secs(10)).await;
    let expired = Caller::LOCAL.get(&url, Some(&minted.token)).await;

    assert_eq!((closed.status, open.status), (403, 200));
    assert_eq!(
        (expired.status, expired.code()),
        (401, Some("00103".into()))
    );
    assert_eq!(minted.expires.to_string(), "2026-01-15T10:00:10.000000Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_harness_writes_into_the_journal_and_is_waited_for() {
    let house = House::documented().await;
    let session = house.doublure.session();
    let started = Filter {
        event: Some(EventKind::TrialStarted),
        ..Filter::default()
    };

    let none = session
        .wait_for(&started, 1, std::time::Duration::ZERO)
        .await
        .unwrap();
    session
        .record(&Event::TrialStarted {
            trial: "silent".into(),
        })
        .await
        .unwrap();
    let one = session
        .wait_for(&started, 1, crate::house::PATIENCE)
        .await
        .unwrap();
    session.clear_journal().await.unwrap();

    assert_eq!((none, one), (0, 1));
    assert_eq!(session.count(&started).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_the_harness_writes_down_is_masked() {
    let house = House::documented().await;
    let token = house.doublure.token("standard");
    let said = Event::DriverSaid {
        line: format!("calling with {token}"),
    };

    house.doublure.session().record(&said).await.unwrap();

    let journal = serde_json::to_string(&house.journal().await).unwrap();
    assert!(journal.contains("calling with ⟦token:"), "{journal}");
    assert!(!journal.contains(token));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_without_gateway_has_no_quotas_to_speak_of() {
    let doublure = Doublure::with(NewSession {
        without_gateway: true,
        clock: ClockSetting::Manual(None),
        ..NewSession::default()
    })
    .await
    .unwrap();

    let refused = doublure.session().quotas().await.unwrap_err();

    assert!(refused.to_string().contains("without_gateway"), "{refused}");
}

/// One control call to a stage with one session.
async fn send(method: &str, path: &str, body: &str) -> Answer {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    stage.create(manual()).await.unwrap();
    let url = format!("http://{}{path}", stage.control());
    let answer = Caller::LOCAL.send(method, &url, body).await;
    stage.close().await;
    answer
}

fn problem(answer: &Answer) -> Problem {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("no Problem: {answer:?}"))
}
