//! What callers send, read with refusals that say where.

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use bytes::Bytes;
use doublure_control::Problem;
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::problem::Refusal;

/// A JSON body. No body at all is read as `{}`.
pub(super) struct Body<T>(pub(super) T);

/// A text body.
pub(super) struct Text(pub(super) String);

/// A query, whose names and values are those of a message.
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

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Refusal::new(rejection.status(), rejection.body_text()))?;
        query(pairs).map(Self)
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

/// Reads a query as a message of the control API.
///
/// By hand, since the messages flatten a filter, and a flattened number that comes as text is none to serde.
fn query<T: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<T, Refusal> {
    let mut message = Map::new();
    for (name, text) in pairs {
        let value = match name.as_str() {
            name if NUMBERS.contains(&name) => number(name, &text)?,
            name if TEXTS.contains(&name) => Value::from(text),
            _ => {
                let known = NUMBERS.into_iter().chain(TEXTS);
                let problem = crate::problem::no_such("parameter", &name, known);
                return Err(Refusal::invalid(&name, problem));
            }
        };
        message.insert(name, value);
    }
    json(&Value::from(message).to_string()).map_err(|mut refusal| {
        // Places in a text that the caller never saw.
        refusal.problem.line = None;
        refusal.problem.column = None;
        refusal
    })
}

fn number(name: &str, text: &str) -> Result<Value, Refusal> {
    let number: u64 = text
        .parse()
        .map_err(|_| Refusal::invalid(name, format!("`{name}` is a whole number, not `{text}`")))?;
    Ok(Value::from(number))
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

/// Parameters of queries that are numbers.
const NUMBERS: [&str; 4] = ["after", "limit", "count", "patience_ms"];

/// Parameters of queries that are texts.
const TEXTS: [&str; 5] = ["event", "hop", "operation", "provider", "entity"];

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

    fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        query.iter().map(owned).collect()
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
    fn a_query_is_read_into_its_message_digits_of_an_entity_included() {
        let asked = pairs(&[
            ("after", "7"),
            ("event", "request_got"),
            ("hop", "provider"),
            ("entity", "418166096"),
            ("limit", "2"),
        ]);

        let query: JournalQuery = query(asked).unwrap();

        assert_eq!(query.filter.after, Some(7));
        assert_eq!(query.filter.event, Some(EventKind::RequestGot));
        assert_eq!(query.filter.hop, Some(Hop::Provider));
        assert_eq!(query.filter.entity.as_deref(), Some("418166096"));
        assert_eq!(query.limit, Some(2));
    }

    #[test]
    fn a_query_with_a_typo_is_refused_with_the_name_that_was_meant() {
        let asked = pairs(&[("provder", "insee")]);

        let refusal = query::<WaitQuery>(asked).unwrap_err();

        assert_eq!(refusal.problem.field.as_deref(), Some("provder"));
        assert!(refusal.problem.problem.contains("did you mean `provider`?"));
    }

    #[test]
    fn a_query_with_a_word_for_a_number_is_refused_at_it() {
        let refusal = query::<JournalQuery>(pairs(&[("after", "yesterday")])).unwrap_err();

        assert_eq!(refusal.problem.field.as_deref(), Some("after"));
    }
}
