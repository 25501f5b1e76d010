//! Sessions: list, create, look, end.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    routing::get,
};
use doublure_control::{NewSession, SessionView};
use http::StatusCode;

use super::{Named, Routes, input::Body};
use crate::{problem::Refusal, sessions::Sessions};

pub(super) fn routes() -> Routes {
    vec![
        ("/sessions", get(list).post(create)),
        ("/sessions/{name}", get(look).delete(end)),
    ]
}

async fn list(State(sessions): State<Arc<Sessions>>) -> Json<Vec<SessionView>> {
    Json(sessions.views())
}

async fn create(
    State(sessions): State<Arc<Sessions>>,
    Body(new): Body<NewSession>,
) -> Result<(StatusCode, Json<SessionView>), Refusal> {
    let view = sessions.create(&new, None).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

async fn look(Named(session): Named) -> Json<SessionView> {
    Json(session.view())
}

async fn end(
    State(sessions): State<Arc<Sessions>>,
    Path(name): Path<String>,
) -> Result<StatusCode, Refusal> {
    sessions.end(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}
