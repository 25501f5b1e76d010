//! The clock: look, advance.

use axum::{
    Json,
    routing::{get, post},
};
use doublure_control::{Advance, ClockView};

use super::{Named, Routes, input::Body};
use crate::problem::Refusal;

pub(super) fn routes() -> Routes {
    vec![
        ("/sessions/{name}/clock", get(look)),
        ("/sessions/{name}/clock/advance", post(advance)),
    ]
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
