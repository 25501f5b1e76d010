//! The state of all that can be pinged, in one answer (002:215, facts 111).

use doublure_fixtures::contract::Ping;
use doublure_journal::Moment;
use serde_json::{Value, json};

use super::found_out;
use crate::{
    Gateway,
    call::Call,
    pings::{Health, Told},
};

/// Where it stands.
pub(super) const PATH: &str = "/watchdoge/dashboard/current_status";

/// One entry for each ping, as it would be told now.
pub(super) async fn all(gateway: &Gateway, call: &Call, now: Moment) -> Value {
    let mut results = Vec::new();
    for ping in gateway.contract.pings() {
        let told = found_out(gateway, call, ping, now).await;
        results.extend(entry(gateway, ping, told));
    }
    json!({"results": results})
}

fn entry(gateway: &Gateway, ping: &Ping, told: Told) -> Option<Value> {
    let operation = gateway.contract.operation(ping.operations.first()?)?;
    // Of whom nobody heard anything, nothing bad is known.
    let code = match told.health {
        Health::Ok | Health::Unknown => 200,
        Health::BadGateway => 502,
    };
    Some(json!({
        "uname": format!("apie_{}_{}", operation.version, ping.id.replace('/', "_")),
        "name": ping.name,
        "provider": operation.providers.first(),
        "api_version": operation.version,
        "code": code,
        "timestamp": told.updated.to_string(),
    }))
}
