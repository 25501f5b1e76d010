//! The scenario: look, replace, calm down.

use std::sync::Arc;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::IntoResponse,
    routing::get,
};
use doublure_scenarios::library;
use http::{StatusCode, header};
use serde::Deserialize;

use super::{Named, Routes, input::Text};
use crate::{problem::Refusal, script, sessions::Sessions};

/// Under which name a scenario is put in force.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    #[serde(default = "custom")]
    name: String,
}

pub(super) fn routes() -> Routes {
    vec![(
        "/sessions/{name}/scenario",
        get(look).put(replace).delete(calm_down),
    )]
}

async fn look(Named(session): Named) -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/yaml; charset=utf-8")];
    (kind, session.session.engine().scenario().text.clone())
}

async fn replace(
    State(sessions): State<Arc<Sessions>>,
    Named(session): Named,
    name: Result<Query<Name>, QueryRejection>,
    Text(text): Text,
) -> Result<StatusCode, Refusal> {
    let Query(Name { name }) = name.map_err(refused)?;
    let scenario = script::of_text(&name, &text, &sessions.common.names)?;
    script::check_overrides(&scenario, &session.scenario_overrides)?;
    session.session.engine().install(scenario);
    Ok(StatusCode::NO_CONTENT)
}

async fn calm_down(
    State(sessions): State<Arc<Sessions>>,
    Named(session): Named,
) -> Result<StatusCode, Refusal> {
    let calm = script::of_library(library::CALM, &sessions.common.names)?;
    session.session.engine().install(calm);
    Ok(StatusCode::NO_CONTENT)
}

fn custom() -> String {
    script::CUSTOM.to_owned()
}

fn refused(rejection: QueryRejection) -> Refusal {
    Refusal::invalid("name", rejection.body_text())
}
