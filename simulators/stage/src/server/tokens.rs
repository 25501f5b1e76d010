//! Tokens: mint a fresh one.

use std::sync::Arc;

use axum::{Json, Router, routing::post};
use doublure_control::{NewToken, TokenView};
use http::StatusCode;

use super::{Named, input::Body};
use crate::sessions::Sessions;

pub(super) fn routes() -> Router<Arc<Sessions>> {
    Router::new().route("/sessions/{name}/tokens", post(mint))
}

async fn mint(Named(session): Named, Body(new): Body<NewToken>) -> (StatusCode, Json<TokenView>) {
    (StatusCode::CREATED, Json(session.mint(&new)))
}
