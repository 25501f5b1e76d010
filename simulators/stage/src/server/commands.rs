//! Writes commands into the journal of the session that obeyed, so that they can be given again.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use doublure_journal::Event;
use http::{Method, StatusCode, Uri};

use crate::{problem::Refusal, sessions::Sessions};

/// Lets a request pass; a command that was obeyed is written down.
pub(super) async fn note(
    State(sessions): State<Arc<Sessions>>,
    request: Request,
    next: Next,
) -> Response {
    let Some((name, path)) = command(request.method(), request.uri()) else {
        return next.run(request).await;
    };
    let method = request.method().to_string();
    let (head, body) = request.into_parts();
    let body = match to_bytes(body, MOST).await {
        Ok(body) => body,
        Err(error) => {
            let too_long = Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string());
            return too_long.into_response();
        }
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let response = next.run(Request::from_parts(head, Body::from(body))).await;
    if response.status().is_success()
        && let Ok(session) = sessions.find(&name)
    {
        let journal = session.session.journal();
        journal.record(Event::Commanded {
            method,
            path: journal.masked_and_introduced(&path),
            body: journal.masked_and_introduced(&text),
        });
    }
    response
}

/// The session that a request commands, and the rest of its target. The clock and the journal tell of themselves.
fn command(method: &Method, uri: &Uri) -> Option<(String, String)> {
    let target = uri.path_and_query()?.as_str();
    let (name, rest) = target.strip_prefix("/sessions/")?.split_once('/')?;
    let theme = rest.split(['/', '?']).next()?;
    let commands = *method != Method::GET && THEMES.contains(&theme);
    commands.then(|| (name.to_owned(), format!("/{rest}")))
}

/// What can be commanded.
const THEMES: [&str; 6] = [
    "scenario",
    "faults",
    "quotas",
    "bans",
    "tokens",
    "providers",
];

/// Bytes of a body.
const MOST: usize = 2 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_a_session_is_a_command_and_what_looks_is_none() {
        let is = |method: Method, target: &str| command(&method, &target.parse().unwrap());
        let told = |name: &str, path: &str| Some((name.to_owned(), path.to_owned()));

        assert_eq!(
            is(Method::PUT, "/sessions/s/scenario?name=x"),
            told("s", "/scenario?name=x")
        );
        assert_eq!(
            is(Method::DELETE, "/sessions/s/tokens/minted-1"),
            told("s", "/tokens/minted-1")
        );
        for (method, target) in [
            (Method::GET, "/sessions/s/scenario"),
            (Method::POST, "/sessions/s/clock/advance"),
            (Method::POST, "/sessions/s/journal/query"),
            (Method::DELETE, "/sessions/s"),
            (Method::POST, "/sessions"),
        ] {
            assert_eq!(is(method, target), None, "{target}");
        }
    }
}
