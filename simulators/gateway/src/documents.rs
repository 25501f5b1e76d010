//! Documents behind links that expire.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use bytes::Bytes;
use doublure_journal::Moment;

/// Documents, by the path they are served under. Links end when they are read, never by a timer.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    kept: HashMap<String, Kept>,
    oldest_first: VecDeque<String>,
}

#[derive(Debug)]
struct Kept {
    content: Bytes,
    until: Moment,
}

impl Documents {
    /// Keeps a document under a path.
    pub(crate) fn keep(&mut self, path: String, content: Bytes, until: Moment) {
        if self.oldest_first.len() >= CAPACITY
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.kept.remove(&oldest);
        }
        self.oldest_first.push_back(path.clone());
        self.kept.insert(path, Kept { content, until });
    }

    /// The document under a path, while its link lives.
    pub(crate) fn find(&self, path: &str, now: Moment) -> Option<Bytes> {
        let kept = self.kept.get(path)?;
        (now < kept.until).then(|| kept.content.clone())
    }
}

/// The path of a new document: `/siade/{unix}-{40 hex}-{name}.pdf` (facts 83).
pub(crate) fn path_of(name: &str, made: Moment, chance: [u64; 3]) -> String {
    let [first, second, third] = chance;
    format!(
        "{FOLDER}{}-{first:016x}{second:016x}{:08x}-{name}.pdf",
        made.unix_seconds(),
        third >> 32
    )
}

/// Whether a path is one that documents stand under.
pub(crate) fn is_document(path: &str) -> bool {
    path.starts_with(FOLDER)
}

/// When a link made now ends.
pub(crate) fn end_of(life: Duration, made: Moment) -> Moment {
    made + life
}

const FOLDER: &str = "/siade/";

/// Links kept; the oldest is dropped first.
const CAPACITY: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix_seconds(1_768_471_200);

    #[test]
    fn a_path_holds_the_second_forty_digits_and_the_name() {
        let path = path_of("attestation", NOW, [1, 2, u64::MAX]);

        assert_eq!(
            path,
            "/siade/1768471200-00000000000000010000000000000002ffffffff-attestation.pdf"
        );
        assert!(is_document(&path));
    }

    #[test]
    fn a_link_lives_until_its_end_and_not_a_microsecond_longer() {
        let mut documents = Documents::default();
        let end = end_of(Duration::from_secs(86_400), NOW);

        documents.keep("/siade/a".to_owned(), Bytes::from_static(b"%PDF"), end);

        let before = documents.find("/siade/a", end - Duration::from_micros(1));
        assert_eq!(before, Some(Bytes::from_static(b"%PDF")));
        assert_eq!(documents.find("/siade/a", end), None);
        assert_eq!(documents.find("/siade/b", NOW), None);
    }

    #[test]
    fn the_oldest_link_goes_when_there_are_too_many() {
        let mut documents = Documents::default();
        let end = end_of(Duration::from_secs(1), NOW);

        for number in 0..=CAPACITY {
            documents.keep(format!("/siade/{number}"), Bytes::new(), end);
        }

        assert_eq!(documents.find("/siade/0", NOW), None);
        assert_eq!(documents.find("/siade/1", NOW), Some(Bytes::new()));
        assert_eq!(documents.kept.len(), CAPACITY);
    }
}
