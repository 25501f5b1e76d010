//! Documents that are none, for the providers that send documents: each says how it sends them.
//!
//! - [`itself`]: the document is the body.
//! - [`in_base64`]: it comes in base64, bare or within a record.
//! - [`link`]: a link to it comes; what the link leads to is a call of its own, refused with [`fetched`].

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use doublure_scenarios::BadFile;
use http::StatusCode;

use crate::words::{CANARY, Words};

/// What stands in place of a document that is the body; none: it cannot go wrong so.
pub(crate) fn itself(kind: BadFile) -> Option<Bytes> {
    match kind {
        BadFile::WrongType => Some(page()),
        BadFile::Empty => Some(Bytes::new()),
        BadFile::NotBase64 | BadFile::Late | BadFile::Lost | BadFile::NoUrl => None,
    }
}

/// What stands in place of a document in base64; none: it cannot go wrong so.
pub(crate) fn in_base64(kind: BadFile) -> Option<String> {
    match kind {
        BadFile::NotBase64 => Some(format!("document introuvable sur {CANARY}")),
        BadFile::WrongType => Some(BASE64_STANDARD.encode(page())),
        BadFile::Empty => Some(String::new()),
        BadFile::Late | BadFile::Lost | BadFile::NoUrl => None,
    }
}

/// What stands in place of a link to a document; none: the link is right, and what it leads to is not.
pub(crate) fn link(kind: BadFile) -> Option<String> {
    (kind == BadFile::NoUrl).then(|| format!("document introuvable sur {CANARY}"))
}

/// What the call says that fetches a document by its link, under the media type of the document; none: that one goes
/// wrong before.
///
/// One that is late is never answered: these words are then not said.
pub(crate) fn fetched(kind: BadFile, media: &'static str) -> Option<Words> {
    match kind {
        BadFile::Late | BadFile::Lost => Some(Words::page(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
            "java.nio.file.NoSuchFileException: /ged/documents",
        )),
        BadFile::WrongType | BadFile::Empty => {
            itself(kind).map(|bytes| Words::new(StatusCode::OK, media, bytes))
        }
        BadFile::NotBase64 | BadFile::NoUrl => None,
    }
}

fn page() -> Bytes {
    Words::page(
        StatusCode::OK,
        "Une erreur s'est produite.",
        "java.lang.IllegalStateException: document",
    )
    .body
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [BadFile; 6] = [
        BadFile::NotBase64,
        BadFile::Late,
        BadFile::Lost,
        BadFile::NoUrl,
        BadFile::WrongType,
        BadFile::Empty,
    ];

    #[test]
    fn every_kind_goes_wrong_in_one_of_the_ways_in_which_documents_are_sent() {
        for kind in KINDS {
            let ways = [
                itself(kind).is_some(),
                in_base64(kind).is_some(),
                link(kind).is_some(),
                fetched(kind, "application/pdf").is_some(),
            ];

            assert!(ways.contains(&true), "{kind:?}");
        }
    }

    #[test]
    fn what_is_of_the_wrong_type_is_a_page_also_in_base64() {
        let page = itself(BadFile::WrongType).unwrap();
        let encoded = in_base64(BadFile::WrongType).unwrap();

        assert!(page.starts_with(b"<!DOCTYPE html>"));
        assert_eq!(BASE64_STANDARD.decode(encoded).unwrap(), page);
    }

    #[test]
    fn what_is_fetched_by_a_link_comes_under_the_media_type_of_the_document() {
        let wrong = fetched(BadFile::WrongType, "application/pdf").unwrap();
        let lost = fetched(BadFile::Lost, "application/pdf").unwrap();

        assert_eq!(
            (wrong.status.as_u16(), wrong.content_type),
            (200, "application/pdf")
        );
        assert_eq!(lost.status.as_u16(), 500);
    }
}
