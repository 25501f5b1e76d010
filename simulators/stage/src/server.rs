//! The control API over HTTP, one file a theme. It runs on real time and belongs to no session.

mod clock;
mod faults;
mod input;
mod journal;
mod quotas_and_bans;
mod scenario;
mod sessions;
mod stream;
mod tokens;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRequestParts, Path},
    routing::get,
};
use doublure_control::patience;
use http::{Method, StatusCode, Uri, request::Parts};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{listen, problem::Refusal, running::Running, sessions::Sessions};

/// The control server. It ends with its handle.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    /// Asks it to end by being dropped.
    asks_to_end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Binds, then serves in the background: when this returns, callers can connect.
    pub(crate) async fn start(
        address: SocketAddr,
        sessions: Arc<Sessions>,
    ) -> Result<Self, Refusal> {
        let refused = |error| listen::refused(address, "control", &error);
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (asks_to_end, asked_to_end) = oneshot::channel::<()>();
        let serving = axum::serve(listener, router(sessions)).with_graceful_shutdown(async {
            // An answer or an error: either way the handle is gone.
            let _ = asked_to_end.await;
        });
        Ok(Self {
            address,
            asks_to_end,
            task: tokio::spawn(async {
                // It ends only when asked to.
                let _ = serving.await;
            }),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it; answers that are on their way get a moment.
    pub(crate) async fn stop(self) {
        drop(self.asks_to_end);
        let ended = self.task.abort_handle();
        if patience(FAREWELL, self.task).await.is_none() {
            ended.abort();
        }
    }
}

/// The session that the path names.
struct Named(Arc<Running>);

impl FromRequestParts<Arc<Sessions>> for Named {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        sessions: &Arc<Sessions>,
    ) -> Result<Self, Refusal> {
        let Path(name) = Path::<String>::from_request_parts(parts, sessions)
            .await
            .map_err(|rejection| Refusal::missing(rejection.body_text()))?;
        Ok(Self(sessions.find(&name)?))
    }
}

fn router(sessions: Arc<Sessions>) -> Router {
    Router::new()
        .route("/health", get(health))
        .merge(sessions::routes())
        .merge(clock::routes())
        .merge(scenario::routes())
        .merge(faults::routes())
        .merge(journal::routes())
        .merge(stream::routes())
        .merge(quotas_and_bans::routes())
        .merge(tokens::routes())
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .with_state(sessions)
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn no_such_route(method: Method, uri: Uri) -> Refusal {
    Refusal::missing(format!(
        "the control API has no {method} {}: begin at GET /sessions",
        uri.path()
    ))
}

async fn no_such_method(method: Method, uri: Uri) -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("{} knows no {method}", uri.path()),
    )
}

/// How long answers may take that are on their way when the server ends.
const FAREWELL: Duration = Duration::from_secs(1);
