//! One-off faults: ask for one, look, forget.

use std::sync::Arc;

use axum::{Json, extract::State, routing::post};
use doublure_control::{NewFault, OneOffView};
use doublure_scenarios::Fault;
use http::StatusCode;

use super::{Named, Routes, input::Body};
use crate::{problem::Refusal, script, sessions::Sessions};

pub(super) fn routes() -> Routes {
    vec![(
        "/sessions/{name}/faults",
        post(ask).get(look).delete(forget),
    )]
}

async fn ask(
    State(sessions): State<Arc<Sessions>>,
    Named(session): Named,
    Body(new): Body<NewFault>,
) -> Result<(StatusCode, Json<OneOffView>), Refusal> {
    if new.times == 0 {
        return Err(Refusal::invalid(
            "times",
            "a fault that strikes 0 times never strikes: give 1 or more, or leave it out",
        ));
    }
    let fault = script::one_off(&new.fault, &sessions.common.names)?;
    let view = viewed(&fault, new.times);
    session.session.engine().ask(fault, new.times);
    Ok((StatusCode::CREATED, Json(view)))
}

async fn look(Named(session): Named) -> Json<Vec<OneOffView>> {
    let left = session.session.engine().asked().into_iter();
    Json(left.map(|(fault, left)| viewed(&fault, left)).collect())
}

async fn forget(Named(session): Named) -> StatusCode {
    session.session.engine().forget_asked();
    StatusCode::NO_CONTENT
}

fn viewed(fault: &Fault, left: u64) -> OneOffView {
    OneOffView {
        name: fault.name.clone(),
        fault: fault.to_yaml(),
        left,
    }
}
