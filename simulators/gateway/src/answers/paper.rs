//! A provider's document, as answers tell of it; and what can be read in it.

use std::time::Duration;

use bytes::Bytes;
use doublure_fixtures::Date;

use super::dates;

/// A document that a link leads to.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    /// The PDF.
    pub(crate) pdf: Bytes,
    /// The link.
    pub(crate) url: String,
    /// How long the link lives.
    pub(crate) life: Duration,
    /// The day it was asked for, in Paris.
    pub(crate) today: Date,
}

impl Paper {
    /// The day it was made: `Fait le 15/01/2026`.
    pub(crate) fn made(&self) -> Option<Date> {
        let day = self.line("Fait le ")?;
        dates::french(day)
    }

    /// Every line of its text.
    pub(crate) fn lines(&self) -> Vec<String> {
        let operators = self.pdf.split(|byte| *byte == b'\n');
        let shown = operators.filter_map(|operator| operator.strip_suffix(b" Tj"));
        shown.filter_map(text).collect()
    }

    /// What stands behind some words at the beginning of a line of plain letters.
    pub(crate) fn line(&self, words: &str) -> Option<&str> {
        let start = format!("({words}");
        let found = self
            .pdf
            .windows(start.len())
            .position(|part| part == start.as_bytes())?;
        let rest = self.pdf.get(found + start.len()..)?;
        let end = rest.iter().position(|byte| *byte == b')')?;
        std::str::from_utf8(rest.get(..end)?).ok()
    }
}

/// A string of a PDF: letters in parentheses, or digits in angle brackets.
fn text(string: &[u8]) -> Option<String> {
    let bytes = match string {
        [b'(', letters @ .., b')'] => letters.to_vec(),
        [b'<', digits @ .., b'>'] => digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect::<Option<_>>()?,
        _ => return None,
    };
    Some(bytes.into_iter().map(letter).collect())
}

/// A letter in the encoding of the text: that of Windows, which differs from Unicode below 160.
fn letter(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x8c => 'Œ',
        0x92 => '’',
        0x96 => '–',
        0x9c => 'œ',
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use doublure_fixtures::documents;

    use super::*;

    fn paper(lines: &[&str]) -> Paper {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        Paper {
            pdf: documents::pdf("Titre", &lines, 0).into(),
            url: String::new(),
            life: Duration::ZERO,
            today: Date::ZERO,
        }
    }

    #[test]
    fn a_line_is_found_by_its_first_words() {
        let paper = paper(&["Siren : 1", "Fait le 15/01/2026"]);

        assert_eq!(paper.line("Siren : "), Some("1"));
        assert_eq!(paper.made().unwrap().to_string(), "2026-01-15");
    }

    #[test]
    fn every_line_is_read_whatever_its_letters() {
        let lines = paper(&["Siren : 1", "Maçonnerie  d’œuvre"]).lines();

        assert_eq!(lines, ["Titre", "Siren : 1", "Maçonnerie  d’œuvre"]);
    }

    #[test]
    fn what_a_document_does_not_say_is_none() {
        assert_eq!(paper(&["Siren : 1"]).made(), None);
        assert_eq!(paper(&["Fait le 31/02/2026"]).made(), None);
    }
}
