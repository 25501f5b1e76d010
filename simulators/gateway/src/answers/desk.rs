//! Where an answer with documents is made: it keeps them, and gives the links that lead to them.

use std::time::Duration;

use bytes::Bytes;
use doublure_journal::Moment;
use doublure_kernel::Dice;

use super::{asked::Asked, dates, paper::Paper};
use crate::{
    documents::{self, Content, File, Folder},
    query::Query,
    sources::Ask,
    uuid::uuid,
};

/// Where an answer is made.
pub(crate) struct Desk<'a> {
    /// Who asked for what.
    pub(crate) asked: Asked<'a>,
    /// The whole query, for what must be passed on.
    pub(crate) query: &'a Query,
    /// The moment it is made.
    pub(crate) now: Moment,
    /// How long a document that is kept lives.
    pub(crate) life: Duration,
    /// Chance, and which of its draws are this call's.
    pub(crate) chance: (&'a Dice, u64),
    /// What was kept: path, content, end of the link.
    pub(crate) kept: Vec<(String, Content, Moment)>,
}

impl Desk<'_> {
    /// Keeps a document (a PDF, or of another kind) under a name, and what can be told of it.
    pub(crate) fn paper(&mut self, name: &str, pdf: Bytes) -> Paper {
        let path = documents::path_of(
            name,
            &pdf,
            self.now,
            [0, 1, 2].map(|part| self.draw(3, part)),
        );
        Paper {
            url: self.keep(Folder::Kept, path, Content::Here(pdf.clone())),
            pdf,
            life: self.life,
            today: dates::day_in_paris(self.now.unix_seconds()),
        }
    }

    /// The link to a file that stays with its provider until the link is opened, and how long that lives.
    pub(crate) fn file(&mut self, ask: Ask, file: &str) -> (String, Duration) {
        (
            self.leave(Folder::Proxied, ask, file),
            Folder::Proxied.life(self.life),
        )
    }

    /// The link to a link to a file that stays with its provider (INPI's two hops).
    pub(crate) fn download(&mut self, ask: Ask, file: &str) -> String {
        self.leave(Folder::Download, ask, file)
    }

    fn leave(&mut self, folder: Folder, ask: Ask, file: &str) -> String {
        let path = format!(
            "{}{}",
            folder.path(),
            uuid([0, 1].map(|part| self.draw(2, part)))
        );
        let content = File {
            ask,
            entity: self.asked.entity.into(),
            file: file.into(),
        };
        self.keep(folder, path, Content::There(content))
    }

    fn keep(&mut self, folder: Folder, path: String, content: Content) -> String {
        let url = format!("{}{path}", self.asked.base);
        let end = self.now + folder.life(self.life);
        self.kept.push((path, content, end));
        url
    }

    /// One of the `parts` draws that the next link of this call has.
    fn draw(&self, parts: u64, part: u64) -> u64 {
        let (dice, call) = self.chance;
        let purpose = match self.kept.len() {
            0 => "document".to_owned(),
            others => format!("document {others}"),
        };
        dice.bits(&purpose, parts.wrapping_mul(call).wrapping_add(part))
    }
}

/// The file that a link of [`Desk::download`] leads to, under a link of its own.
pub(crate) fn second_hop(file: &File, chance: (&Dice, u64)) -> (String, Content) {
    let (dice, call) = chance;
    let bits = [0, 1].map(|part| dice.bits("second hop", call.wrapping_mul(2).wrapping_add(part)));
    let path = format!("{}{}", Folder::Proxied.path(), uuid(bits));
    (path, Content::There(file.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples;

    #[test]
    fn each_link_of_an_answer_is_another() {
        let chance = Dice::new(1, "desk");
        let query = Query::default();
        let mut desk = samples::desk(&chance, &query);

        let first = desk.paper("a", Bytes::from_static(b"%PDF-1")).url;
        let second = desk.paper("a", Bytes::from_static(b"%PDF-2")).url;
        let (file, life) = desk.file(crate::sources::dgfip::ATTESTATION_FISCALE, "x");
        let hop = desk.download(crate::sources::dgfip::ATTESTATION_FISCALE, "x");

        assert_ne!(first, second);
        assert!(file.starts_with("http://here/proxy/files/"), "{file}");
        assert!(hop.starts_with("http://here/proxy/inpi/download/"), "{hop}");
        assert_eq!(life.as_secs(), 86_400);
        let ends: Vec<u64> = desk
            .kept
            .iter()
            .map(|(_, _, end)| end.since(desk.now).as_secs())
            .collect();
        assert_eq!(ends, [86_400, 86_400, 86_400, 3_600]);
    }
}
