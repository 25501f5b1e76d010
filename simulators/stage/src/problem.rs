//! Refusals, and their HTTP status.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use doublure_control::Problem;
use http::StatusCode;

/// Why something was refused; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) problem: Problem,
}

impl Refusal {
    /// What was asked for makes no sense, and `field` is where.
    pub(crate) fn invalid(field: &str, problem: impl Into<String>) -> Self {
        let mut refusal = Self::new(StatusCode::UNPROCESSABLE_ENTITY, problem);
        refusal.problem.field = Some(field.to_owned());
        refusal
    }

    /// What was asked for makes sense, but not as things stand.
    pub(crate) fn conflict(problem: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, problem)
    }

    /// What was asked for is not allowed here.
    pub(crate) fn forbidden(problem: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, problem)
    }

    /// What was asked about is not there.
    pub(crate) fn missing(problem: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, problem)
    }

    /// The field at fault.
    pub(crate) fn at(mut self, field: &str) -> Self {
        self.problem.field = Some(field.to_owned());
        self
    }

    /// A refusal with this status.
    pub(crate) fn new(status: StatusCode, problem: impl Into<String>) -> Self {
        Self {
            status,
            problem: Problem {
                problem: problem.into(),
                ..Problem::default()
            },
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        refusal.problem
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.problem)).into_response()
    }
}

/// `no edition `observd`; did you mean `observed`? There are: documented, observed.`
pub(crate) fn no_such<'a>(
    kind: &str,
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if known.is_empty() {
        return format!("no {kind} `{wanted}`; there is none yet");
    }
    let all = known.join(", ");
    match nearest(wanted, &known) {
        Some(near) => format!("no {kind} `{wanted}`; did you mean `{near}`? There are: {all}"),
        None => format!("no {kind} `{wanted}`; there are: {all}"),
    }
}

fn nearest<'a>(wanted: &str, known: &[&'a str]) -> Option<&'a str> {
    let (likeness, near) = known
        .iter()
        .map(|name| (strsim::jaro_winkler(wanted, name), *name))
        .max_by(|left, right| left.0.total_cmp(&right.0))?;
    (likeness >= LIKE_ENOUGH).then_some(near)
}

/// Below this two names share letters but no intent.
const LIKE_ENOUGH: f64 = 0.8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_typo_brings_the_name_that_was_meant() {
        let problem = no_such("edition", "observd", ["documented", "observed"]);

        assert_eq!(
            problem,
            "no edition `observd`; did you mean `observed`? There are: documented, observed"
        );
    }

    #[test]
    fn a_name_like_no_other_brings_the_names_there_are() {
        let problem = no_such("session", "xyz", ["main"]);

        assert_eq!(problem, "no session `xyz`; there are: main");
        assert_eq!(
            no_such("session", "xyz", []),
            "no session `xyz`; there is none yet"
        );
    }

    #[test]
    fn a_refusal_names_its_field() {
        let refusal = Refusal::invalid("clock", "no such clock");

        assert_eq!(refusal.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refusal.problem.field.as_deref(), Some("clock"));
    }
}
