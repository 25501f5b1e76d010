//! Tokens: list, mint, revoke.

use axum::{
    Json,
    extract::Path,
    routing::{delete, get},
};
use doublure_control::{NewToken, TokenView};
use http::StatusCode;

use super::{Named, Routes, input::Body};
use crate::problem::Refusal;

pub(super) fn routes() -> Routes {
    vec![
        ("/sessions/{name}/tokens", get(list).post(mint)),
        ("/sessions/{name}/tokens/{token}", delete(revoke)),
    ]
}

async fn list(Named(session): Named) -> Json<Vec<TokenView>> {
    Json(session.tokens())
}

async fn mint(Named(session): Named, Body(new): Body<NewToken>) -> (StatusCode, Json<TokenView>) {
    (StatusCode::CREATED, Json(session.mint(&new)))
}

async fn revoke(
    Named(session): Named,
    Path((_, token)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    session.revoke(&token)?;
    Ok(StatusCode::NO_CONTENT)
}
