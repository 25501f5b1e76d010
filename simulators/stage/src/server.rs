//! The control API over HTTP, one file a theme. It runs on real time and belongs to no session.

mod clock;
mod commands;
mod faults;
mod input;
mod journal;
mod providers;
mod quotas_and_bans;
mod scenario;
mod sessions;
mod stream;
mod tokens;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRequestParts, RawPathParams},
    middleware,
    routing::{MethodRouter, get},
};
use doublure_control::{openapi, patience};
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
        let parameters = RawPathParams::from_request_parts(parts, sessions)
            .await
            .map_err(|rejection| Refusal::missing(rejection.body_text()))?;
        let name = parameters.iter().find(|(key, _)| *key == "name");
        let name = name.map_or("", |(_, name)| name);
        Ok(Self(sessions.find(name)?))
    }
}

/// Paths and what answers there, method by method.
type Routes = Vec<(&'static str, MethodRouter<Arc<Sessions>>)>;

fn routes() -> impl Iterator<Item = (&'static str, MethodRouter<Arc<Sessions>>)> {
    let own: Routes = vec![("/health", get(health)), ("/openapi.json", get(describe))];
    [
        own,
        sessions::routes(),
        clock::routes(),
        scenario::routes(),
        faults::routes(),
        journal::routes(),
        stream::routes(),
        quotas_and_bans::routes(),
        tokens::routes(),
        providers::routes(),
    ]
    .into_iter()
    .flatten()
}

fn router(sessions: Arc<Sessions>) -> Router {
    let noting = middleware::from_fn_with_state(Arc::clone(&sessions), commands::note);
    routes()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(path, methods)
        })
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(noting)
        .with_state(sessions)
}

async fn describe() -> Json<Value> {
    Json(openapi::document())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::body::Body;
    use http::{Request, header};
    use tower::ServiceExt;

    use super::*;
    use crate::StageConfig;

    /// The methods of a path, as its refusal of another method tells them.
    async fn methods(router: &Router, path: &str) -> Vec<String> {
        let request = Request::builder().method("TRACE").uri(path);
        let request = request.body(Body::empty()).unwrap();
        let refused = router.clone().oneshot(request).await.unwrap();
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allowed = refused.headers()[header::ALLOW]
            .to_str()
            .unwrap()
            .to_owned();
        // HEAD comes with GET by itself.
        let methods = allowed.split(',').filter(|method| *method != "HEAD");
        methods.map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn the_document_describes_every_route_and_no_other() {
        let router = router(Arc::new(Sessions::new(StageConfig::default())));
        let mut served = BTreeSet::new();
        for (path, _) in routes() {
            for method in methods(&router, path).await {
                served.insert((method, path.to_owned()));
            }
        }

        let described: BTreeSet<_> = openapi::ROUTES
            .iter()
            .map(|route| (route.method.to_owned(), route.path.to_owned()))
            .collect();

        assert_eq!(served, described);
    }
}
