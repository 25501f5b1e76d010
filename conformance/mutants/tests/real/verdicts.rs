//! The verdict that is expected of each rule, with its reason.

use doublure_rules::{Judgement, Outcome, Role, Verdict};
use doublure_suites::catalogue;

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    rule: String,
    verdict: String,
    /// Reason code of a failure; `-` where there is none.
    reason: String,
    /// Why it comes out so, for people.
    why: String,
}

/// What was said of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) rule: String,
    verdict: String,
    reason: String,
    /// What came, for people.
    told: String,
}

impl Expected {
    /// Whether it says why this came; what the judge itself said of what it could not try explains nothing else.
    fn explains(&self, said: &Said) -> bool {
        let untried = Outcome::NotApplicable.to_string();
        self.why != NO_REASON && (self.verdict != untried || said.verdict == untried)
    }

    fn expects(&self, said: &Said) -> bool {
        (&self.verdict, &self.reason) == (&said.verdict, &said.reason)
    }
}

impl Said {
    /// What a judgement says.
    pub(crate) fn of(judged: &Judgement) -> Self {
        let told = match &judged.verdict {
            Verdict::Pass { .. } => "all well".to_owned(),
            Verdict::Fail {
                expected, actual, ..
            } => format!("expected {expected}; {actual}"),
            Verdict::Inconclusive { why } | Verdict::NotApplicable { why } => why.clone(),
        };
        let reason = judged.verdict.reason();
        Self {
            rule: judged.rule.id.clone(),
            verdict: judged.verdict.outcome().to_string(),
            reason: reason.map_or_else(|| NONE.to_owned(), ToString::to_string),
            told,
        }
    }

    /// Verdict and reason, and what came.
    pub(crate) fn in_words(&self) -> String {
        format!("{} {}: {}", self.verdict, self.reason, self.told)
    }

    /// Why it was not put to the test, if it was not.
    fn own_reason(&self) -> &str {
        if self.verdict == Outcome::NotApplicable.to_string() {
            &self.told
        } else {
            NO_REASON
        }
    }
}

/// The rows of a table: rule, verdict, reason and why, parted by tabs, beneath a heading.
pub(crate) fn table(text: &str) -> Vec<Expected> {
    let rows = text.lines().skip(1).filter(|line| !line.is_empty());
    rows.map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_default();
        Expected {
            rule: cell(),
            verdict: cell(),
            reason: cell(),
            why: cell(),
        }
    })
    .collect()
}

/// The rules of which something else was said than their row expects, or nothing where there is no row.
pub(crate) fn doubtful(expected: &[Expected], said: &[Said]) -> Vec<String> {
    let is_doubtful = |said: &&Said| {
        let row = expected.iter().find(|row| row.rule == said.rule);
        let untold = said.verdict == Outcome::Inconclusive.to_string();
        row.map_or(untold, |row| !row.expects(said))
    };
    said.iter()
        .filter(is_doubtful)
        .map(|said| said.rule.clone())
        .collect()
}

/// What is wrong: another verdict, a rule without a row, a row without a rule or without its reason.
pub(crate) fn amiss(expected: &[Expected], said: &[Said]) -> Vec<String> {
    let judged = said.iter().filter_map(|said| {
        let came = said.in_words();
        let wrong = match expected.iter().find(|row| row.rule == said.rule) {
            None => format!("no row; it came out as {came}"),
            Some(row) if !row.expects(said) => {
                format!(
                    "expected {} {}; it came out as {came}",
                    row.verdict, row.reason
                )
            }
            Some(row) if row.why.is_empty() || row.why == NO_REASON => {
                format!("nothing says why it came out as {came}")
            }
            Some(_) => return None,
        };
        Some(format!("{}: {wrong}", said.rule))
    });
    let unknown = expected
        .iter()
        .filter(|row| !said.iter().any(|said| said.rule == row.rule))
        .map(|row| format!("{}: no rule of a gateway", row.rule));
    judged.chain(unknown).collect()
}

/// The table with the verdicts that came, in the order of the catalogue. Why they do is for people to say, but where
/// nothing was put to the test.
pub(crate) fn renewed(expected: &[Expected], said: &[Said]) -> String {
    let rows = catalogue::of(Role::Gateway).filter_map(|rule| {
        let said = said.iter().find(|said| said.rule == rule.id)?;
        let row = expected.iter().find(|row| row.rule == rule.id);
        let known = row.filter(|row| row.explains(said));
        let why = known.map_or_else(|| said.own_reason(), |row| &row.why);
        Some(format!(
            "{}\t{}\t{}\t{why}\n",
            rule.id, said.verdict, said.reason
        ))
    });
    std::iter::once(HEADING.to_owned()).chain(rows).collect()
}

const HEADING: &str = "rule\tverdict\treason\twhy\n";
/// In the place of a reason, where a verdict is no failure.
const NONE: &str = "-";
/// In the place of why, until somebody says it.
const NO_REASON: &str = "?";

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "gw.timeout.silent-provider-gives-504";

    fn came(verdict: &str, reason: &str) -> Said {
        Said {
            rule: RULE.to_owned(),
            verdict: verdict.to_owned(),
            reason: reason.to_owned(),
            told: "502".to_owned(),
        }
    }

    fn wrong(row: &str, said: &Said) -> String {
        let expected = table(&format!("{HEADING}{row}\n"));
        amiss(&expected, std::slice::from_ref(said)).join(
            "
",
        )
    }

    #[test]
    fn a_verdict_that_comes_for_its_reason_is_as_written_down() {
        let row = format!("{RULE}\tfail\tnot-504\tIt knows no time-out.");

        assert_eq!(wrong(&row, &came("fail", "not-504")), "");
    }

    #[test]
    fn what_differs_is_told_with_what_came_instead() {
        let row = format!("{RULE}\tpass\t-\tIts time-out is that.");

        assert_eq!(
            wrong(&row, &came("fail", "not-504")),
            format!("{RULE}: expected pass -; it came out as fail not-504: 502")
        );
    }

    #[test]
    fn a_failure_for_another_reason_differs() {
        let row = format!("{RULE}\tfail\ttoo-late\tIt knows no time-out.");

        assert!(wrong(&row, &came("fail", "not-504")).contains("expected fail too-late"));
    }

    #[test]
    fn a_rule_without_a_row_a_row_without_a_rule_and_one_without_a_reason_differ() {
        let without_reason = format!("{RULE}\tpass\t-\t{NO_REASON}");

        assert_eq!(
            wrong("gw.no.such\tpass\t-\tSo it is.", &came("pass", "-")),
            format!("{RULE}: no row; it came out as pass -: 502\ngw.no.such: no rule of a gateway")
        );
        assert!(
            wrong(&without_reason, &came("pass", "-"))
                .contains("nothing says why it came out as pass")
        );
    }

    #[test]
    fn a_renewed_table_keeps_why_and_asks_for_it_where_it_is_missing() {
        let kept = table(&format!(
            "{HEADING}{RULE}\tpass\t-\tIts time-out is that.\n"
        ));

        assert_eq!(
            renewed(&kept, &[came("fail", "not-504")]),
            format!("{HEADING}{RULE}\tfail\tnot-504\tIts time-out is that.\n")
        );
        let untried = table(&format!(
            "{HEADING}{RULE}\tnot applicable\t-\tIt is not there.\n"
        ));
        assert!(renewed(&untried, &[came("pass", "-")]).ends_with("\t?\n"));
        assert!(renewed(&[], &[came("pass", "-")]).ends_with("\t?\n"));
        assert!(renewed(&[], &[came("not applicable", "-")]).ends_with("\t502\n"));
    }
}
