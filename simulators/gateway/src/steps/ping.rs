//! Is it a ping? Those stand open, and count in no quota (facts 104–109).

mod current;

use std::{ops::ControlFlow, time::Duration};

use doublure_fixtures::{
    Edition,
    contract::{Operation, Ping, PingManner, Whom},
};
use doublure_journal::Moment;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    Gateway,
    answers::dates,
    arguments::Arguments,
    ask,
    call::{self, Call, Flow, Media, Verdict},
    pings::{Health, Told},
    plan,
    sources::{Ask, Question},
    steps::maintenance,
    trouble::{Class, Trouble},
};

/// Whether a call is a ping, or asks for their list, or for the state of all (which ended before the running service).
pub(crate) fn is_one(gateway: &Gateway, call: &Call) -> bool {
    let path = call.path();
    let tells_all = path == current::PATH && gateway.policy.edition != Edition::Observed;
    let is_one = path.starts_with(ONE) || path == ALL || is_about_the_gateway(path);
    (is_one || tells_all) && call.exchange.request.method() == Method::GET
}

/// Answers pings.
pub(crate) async fn step(gateway: &Gateway, call: &Call, now: Moment) -> Flow {
    let path = call.path();
    let (status, answer) = match path.strip_prefix(ONE) {
        Some(id) => one(gateway, call, id, now).await,
        None if path == ALL => (StatusCode::OK, all(gateway, call)),
        None if path == current::PATH => (StatusCode::OK, current::all(gateway, call, now).await),
        None => (StatusCode::OK, json!({"status": "ok"})),
    };
    let answer = call::json(status, Media::Json, answer.to_string().into());
    ControlFlow::Break(Verdict::Answer(answer))
}

/// `/v2/ping`, `/v3/ping`: whether the gateway itself is there.
fn is_about_the_gateway(path: &str) -> bool {
    let version = path
        .strip_prefix("/v")
        .and_then(|rest| rest.strip_suffix("/ping"));
    version.is_some_and(|version| matches!(version.parse(), Ok(2..=u8::MAX)))
}

fn all(gateway: &Gateway, call: &Call) -> Value {
    let base = call.base(gateway.secured);
    let pings = gateway.contract.pings().iter();
    pings
        .map(|ping| json!({"name": ping.name, "url": format!("{base}/ping/{}", ping.id)}))
        .collect()
}

async fn one(gateway: &Gateway, call: &Call, id: &str, now: Moment) -> (StatusCode, Value) {
    let pings = gateway.contract.pings().iter();
    let Some(ping) = pings.into_iter().find(|ping| ping.id == id) else {
        return (StatusCode::NOT_FOUND, json!({}));
    };
    if let Some(until) = closed_until(gateway, ping, now) {
        let last_ok = gateway.pings.last_ok(id, now);
        let mut answer = written("maintenance", now, last_ok);
        answer["until"] = json!(dates::moment_with_offset(until));
        return (StatusCode::OK, answer);
    }
    tell(found_out(gateway, call, ping, now).await)
}

/// What is kept of a ping, or what its provider says now.
async fn found_out(gateway: &Gateway, call: &Call, ping: &Ping, now: Moment) -> Told {
    if let Some(told) = gateway.pings.kept(&ping.id, now) {
        return told;
    }
    let health = match &ping.manner {
        PingManner::Call => asked(gateway, call, ping).await,
        PingManner::Log(silent) => gateway.pings.read(ping, silent, now),
    };
    gateway.pings.learn(ping, health, gateway.now())
}

fn tell(told: Told) -> (StatusCode, Value) {
    let (status, word) = match told.health {
        Health::Ok => (StatusCode::OK, "ok"),
        Health::Unknown => (StatusCode::OK, "unknown"),
        Health::BadGateway => (StatusCode::BAD_GATEWAY, "bad_gateway"),
    };
    (status, written(word, told.updated, told.last_ok))
}

fn written(status: &str, updated: Moment, last_ok: Moment) -> Value {
    json!({
        "status": status,
        "last_update": dates::moment_with_offset(updated),
        "last_ok_status": dates::moment_with_offset(last_ok),
    })
}

/// When the provider opens again, where hours of maintenance are known.
fn closed_until(gateway: &Gateway, ping: &Ping, now: Moment) -> Option<Moment> {
    if gateway.policy.edition != Edition::Observed {
        return None;
    }
    let operation = gateway.contract.operation(ping.operations.first()?)?;
    let provider = operation.providers.first()?;
    let (_, until) = maintenance::running(&gateway.contract, provider, now)?;
    Some(until)
}

/// What the provider itself says when it is asked.
async fn asked(gateway: &Gateway, call: &Call, ping: &Ping) -> Health {
    let operation = ping.operations.first();
    let operation = operation.and_then(|id| gateway.contract.operation(id));
    let whom = operation.and_then(|operation| Some((operation, plan::first_ask(&operation.id)?)));
    let Some((operation, whom)) = whom else {
        return Health::Unknown;
    };
    let done = question(gateway, call, operation, whom);
    match gateway.session.clock().within(PATIENCE, done).await {
        Ok(Ok(())) => Health::Ok,
        Ok(Err(trouble)) => of_trouble(&trouble),
        Err(_) => Health::BadGateway,
    }
}

async fn question(
    gateway: &Gateway,
    call: &Call,
    operation: &Operation,
    whom: Ask,
) -> Result<(), Trouble> {
    let somebody = Whom::of(SOMEBODY.parse().map_err(|_| Class::Unknown)?);
    let arguments = Arguments::about(operation, somebody);
    let question = Question {
        call: whom.call,
        entity: &arguments.entity(operation),
        arguments: &arguments,
        file: "",
    };
    ask::put(gateway, call.exchange.id.into(), whom, question).await?;
    Ok(())
}

/// One who says that it knows nobody of that number is well.
const fn of_trouble(trouble: &Trouble) -> Health {
    match trouble.class {
        Class::NotFound | Class::Undisclosed => Health::Ok,
        _ => Health::BadGateway,
    }
}

const ONE: &str = "/ping/";
const ALL: &str = "/pings";

/// How long a ping waits (facts 105).
const PATIENCE: Duration = Duration::from_secs(5);

/// Whom pings ask about: the administration that runs the gateway.
const SOMEBODY: &str = "130025265";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateways_own_ping_has_a_version() {
        assert!(is_about_the_gateway("/v2/ping") && is_about_the_gateway("/v3/ping"));
        assert!(!is_about_the_gateway("/v1/ping") && !is_about_the_gateway("/vx/ping"));
        assert!(!is_about_the_gateway("/ping"));
    }

    #[test]
    fn a_provider_that_knows_nobody_of_that_number_is_well() {
        assert_eq!(of_trouble(&Class::NotFound.into()), Health::Ok);
        assert_eq!(of_trouble(&Class::Unavailable.into()), Health::BadGateway);
    }
}
