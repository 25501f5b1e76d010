//! Quotas and bans: look, set back.

use axum::{Json, routing::get};
use doublure_control::{AccountView, AddressView, QuotaView};
use http::StatusCode;

use super::{Named, Routes};
use crate::problem::Refusal;

pub(super) fn routes() -> Routes {
    vec![
        ("/sessions/{name}/quotas", get(quotas).delete(reset_quotas)),
        ("/sessions/{name}/bans", get(bans).delete(lift_bans)),
        ("/sessions/{name}/account", get(account)),
    ]
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
