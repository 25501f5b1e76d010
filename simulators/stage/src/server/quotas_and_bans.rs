//! Quotas and bans: look, set back.

use std::sync::Arc;

use axum::{Json, Router, routing::get};
use doublure_control::{AccountView, AddressView, QuotaView};
use http::StatusCode;

use super::Named;
use crate::{problem::Refusal, sessions::Sessions};

pub(super) fn routes() -> Router<Arc<Sessions>> {
    Router::new()
        .route("/sessions/{name}/quotas", get(quotas).delete(reset_quotas))
        .route("/sessions/{name}/bans", get(bans).delete(lift_bans))
        .route("/sessions/{name}/account", get(account))
}

async fn quotas(Named(session): Named) -> Result<Json<Vec<QuotaView>>, Refusal> {
    session.quotas().map(Json)
}

async fn account(Named(session): Named) -> Result<Json<AccountView>, Refusal> {
    session.account().map(Json)
}

async fn reset_quotas(Named(session): Named) -> Result<StatusCode, Refusal> {
    session.gateway()?.reset_quotas();
    Ok(StatusCode::NO_CONTENT)
}

async fn bans(Named(session): Named) -> Result<Json<Vec<AddressView>>, Refusal> {
    session.addresses().map(Json)
}

async fn lift_bans(Named(session): Named) -> Result<StatusCode, Refusal> {
    session.gateway()?.lift_bans();
    Ok(StatusCode::NO_CONTENT)
}
