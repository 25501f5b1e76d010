//! Every line of the documents is accounted for: by the rules that demand what it says, or by why none does.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use doublure_suites::catalogue;

/// Lines `first` to `last` of a document.
struct Row {
    document: &'static str,
    first: usize,
    last: usize,
    rules: Vec<&'static str>,
    awaited: Vec<&'static str>,
    remark: &'static str,
}

impl Row {
    fn read(line: &'static str) -> Self {
        let cells: Vec<&str> = line.split('\t').collect();
        let [document, first, last, rules, awaited, remark] = cells[..] else {
            panic!("six columns are wanted: {line}")
        };
        let ids = |cell: &'static str| cell.split(' ').filter(|id| *id != "-").collect();
        Self {
            document,
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            rules: ids(rules),
            awaited: ids(awaited),
            remark,
        }
    }

    fn place(&self) -> String {
        format!("{}:{}-{}", self.document, self.first, self.last)
    }
}

fn rows() -> Vec<Row> {
    include_str!("../document_lines.tsv")
        .lines()
        .skip(1)
        .map(Row::read)
        .collect()
}

#[test]
fn no_line_is_left_out_or_told_twice() {
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();

    for row in rows() {
        let before = told.insert(row.document, row.last).unwrap_or(0);

        assert_eq!(row.first, before + 1, "{} does not follow", row.place());
        assert!(row.first <= row.last, "{} runs backwards", row.place());
    }
}

#[test]
fn the_last_line_of_each_document_is_told() {
    let Some(reference) = env::var_os("DOUBLURE_REFERENCE").map(PathBuf::from) else {
        eprintln!("skipped: DOUBLURE_REFERENCE is not set");
        return;
    };
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows() {
        told.insert(row.document, row.last);
    }

    for (document, last) in told {
        let path = reference.join(format!("documents/{document}.txt"));
        let lines = fs::read_to_string(path).unwrap().lines().count();
        assert_eq!(last, lines, "{document}");
    }
}

#[test]
fn a_line_has_rules_or_a_reason_to_have_none() {
    for row in rows() {
        let demanded = !row.rules.is_empty() || !row.awaited.is_empty();

        assert!(demanded || row.remark != "-", "{} is silent", row.place());
    }
}

#[test]
fn the_rules_of_a_line_exist_and_the_awaited_ones_do_not() {
    for row in rows() {
        for id in &row.rules {
            assert!(
                catalogue::find(id).is_some(),
                "{}: {id} is no rule",
                row.place()
            );
        }
        for id in &row.awaited {
            assert!(
                catalogue::find(id).is_none(),
                "{}: {id} is a rule by now, it belongs to `rules`",
                row.place()
            );
        }
    }
}

#[test]
fn a_rule_is_named_at_the_lines_it_comes_from() {
    let rows = rows();

    for rule in catalogue::RULES {
        for (document, line) in cited(rule.source) {
            let row = rows
                .iter()
                .find(|row| row.document == document && (row.first..=row.last).contains(&line))
                .unwrap_or_else(|| panic!("{} cites {document}:{line}", rule.id));
            assert!(
                row.rules.contains(&rule.id),
                "{} comes from {document}:{line}, {} does not name it",
                rule.id,
                row.place()
            );
        }
    }
}

/// The first lines that a source cites: `002:87, 000:559-583, facts 72` gives 002:87 and 000:559.
fn cited(source: &str) -> impl Iterator<Item = (&str, usize)> {
    source.split([',', ';']).filter_map(|place| {
        let (document, lines) = place.trim().split_once(':')?;
        let first = lines.split('-').next()?.parse().ok()?;
        (document.len() == 3).then_some((document, first))
    })
}
