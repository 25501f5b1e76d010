//! What comes from those who mean no good, or do not know better.

use std::{net::SocketAddr, sync::LazyLock};

use doublure_fixtures::{
    Contract, World,
    contract::{Operation, Whom},
};
use proptest::{prelude::*, test_runner::TestRunner};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};

use crate::{
    caller::Caller,
    described::Described,
    front::{served, unhurried},
    house::{House, TRACING, company},
};

/// What stands in the place of a parameter: any bytes, any text, too much of it, or what nearly fits.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| encoded(&bytes)),
        "\\PC{0,30}".prop_map(|text| encoded(text.as_bytes())),
        "[0-9]{0,30}",
        (1_usize..9_000).prop_map(|length| "9".repeat(length)),
        "[!$'()*,;:@~._-]{1,12}",
        Just("%00".to_owned()),
        Just("%".to_owned()),
        Just("%zz".to_owned()),
        Just("..%2F..%2Fetc%2Fpasswd".to_owned()),
    ]
}

/// How a parameter of the query is given: once, often, as an array, as a member, without a value.
fn given(name: &str, value: &str, manner: u8) -> String {
    match manner % 6 {
        0 => format!("{name}={value}"),
        1 => format!("{name}={value}&{name}={value}"),
        2 => format!("{name}[]={value}&{name}[]={value}"),
        3 => format!("{name}[a][b]={value}"),
        4 => format!("{name}&{name}={value}&&=&=x"),
        _ => format!("{value}={name}"),
    }
}

#[test]
fn any_value_of_any_parameter_is_answered_as_described_and_never_with_a_fault_of_ours() {
    let runtime = Runtime::new().unwrap();
    let house = runtime.block_on(House::with(unhurried(1)));
    let mut described = runtime.block_on(Described::by(&house));
    let cases = (
        anything(),
        anything(),
        any::<u8>(),
        any::<prop::sample::Index>(),
    );

    let run = TestRunner::new(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
    .run(&cases, |(in_path, in_query, manner, which)| {
        for operation in OPERATIONS.iter() {
            for target in targets(operation, &in_path, &in_query, manner, which) {
                let (status, body) = runtime.block_on(asked(&house, &target));
                prop_assert!(status < 500, "{target}: {status} {body}");
                let codes = codes(&body);
                let known = codes.iter().all(|code| CONTRACT.error(code).is_some());
                prop_assert!(known, "{target}: {status} {body}");
                if status >= 400 && status != 414 && status != 431 {
                    prop_assert!(!codes.is_empty(), "{target}: {status} {body}");
                }
                let is_described = described.has(operation, status) || GENERAL.contains(&status);
                prop_assert!(is_described, "{target}: {status}");
            }
        }
        Ok(())
    });

    assert!(run.is_ok(), "{}", run.unwrap_err());
    // The session is still sound.
    let sound = runtime.block_on(house.get(&company("all-in-order")));
    assert_eq!(sound.status, 200);
    assert!(described.wrong(&OPERATIONS[0], &sound).is_empty());
}

/// Calls with a value in the place of each parameter of the path, of the query, and of those that trace.
fn targets(
    operation: &Operation,
    in_path: &str,
    in_query: &str,
    manner: u8,
    which: prop::sample::Index,
) -> Vec<String> {
    let whom = Whom::of(SIREN.parse().unwrap());
    let well = operation.path_for(whom);
    let mut targets: Vec<String> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let place = format!("{{{}}}", parameter.name);
            let path = operation.path.replace(&place, in_path);
            let rest = operation.parameters.iter();
            let path = rest.fold(path, |path, other| {
                path.replace(&format!("{{{}}}", other.name), &other.kind.value_for(whom))
            });
            format!("{path}?{TRACING}")
        })
        .collect();
    let names: Vec<&str> = operation
        .query
        .iter()
        .map(|parameter| parameter.name.as_str())
        .chain(["context", "object", "recipient", "token", "error_format"])
        .collect();
    let name = names[which.index(names.len())];
    let more = given(name, in_query, manner);
    targets.push(format!("{well}?{TRACING}&{more}"));
    targets.push(format!("{well}?{more}"));
    targets
}

/// One call as it stands, on a connection of its own: no client puts anything right.
async fn asked(house: &House, target: &str) -> (u16, String) {
    let token = house.doublure.token("standard");
    let mut socket = Caller::LOCAL.connect(house.doublure.gateway()).await;
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    said(&mut socket).await
}

/// All that is said until the end of a connection: a status and what came after the head.
async fn said(socket: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    // What was not read of too long a request makes a reset of the end.
    let _ = socket.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.get(9..12).and_then(|status| status.parse().ok());
    let (_, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    (status.unwrap_or(0), body.to_owned())
}

fn codes(body: &str) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let errors = body["errors"].as_array().into_iter().flatten();
    let code = |error: &serde_json::Value| Some(error["code"].as_str()?.to_owned());
    errors.filter_map(code).collect()
}

fn encoded(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn too_long_a_head_or_target_is_refused_and_the_next_caller_served() {
    let house = House::documented().await;
    let mut seen = Vec::new();

    for request in [
        format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(70_000)),
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
            "a".repeat(900_000)
        ),
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
            "X-Many: a\r\n".repeat(1_000)
        ),
        "GET / HTTP/1.1\r\n: nameless\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
    ] {
        let mut socket = Caller::LOCAL.connect(house.doublure.gateway()).await;
        // It may be refused before all of it was read.
        let _ = socket.write_all(request.as_bytes()).await;
        seen.push(said(&mut socket).await.0);
    }
    let next = house.get(&company("all-in-order")).await;

    assert_eq!(seen, [414, 431, 431, 400, 400]);
    assert_eq!(next.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_sent_in_one_go_are_answered_in_their_order() {
    let house = House::documented().await;
    let token = house.doublure.token("standard");
    let head = format!("HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n");
    let known = World::well_known();
    let requests: String = known
        .iter()
        .map(|known| format!("GET {}?{TRACING} {head}\r\n", company(known.name)))
        .collect();
    let last = format!("GET /privileges {head}Connection: close\r\n\r\n");

    let mut socket = Caller::LOCAL.connect(house.doublure.gateway()).await;
    socket
        .write_all(format!("{requests}{last}").as_bytes())
        .await
        .unwrap();
    let mut came = String::new();
    socket.read_to_string(&mut came).await.unwrap();

    let answers: Vec<&str> = came.split("HTTP/1.1 ").skip(1).collect();
    assert_eq!(answers.len(), known.len() + 1);
    for (known, answer) in known.iter().zip(&answers) {
        if answer.starts_with("200") && known.name != "merged" {
            assert!(answer.contains(known.siren), "{}", known.name);
        }
    }
    assert!(answers.last().unwrap().contains("privileges"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_sends_slowly_keeps_nobody_waiting_and_is_answered_in_the_end() {
    let house = House::documented().await;
    let token = house.doublure.token("standard");
    let target = format!("{}?{TRACING}", company("all-in-order"));
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let mut slow = Caller::LOCAL.connect(house.doublure.gateway()).await;
    slow.set_nodelay(true).unwrap();

    for byte in request.as_bytes() {
        slow.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
        if byte == &b'G' {
            let other = house.get(&company("ceased")).await;
            assert_eq!(other.status, 200);
        }
    }
    let (status, body) = said(&mut slow).await;

    assert_eq!(status, 200);
    assert!(body.contains(SIREN), "{body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_idle_connections_keep_nobody_waiting() {
    let house = House::documented().await;
    let gateway = house.doublure.gateway().trim_start_matches("http://");
    let gateway: SocketAddr = gateway.parse().unwrap();

    let mut idle = Vec::new();
    for place in 0..idle_connections() {
        let mut stream = TcpStream::connect(gateway).await.unwrap();
        if place % 2 == 0 {
            // Half of them have begun to say something.
            stream.write_all(b"GET / HT").await.unwrap();
        }
        idle.push(stream);
    }
    let answer = house.get(&company("all-in-order")).await;

    assert_eq!(answer.status, 200);
    drop(idle);
}

/// A thousand, or as many as this process may open with both of their ends.
fn idle_connections() -> u64 {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let room = limit.current.unwrap_or(u64::MAX).saturating_sub(300) / 2;
    if room < 1_000 {
        println!("{room} connections: this process may open no more files");
    }
    room.min(1_000)
}

static CONTRACT: LazyLock<std::sync::Arc<Contract>> = LazyLock::new(Contract::built_in);
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(served);

/// What HTTP itself, or any path, may be refused with.
const GENERAL: [u16; 5] = [400, 401, 404, 414, 431];
const SIREN: &str = "111111118";
const CASES: u32 = 16;
