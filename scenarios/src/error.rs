//! What is wrong with a scenario file, and where.

use std::fmt::Write;

/// The first thing wrong with a scenario file; [`Self::more`] holds what else is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ScenarioError {
    /// Line, from 1 on.
    pub line: usize,
    /// Column, in characters, from 1 on.
    pub column: usize,
    /// How many characters the faulty part has on its line, at least 1.
    pub width: usize,
    /// Path of the field, such as `faults[0].when.provider`; empty where the whole file is meant.
    pub field: String,
    /// What is wrong and what would be right.
    pub problem: String,
    /// What else is wrong, in the order of the text.
    pub more: Vec<Self>,
}

impl ScenarioError {
    /// Everything that is wrong, this first, in the order of the text.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.more)
    }

    /// Everything that is wrong, for people: each with its line of `text` and a mark beneath the faulty part.
    pub fn render(&self, file: &str, text: &str) -> String {
        let mut out = String::new();
        for error in self.all() {
            if !out.is_empty() {
                out.push('\n');
            }
            error.render_alone(file, text, &mut out);
        }
        out
    }

    fn render_alone(&self, file: &str, text: &str, out: &mut String) {
        let Self { line, column, .. } = self;
        let gutter = " ".repeat(line.to_string().len());
        let source = text.lines().nth(line - 1).unwrap_or_default();
        let field = match self.field.as_str() {
            "" => String::new(),
            field => format!(", in `{field}`"),
        };
        let mark = format!("{}{}", indent(source, column - 1), "^".repeat(self.width));
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "error: {}\n{gutter}--> {file}:{line}:{column}{field}\n{gutter} |\n{line} | {source}\n{gutter} | {mark}\n",
            self.problem
        );
    }
}

/// As many blanks as `columns` characters of `source` take, its tabs kept.
fn indent(source: &str, columns: usize) -> String {
    let signs = source.chars().chain(std::iter::repeat(' '));
    signs
        .take(columns)
        .map(|sign| if sign == '\t' { '\t' } else { ' ' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: usize, column: usize, width: usize) -> ScenarioError {
        ScenarioError {
            line,
            column,
            width,
            field: "faults[0].then".into(),
            problem: "wrong".into(),
            more: Vec::new(),
        }
    }

    #[test]
    fn the_mark_stands_beneath_the_faulty_part_also_after_tabs_and_accents() {
        let text = "é:\n\té: oops\n";

        let rendered = error(2, 5, 4).render("a.yaml", text);

        insta::assert_snapshot!(rendered);
    }

    #[test]
    fn an_error_beyond_the_end_of_the_text_is_still_rendered() {
        let rendered = error(12, 1, 1).render("a.yaml", "");

        assert!(rendered.contains("--> a.yaml:12:1"), "{rendered}");
    }

    #[test]
    fn all_that_is_wrong_is_rendered_in_order() {
        let both = ScenarioError {
            more: vec![error(2, 1, 1)],
            ..error(1, 1, 1)
        };

        let rendered = both.render("a.yaml", "x\ny\n");

        assert_eq!(rendered.matches("error: wrong").count(), 2);
        assert!(rendered.find("1 | x") < rendered.find("2 | y"));
    }
}
