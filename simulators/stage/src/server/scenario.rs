//! The scenario: look, replace, calm down.

use std::sync::Arc;

use axum::{Router, extract::State, response::IntoResponse, routing::get};
use http::{StatusCode, header};

use super::{Named, input::Text};
use crate::{problem::Refusal, script, sessions::Sessions};

pub(super) fn routes() -> Router<Arc<Sessions>> {
    Router::new().route(
        "/sessions/{name}/scenario",
        get(look).put(replace).delete(calm_down),
    )
}

async fn look(Named(session): Named) -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "application/yaml; charset=utf-8")];
    (kind, session.script())
}

async fn replace(
    State(sessions): State<Arc<Sessions>>,
    Named(session): Named,
    Text(text): Text,
) -> Result<StatusCode, Refusal> {
    session.play(script::of_text(text, &sessions.contract)?);
    Ok(StatusCode::NO_CONTENT)
}

async fn calm_down(
    State(sessions): State<Arc<Sessions>>,
    Named(session): Named,
) -> Result<StatusCode, Refusal> {
    session.play(script::calm(&sessions.contract)?);
    Ok(StatusCode::NO_CONTENT)
}
