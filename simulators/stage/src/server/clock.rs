//! The clock: look, advance.

use std::sync::Arc;

use axum::{
    Json, Router,
    routing::{get, post},
};
use doublure_control::{Advance, ClockView};

use super::{Named, input::Body};
use crate::{problem::Refusal, sessions::Sessions};

pub(super) fn routes() -> Router<Arc<Sessions>> {
    Router::new()
        .route("/sessions/{name}/clock", get(look))
        .route("/sessions/{name}/clock/advance", post(advance))
}

async fn look(Named(session): Named) -> Json<ClockView> {
    Json(session.clock())
}

async fn advance(
    Named(session): Named,
    Body(by): Body<Advance>,
) -> Result<Json<ClockView>, Refusal> {
    session.advance(&by).await.map(Json)
}
