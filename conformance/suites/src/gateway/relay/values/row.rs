//! The table of what is repeated: which field of an answer says what which field of a provider says.

use std::sync::LazyLock;

use super::{canary::Canary, how::How};

/// A field of an answer and the field of a provider that it repeats.
#[derive(Debug)]
pub(crate) struct Row {
    /// Ids of the operations; `*` stands for any letters.
    operations: &'static str,
    /// The provider and its call.
    pub(crate) call: (&'static str, &'static str),
    /// The path in the answer.
    pub(super) here: &'static str,
    /// The path in the provider's.
    pub(super) there: &'static str,
    /// How it is repeated.
    pub(super) how: How,
    /// What may be planted there.
    pub(super) canary: Canary,
}

impl Row {
    /// The rows of an operation.
    pub(crate) fn of(operation: &str) -> impl Iterator<Item = &'static Self> {
        ROWS.iter()
            .filter(move |row| fits(row.operations, operation))
    }

    fn parse(line: &'static str) -> Option<Self> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [operations, call, here, there, how, canary] = cells[..] else {
            return None;
        };
        Some(Self {
            operations,
            call: call.split_once('.')?,
            here,
            there,
            how: How::parse(how)?,
            canary: Canary::parse(canary)?,
        })
    }
}

/// Whether an id is of a pattern with at most a few stars.
fn fits(pattern: &str, id: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == id,
        Some((start, rest)) => id.strip_prefix(start).is_some_and(|left| {
            let mut ends = left.char_indices().map(|(end, _)| end).chain([left.len()]);
            ends.any(|end| fits(rest, &left[end..]))
        }),
    }
}

/// The lines behind the heading. A test holds that every one is a row.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| lines().filter_map(Row::parse).collect());

fn lines() -> impl Iterator<Item = &'static str> {
    TABLE.lines().skip(1)
}

const TABLE: &str = include_str!("../values.tsv");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doublure_fixtures::{Contract, contract::AnswerKind};

    use super::*;

    #[test]
    fn every_line_is_a_row_and_none_stands_twice() {
        for line in lines() {
            assert!(Row::parse(line).is_some(), "{line}");
        }
        assert_eq!(lines().collect::<BTreeSet<_>>().len(), ROWS.len());
    }

    #[test]
    fn lists_are_passed_on_both_sides_alike() {
        let stars = |path: &str| path.split('/').filter(|part| part.starts_with('*')).count();

        for row in ROWS.iter() {
            assert_eq!(stars(row.here), stars(row.there), "{}", row.here);
        }
    }

    #[test]
    fn every_operation_that_answers_in_json_has_rows_of_its_providers() {
        let contract = Contract::built_in();
        let asks = contract
            .operations()
            .iter()
            .filter(|operation| !operation.providers.is_empty());

        for operation in asks {
            let providers: BTreeSet<&str> = Row::of(&operation.id).map(|row| row.call.0).collect();

            let is_json = operation.answer == AnswerKind::Json;
            assert_eq!(!providers.is_empty(), is_json, "{}", operation.id);
            assert!(
                providers
                    .iter()
                    .all(|id| operation.providers.iter().any(|known| known == id))
            );
        }
    }

    #[test]
    fn a_star_stands_for_any_letters() {
        assert!(fits("a_v*_b*", "a_v3_b"));
        assert!(fits("a_v*_b*", "a_v4_b_c"));
        assert!(!fits("a_v*_b", "a_v4_b_c"));
    }
}
