//! Providers: what they remember, and forgetting it.

use axum::{Json, routing::get};
use doublure_control::ProviderView;
use http::StatusCode;

use super::{Named, Routes};

pub(super) fn routes() -> Routes {
    vec![("/sessions/{name}/providers", get(look).delete(forget))]
}

async fn look(Named(session): Named) -> Json<Vec<ProviderView>> {
    Json(session.providers())
}

async fn forget(Named(session): Named) -> StatusCode {
    for (_, provider) in &session.providers {
        provider.forget();
    }
    StatusCode::NO_CONTENT
}
