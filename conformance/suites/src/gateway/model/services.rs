//! What a model tells of its services, and under which certificate it speaks.

use doublure_journal::{CertificateSeen, Handshake, Moment};
use serde_json::{Value, json};

use super::{
    answers::{Answer, Came},
    asked::Asked,
    choreography::{Act, Operation, Step},
};

/// The providers that are asked before it is told how they are.
pub(super) const fn asked_for(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::Ping => &["insee"],
        Operation::OtherPing => &["infogreffe"],
        Operation::Current => &["insee", "infogreffe"],
        _ => &[],
    }
}

/// What is told of providers that were asked.
pub(super) fn told(operation: Operation, came: &[(String, Came)]) -> Answer {
    let is_well = |came: Came| matches!(came, Came::Of(Act::Well));
    let results = came.iter().map(|(provider, came)| {
        json!({"provider": provider, "code": if is_well(*came) { 200 } else { 502 }})
    });
    let results: Vec<Value> = results.collect();
    match operation {
        Operation::Pings => Answer::of(200, json!({"pings": ["insee/sirene", "infogreffe/rcs"]})),
        Operation::Current => Answer::of(200, json!({ "results": results })),
        _ if came.iter().all(|(_, came)| is_well(*came)) => {
            Answer::of(200, json!({"status": "ok"}))
        }
        _ => Answer::of(502, json!({"status": "bad_gateway"})),
    }
}

/// What comes of a handshake; the first step of a choreography tells what kind of server it is.
pub(super) fn handshake(server: &Step, asked: &Asked, now: u64) -> Handshake {
    let step = &asked.step;
    let last = step.ways.out % 2;
    let offered = match (step.operation, last) {
        (Operation::OldHandshake, 0) => "1.0",
        (Operation::OldHandshake, _) => "1.1",
        (_, 0) => "1.3",
        _ => "1.2",
    };
    let (main, lesser) = (server.sources[0].act, server.sources[1].act);
    let spoken: &[&str] = match main {
        Act::Fails => &["1.3"],
        Act::Unavailable => &["1.2"],
        _ => &["1.2", "1.3"],
    };
    let mut tried = Handshake {
        offered: offered.to_owned(),
        name: if step.address == 2 {
            "api.gateway.test".to_owned()
        } else {
            "entreprise.gateway.test".to_owned()
        },
        ..Handshake::default()
    };
    if step.sources[0].act == Act::Silent {
        return tried;
    }
    if spoken.contains(&offered) {
        tried.agreed = Some(offered.to_owned());
        tried.certificate = Some(certificate(lesser == Act::Well, now));
    } else {
        tried.refused = Some("alert 70".to_owned());
    }
    tried
}

/// A good certificate, for each name or for all of a domain.
fn certificate(by_name: bool, now: u64) -> CertificateSeen {
    let names: &[&str] = if by_name {
        &["api.gateway.test", "entreprise.gateway.test"]
    } else {
        &["gateway.test", "*.Gateway.test"]
    };
    CertificateSeen {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        from: Moment::from_unix_seconds(now / 1_000 - 3_600),
        until: Moment::from_unix_seconds(now / 1_000 + 3_600),
        believed: true,
    }
}

/// How long a model waits for a provider before it tells that it is not well.
pub(super) const PING_MS: u64 = 5_000;
