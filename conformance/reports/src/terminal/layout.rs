//! Lines on paper of some width.

use anstyle::{AnsiColor, Style};

/// What a report is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Whether text has colours.
    pub paint: Paint,
    /// Columns; none: lines are as long as they get.
    pub width: Option<usize>,
}

/// Whether text has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Plain text.
    Plain,
    /// ANSI colours.
    Coloured,
}

impl Paper {
    /// Plain text, a line for each thing that is said.
    pub const PLAIN: Self = Self {
        paint: Paint::Plain,
        width: None,
    };

    /// A word in a colour.
    pub(super) fn painted(self, colour: AnsiColor, text: &str) -> String {
        let style = match self.paint {
            Paint::Plain => Style::new(),
            Paint::Coloured => Style::new().bold().fg_color(Some(colour.into())),
        };
        format!("{style}{text}{style:#}")
    }

    /// Text over as many lines as it needs; each but the first begins below the first's own begin.
    pub(super) fn wrapped(self, begin: &str, text: &str) -> String {
        let margin = begin.chars().count();
        let room = self.room(margin);
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let line = lines.last_mut().expect("there is always a line");
            if line.is_empty() {
                line.push_str(word);
            } else if line.chars().count() + 1 + word.chars().count() <= room {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
        format!("{begin}{}", lines.join(&format!("\n{:margin$}", "")))
    }

    /// Text in one line, cut where the paper ends.
    pub(super) fn cut(self, begin: &str, text: &str) -> String {
        let room = self.room(begin.chars().count());
        match text.char_indices().nth(room) {
            Some(_) => {
                let kept: String = text.chars().take(room - 1).collect();
                format!("{begin}{kept}…")
            }
            None => format!("{begin}{text}"),
        }
    }

    fn room(self, margin: usize) -> usize {
        let width = self.width.unwrap_or(usize::MAX);
        width.saturating_sub(margin).max(NARROWEST)
    }
}

/// Columns that text has at least, however narrow the paper is.
const NARROWEST: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    const NARROW: Paper = Paper {
        paint: Paint::Plain,
        width: Some(44),
    };

    #[test]
    fn words_that_do_not_fit_go_below_the_first_one() {
        let told = NARROW.wrapped("      expected  ", "one two three four five six seven");

        assert_eq!(
            told,
            "      expected  one two three four five six\n                seven"
        );
    }

    #[test]
    fn a_word_wider_than_the_paper_stays_whole() {
        let long = "x".repeat(60);

        assert_eq!(
            NARROW.wrapped("  ", &format!("a {long} b")),
            format!("  a\n  {long}\n  b")
        );
    }

    #[test]
    fn a_line_is_cut_where_the_paper_ends() {
        let told = NARROW.cut("proof  ", &"é".repeat(60));

        assert_eq!(told.chars().count(), 44);
        assert!(told.ends_with("é…"));
        assert_eq!(NARROW.cut("proof  ", "short"), "proof  short");
    }

    #[test]
    fn paper_without_an_end_cuts_and_wraps_nothing() {
        let long = "word ".repeat(200);

        assert_eq!(Paper::PLAIN.cut("", &long), long);
        assert_eq!(Paper::PLAIN.wrapped("", &long), long);
    }
}
