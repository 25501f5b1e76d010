//! Documents behind links that expire: kept here, or fetched from their provider when the link is opened.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use doublure_journal::Moment;

use crate::sources::Ask;

/// Documents, by the path they are served under. Links end when they are read, never by a timer.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    kept: HashMap<String, Kept>,
    oldest_first: VecDeque<String>,
}

/// What a link leads to.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A document that was kept when it was asked for.
    Here(Bytes),
    /// A file that is still with its provider.
    There(File),
}

/// A file that is still with its provider.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The call that gives it.
    pub(crate) ask: Ask,
    /// The one it is about.
    pub(crate) entity: Arc<str>,
    /// What the provider calls it.
    pub(crate) file: Arc<str>,
}

/// What is known of a link.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// It leads to this.
    Live(Content),
    /// It led to something once.
    Over,
    /// It never led anywhere, or so long ago that nobody knows.
    Unknown,
}

/// The kinds of links: what stands first in their path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folder {
    /// Documents that are kept (facts 83).
    Kept,
    /// Files that are fetched when the link is opened (facts 85).
    Proxied,
    /// Links that give a link of the kind before (facts 86).
    Download,
}

#[derive(Debug)]
struct Kept {
    content: Content,
    until: Moment,
}

impl Documents {
    /// Keeps a document under a path.
    pub(crate) fn keep(&mut self, path: String, content: Content, until: Moment) {
        if self.oldest_first.len() >= CAPACITY
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.kept.remove(&oldest);
        }
        self.oldest_first.push_back(path.clone());
        self.kept.insert(path, Kept { content, until });
    }

    /// The document under a path, while its link lives.
    pub(crate) fn find(&self, path: &str, now: Moment) -> Found {
        match self.kept.get(path) {
            Some(kept) if now < kept.until => Found::Live(kept.content.clone()),
            Some(_) => Found::Over,
            None => Found::Unknown,
        }
    }
}

impl Folder {
    /// Every kind.
    pub(crate) const ALL: [Self; 3] = [Self::Kept, Self::Proxied, Self::Download];

    /// The kind of links that a path is one of.
    pub(crate) fn of(path: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|folder| path.starts_with(folder.path()))
    }

    /// How their paths begin.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Kept => "/siade/",
            Self::Proxied => "/proxy/files/",
            Self::Download => "/proxy/inpi/download/",
        }
    }

    /// How long such a link lives, where documents that are kept live `document`.
    pub(crate) const fn life(self, document: Duration) -> Duration {
        match self {
            Self::Kept => document,
            Self::Proxied => DAY,
            Self::Download => HOUR,
        }
    }
}

/// The path of a new document: `/siade/{unix}-{40 hex}-{name}.pdf` (facts 83), or another ending for another content.
pub(crate) fn path_of(name: &str, content: &[u8], made: Moment, chance: [u64; 3]) -> String {
    let [first, second, third] = chance;
    let (_, ending) = kind_of(content);
    format!(
        "{}{}-{first:016x}{second:016x}{:08x}-{name}.{ending}",
        Folder::Kept.path(),
        made.unix_seconds(),
        third >> 32
    )
}

/// Media type of a document, as its first bytes tell.
pub(crate) fn media_of(content: &[u8]) -> &'static str {
    kind_of(content).0
}

/// Media type and ending of names.
fn kind_of(content: &[u8]) -> (&'static str, &'static str) {
    let known = KINDS.iter().find(|(first, _)| content.starts_with(first));
    known.map_or(("application/octet-stream", "bin"), |(_, kind)| *kind)
}

const KINDS: [(&[u8], (&str, &str)); 4] = [
    (b"%PDF-", ("application/pdf", "pdf")),
    (b"PK\x03\x04", ("application/zip", "zip")),
    (b"\xff\xd8\xff", ("image/jpeg", "jpg")),
    (b"\x89PNG", ("image/png", "png")),
];

/// Facts 85.
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Facts 86.
const HOUR: Duration = Duration::from_secs(3_600);

/// Links kept; the oldest is dropped first.
const CAPACITY: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix_seconds(1_768_471_200);

    fn here(content: &'static [u8]) -> Content {
        Content::Here(Bytes::from_static(content))
    }

    #[test]
    fn each_kind_of_link_is_told_by_its_path() {
        let kinds = Folder::ALL.map(|folder| Folder::of(&format!("{}x", folder.path())));

        assert_eq!(kinds, Folder::ALL.map(Some));
        assert_eq!(Folder::of("/v3/x"), None);
    }

    #[test]
    fn the_first_bytes_tell_the_media_type() {
        assert_eq!(media_of(b"%PDF-1.7"), "application/pdf");
        assert_eq!(media_of(b"PK\x03\x04.."), "application/zip");
        assert_eq!(media_of(b""), "application/octet-stream");
    }

    #[test]
    fn a_path_holds_the_second_forty_digits_and_the_name() {
        let path = path_of("attestation", b"%PDF-1.7", NOW, [1, 2, u64::MAX]);
        let archive = path_of("actes", b"PK\x03\x04", NOW, [1, 2, 3]);

        assert_eq!(
            path,
            "/siade/1768471200-00000000000000010000000000000002ffffffff-attestation.pdf"
        );
        assert!(archive.ends_with("-actes.zip"), "{archive}");
        assert_eq!(Folder::of(&path), Some(Folder::Kept));
    }

    #[test]
    fn a_link_lives_until_its_end_and_not_a_microsecond_longer() {
        let mut documents = Documents::default();
        let end = NOW + Folder::Proxied.life(Duration::ZERO);

        documents.keep("/siade/a".to_owned(), here(b"%PDF"), end);

        let before = documents.find("/siade/a", end - Duration::from_micros(1));
        assert!(matches!(before, Found::Live(Content::Here(pdf)) if pdf == "%PDF"));
        assert!(matches!(documents.find("/siade/a", end), Found::Over));
        assert!(matches!(documents.find("/siade/b", NOW), Found::Unknown));
    }

    #[test]
    fn the_oldest_link_goes_when_there_are_too_many() {
        let mut documents = Documents::default();
        let end = NOW + Duration::from_secs(1);

        for number in 0..=CAPACITY {
            documents.keep(format!("/siade/{number}"), here(b""), end);
        }

        assert!(matches!(documents.find("/siade/0", NOW), Found::Unknown));
        assert!(matches!(documents.find("/siade/1", NOW), Found::Live(_)));
        assert_eq!(documents.kept.len(), CAPACITY);
    }
}
