//! What callers send, read with refusals that say where.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use doublure_control::Problem;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::problem::{Refusal, no_such};

/// A JSON body. No body at all is read as `{}`.
pub(super) struct Body<T>(pub(super) T);

/// A text body.
pub(super) struct Text(pub(super) String);

/// A question to a journal, as a JSON body.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let Text(text) = Text::from_request(request, state).await?;
        let text = if text.is_empty() { "{}" } else { &text };
        json(text).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Refusal::new(rejection.status(), rejection.body_text()))?;
        let text = String::from_utf8(bytes.into()).map_err(|error| {
            Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("the body is no UTF-8: {error}"),
            )
        })?;
        Ok(Self(text))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let Text(text) = Text::from_request(request, state).await?;
        question(if text.is_empty() { "{}" } else { &text }).map(Self)
    }
}

/// Reads JSON; a refusal says line, column and field.
pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        refused(&field, error.inner())
    })?;
    reader.end().map_err(|error| refused(".", &error))?;
    Ok(value)
}

/// Reads a question to a journal.
///
/// The messages flatten a filter, and serde takes any field beside a flattened one: a typo would ask for all.
fn question<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let fields: Map<String, Value> = json(text)?;
    match fields
        .keys()
        .find(|name| !QUESTIONS.contains(&name.as_str()))
    {
        Some(name) => Err(Refusal::invalid(name, no_such("field", name, QUESTIONS))),
        None => json(text),
    }
}

fn refused(path: &str, error: &serde_json::Error) -> Refusal {
    Refusal {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        problem: Problem {
            problem: error.to_string(),
            line: Some(error.line()),
            column: Some(error.column()),
            field: (path != ".").then(|| path.to_owned()),
        },
    }
}

/// Fields that a question to a journal may have.
const QUESTIONS: [&str; 9] = [
    "after",
    "event",
    "hop",
    "operation",
    "provider",
    "entity",
    "limit",
    "count",
    "patience_ms",
];

#[cfg(test)]
mod tests {
    use doublure_control::{Advance, JournalQuery, NewSession, WaitQuery};
    use doublure_journal::{EventKind, Hop};

    use super::*;

    fn refusal_of<T: DeserializeOwned>(text: &str) -> Problem {
        let Err(refusal) = json::<T>(text) else {
            panic!("`{text}` was read");
        };
        refusal.problem
    }

    #[test]
    fn an_unknown_field_is_named_with_its_place() {
        let problem = refusal_of::<NewSession>("{\n  \"edtion\": \"observed\"\n}");

        assert_eq!(problem.field.as_deref(), Some("edtion"));
        assert_eq!(problem.line, Some(2));
        assert!(problem.problem.contains("`edition`"), "{problem}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_path() {
        let problem = refusal_of::<NewSession>(r#"{"overrides":{"quota_limit":"five"}}"#);

        assert_eq!(problem.field.as_deref(), Some("overrides.quota_limit"));
        assert!(problem.column.is_some());
    }

    #[test]
    fn a_clock_that_is_none_is_refused_at_its_field_with_what_would_be_right() {
        let problem = refusal_of::<NewSession>(r#"{"clock":"fast"}"#);

        assert_eq!(problem.field.as_deref(), Some("clock"));
        assert!(problem.problem.contains("manual=2026-01-15T10:00:00Z"));
    }

    #[test]
    fn a_missing_field_is_named() {
        let problem = refusal_of::<Advance>("{}");

        assert!(problem.problem.contains("by_ms"));
    }

    #[test]
    fn what_follows_the_message_is_refused() {
        let problem = refusal_of::<NewSession>("{} {}");

        assert!(problem.problem.contains("trailing"), "{problem}");
    }

    #[test]
    fn a_question_is_read_into_its_message() {
        let text = r#"{"after":7,"event":"request_got","hop":"provider","limit":2}"#;

        let query: JournalQuery = question(text).unwrap();

        assert_eq!(query.filter.after, Some(7));
        assert_eq!(query.filter.event, Some(EventKind::RequestGot));
        assert_eq!(query.filter.hop, Some(Hop::Provider));
        assert_eq!(query.limit, Some(2));
    }

    #[test]
    fn a_question_with_a_typo_is_refused_with_the_name_that_was_meant() {
        let refusal = question::<WaitQuery>(r#"{"provder":"insee","count":1}"#).unwrap_err();

        assert_eq!(refusal.problem.field.as_deref(), Some("provder"));
        assert!(refusal.problem.problem.contains("did you mean `provider`?"));
    }
}
