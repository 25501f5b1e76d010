//! A journal in a file: a header on the first line, then an entry a line, each written while it happens.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use doublure_journal::{Entry, Event, Moment};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::NewSession;

/// The first line: all that is needed to make such a session again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program that wrote it.
    pub doublure: String,
    /// The session's now when it began.
    pub started: Moment,
    /// Name of the scenario that was in force then.
    pub scenario: String,
    /// What it was made from, nothing left to a default: name, seed, clock, edition.
    pub session: NewSession,
    /// Folder of the answers given as files, where there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases: Option<PathBuf>,
    /// Whether those were looked for before any check.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cases_first: bool,
}

/// A token that a caller showed, as an entry of topic `token` tells of it. Never the token itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownToken {
    /// What stands in its place in all other entries: `⟦token:n⟧`.
    pub token: String,
    /// Its name in the session, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the session's own key signed it.
    pub signed: bool,
    /// What it says, where that can be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
}

/// A journal file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalFile {
    /// Its first line.
    pub header: Header,
    /// Every whole entry.
    pub entries: Vec<Entry>,
    /// The last line, where its end is missing: the writer was stopped within it. It is in no entry.
    pub torn: Option<TornLine>,
}

/// A last line of which the end is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TornLine {
    /// Its number, from 1 on.
    pub line: usize,
    /// How many bytes of it are there.
    pub bytes: usize,
}

/// Why a file is no journal.
#[derive(Debug, thiserror::Error)]
pub enum BadJournal {
    /// There is nothing in it, or not even its first line is whole.
    #[error("it has no header: nothing was written before it was cut off")]
    Headless,
    /// A whole line is not what stands on such a line.
    #[error("line {line} is no {wanted} of a journal: {source}")]
    Line {
        /// Its number, from 1 on.
        line: usize,
        /// What should stand there.
        wanted: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl JournalFile {
    /// Reads a file. A last line without its end is left out and told as `torn`: that is what a
    /// writer leaves which is killed in the middle of a line.
    ///
    /// # Errors
    /// It has no header, or a line other than the last is broken.
    pub fn read(bytes: &[u8]) -> Result<Self, BadJournal> {
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let (whole, rest) = bytes.split_at(whole);
        let mut lines = (1..).zip(whole.split_inclusive(|byte| *byte == b'\n'));
        let (number, first) = lines.next().ok_or(BadJournal::Headless)?;
        let header = parsed(number, "header", first)?;
        let entries = lines.map(|(number, line)| parsed(number, "entry", line));
        let entries = entries.collect::<Result<Vec<Entry>, _>>()?;
        let torn = (!rest.is_empty()).then(|| TornLine {
            line: entries.len() + 2,
            bytes: rest.len(),
        });
        Ok(Self {
            header,
            entries,
            torn,
        })
    }

    /// The tokens that callers showed, by mask.
    pub fn tokens(&self) -> BTreeMap<String, ShownToken> {
        let noted = self.entries.iter().filter_map(|entry| match &entry.event {
            Event::Noted { topic, text, .. } if topic == TOKEN => Some(text),
            _ => None,
        });
        // A note of somebody else under this topic tells of no token.
        noted
            .filter_map(|text| serde_json::from_str::<ShownToken>(text).ok())
            .map(|shown| (shown.token.clone(), shown))
            .collect()
    }
}

impl fmt::Display for TornLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, bytes } = self;
        write!(
            f,
            "line {line} has no end and was left out: {bytes} bytes of it were written"
        )
    }
}

fn parsed<T: for<'de> Deserialize<'de>>(
    line: usize,
    wanted: &'static str,
    text: &[u8],
) -> Result<T, BadJournal> {
    serde_json::from_slice(text).map_err(|source| BadJournal::Line {
        line,
        wanted,
        source,
    })
}

/// Topic of the entries that tell of a token.
const TOKEN: &str = "token";

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            doublure: "0.1.0".into(),
            started: Moment::from_unix_seconds(0),
            scenario: "calm".into(),
            session: NewSession::default(),
            cases: None,
            cases_first: false,
        }
    }

    fn entry(index: u64, event: Event) -> Entry {
        Entry {
            index,
            at: Moment::from_unix_seconds(index),
            event,
        }
    }

    fn said(index: u64) -> Entry {
        let line = format!("{index} é");
        entry(index, Event::DriverSaid { line })
    }

    fn text(entries: &[Entry]) -> String {
        let mut text = serde_json::to_string(&header()).unwrap() + "\n";
        for entry in entries {
            text += &(serde_json::to_string(entry).unwrap() + "\n");
        }
        text
    }

    #[test]
    fn what_was_written_is_read() {
        let entries = vec![said(1), said(2)];

        let read = JournalFile::read(text(&entries).as_bytes()).unwrap();

        assert_eq!(
            (read.header, read.entries, read.torn),
            (header(), entries, None)
        );
    }

    #[test]
    fn wherever_the_file_is_cut_off_the_whole_lines_before_it_are_read() {
        let whole = text(&[said(1), said(2)]);
        let first = text(&[]).len();

        for end in first..whole.len() {
            let read = JournalFile::read(&whole.as_bytes()[..end]).unwrap();

            let ends = whole[first..].match_indices('\n');
            let lines = ends.filter(|(place, _)| first + place < end).count();
            assert_eq!(read.entries.len(), lines, "cut at {end}");
            let cut_within = end > first && whole.as_bytes()[end - 1] != b'\n';
            assert_eq!(
                read.torn.map(|torn| torn.line),
                cut_within.then_some(lines + 2)
            );
        }
    }

    #[test]
    fn a_torn_line_is_told() {
        let torn = TornLine { line: 7, bytes: 12 };

        insta::assert_snapshot!(torn, @"line 7 has no end and was left out: 12 bytes of it were written");
    }

    #[test]
    fn a_file_without_a_whole_header_and_a_broken_line_in_the_middle_are_refused() {
        let broken = format!("{}nonsense\n{}", text(&[]), "x\n");

        let refusals = [&b""[..], b"{\"doubl", b"hello\n", broken.as_bytes()]
            .map(|bytes| JournalFile::read(bytes).unwrap_err().to_string());

        insta::assert_snapshot!(refusals.join("\n"), @"
        it has no header: nothing was written before it was cut off
        it has no header: nothing was written before it was cut off
        line 1 is no header of a journal: expected value at line 1 column 1
        line 2 is no entry of a journal: expected ident at line 1 column 2
        ");
    }

    #[test]
    fn tokens_are_known_by_what_stands_in_their_place() {
        let shown = ShownToken {
            token: "⟦token:1⟧".into(),
            name: Some("standard".into()),
            signed: true,
            claims: None,
        };
        let note = |topic: &str, text: String| Event::Noted {
            exchange: None,
            topic: topic.into(),
            text,
        };
        let entries = [
            entry(1, note("token", serde_json::to_string(&shown).unwrap())),
            entry(2, note("token", "somebody's own words".into())),
            entry(3, note("quota", "5 left".into())),
        ];

        let read = JournalFile::read(text(&entries).as_bytes()).unwrap();

        assert_eq!(read.tokens(), [("⟦token:1⟧".to_owned(), shown)].into());
    }
}
