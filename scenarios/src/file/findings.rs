//! What was found wrong so far, and words for it.

use crate::ScenarioError;

/// A part of one line of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Line, from 1 on.
    pub(super) line: usize,
    /// Column, in characters, from 1 on.
    pub(super) column: usize,
    /// How many characters.
    pub(super) width: usize,
}

impl Place {
    /// An error here that belongs to no field.
    pub(super) fn error(self, problem: impl Into<String>) -> ScenarioError {
        ScenarioError {
            line: self.line,
            column: self.column,
            width: self.width,
            field: String::new(),
            problem: problem.into(),
            more: Vec::new(),
        }
    }
}

/// Errors found so far: a file is read to its end, so that one run tells all.
#[derive(Debug, Default)]
pub(super) struct Findings {
    errors: Vec<ScenarioError>,
}

impl Findings {
    /// Notes an error of a field.
    pub(super) fn report(&mut self, place: Place, field: &str, problem: impl Into<String>) {
        self.errors.push(ScenarioError {
            field: field.to_owned(),
            ..place.error(problem)
        });
    }

    /// How many errors were found.
    pub(super) const fn len(&self) -> usize {
        self.errors.len()
    }

    /// `value`, if nothing was found.
    pub(super) fn clear<T>(self, value: T) -> Result<T, ScenarioError> {
        let mut errors = self.errors;
        errors.sort_by_key(|error| (error.line, error.column));
        let mut errors = errors.into_iter();
        match errors.next() {
            None => Ok(value),
            Some(first) => Err(ScenarioError {
                more: errors.collect(),
                ..first
            }),
        }
    }
}

/// `given` is none of `known`: what would be right, for the end of a sentence.
pub fn instead(given: &str, known: &[&str]) -> String {
    if let Some(near) = nearest(given, known) {
        return format!(", did you mean `{near}`?");
    }
    let shown = known.iter().take(SHOWN).map(|name| format!("`{name}`"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match known.len().saturating_sub(SHOWN) {
        0 if shown.is_empty() => String::new(),
        0 => format!("; known: {shown}"),
        rest => format!("; known: {shown} and {rest} more"),
    }
}

fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let given = given.trim().to_lowercase().replace('_', "-");
    known
        .iter()
        .map(|name| {
            let spelt = name.to_lowercase().replace('_', "-");
            (strsim::damerau_levenshtein(&given, &spelt), *name)
        })
        .filter(|(distance, name)| *distance <= name.chars().count().div_ceil(3).min(4))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many known names a message lists at most.
const SHOWN: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_proposed_and_all_are_listed_where_none_is_near() {
        let known = ["provider", "operation", "entity"];

        assert_eq!(instead("provder", &known), ", did you mean `provider`?");
        assert_eq!(instead("Operation", &known), ", did you mean `operation`?");
        assert_eq!(
            instead("zzz", &known),
            "; known: `provider`, `operation`, `entity`"
        );
        assert_eq!(instead("zzz", &[]), "");
    }

    #[test]
    fn a_long_list_is_cut_and_the_cut_is_told() {
        let names: Vec<String> = (0..15)
            .map(|rank| format!("operation-number-{rank}"))
            .collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();

        assert!(instead("zzz", &known).ends_with("`operation-number-11` and 3 more"));
    }

    #[test]
    fn errors_come_in_the_order_of_the_text() {
        let mut findings = Findings::default();
        let place = |line| Place {
            line,
            column: 1,
            width: 1,
        };

        findings.report(place(3), "c", "third");
        findings.report(place(1), "a", "first");
        let error = findings.clear(()).unwrap_err();

        let order: Vec<_> = error.all().map(|error| error.line).collect();
        assert_eq!(order, [1, 3]);
    }
}
