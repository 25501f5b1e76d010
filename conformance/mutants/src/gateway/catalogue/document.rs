//! Gateways whose links to documents do not do what they promise.

use crate::{
    gateway::{How, Mutant},
    proxy::{Keeping, Sabotage},
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "document-without-link",
        breaks: "Calls the link to a document otherwise.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""document_url":"#,
            to: r#""document":"#,
        }),
        kills: &[(LIVE, "no-link")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "link-leads-nowhere",
        breaks: "Gives links to documents under another path than it keeps them.",
        how: How::Sabotage(Sabotage::Text {
            from: "/siade/",
            to: "/siades/",
        }),
        kills: &[(LIVE, "dead-link")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "first-hop-leads-nowhere",
        breaks: "Gives links to INPI's links under another path than it knows them.",
        how: How::Sabotage(Sabotage::Text {
            from: "/proxy/inpi/download/",
            to: "/proxy/inpi/downloads/",
        }),
        kills: &[(LIVE, "dead-link")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "page-for-document",
        breaks: "Gives a page for people where a document is due.",
        how: How::Sabotage(Sabotage::PageFor("application/pdf")),
        kills: &[(LIVE, "not-what-it-promises")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "stamps-documents",
        breaks: "Adds a line to each document that it gives.",
        how: How::Sabotage(Sabotage::Stamps("application/pdf")),
        kills: &[(LIVE, "other-bytes")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-document-for-all",
        breaks: "Gives the first document that it gave for every other one.",
        how: How::Sabotage(Sabotage::Keeps(Keeping::OneDocument)),
        kills: &[(LIVE, "other-bytes")],
        // What is kept is kept for ever.
        collateral: &[EXPIRES],
        ..Mutant::COMMON
    },
    Mutant {
        name: "document-is-told-as-a-page",
        breaks: "Says of documents that they are pages.",
        how: How::Sabotage(Sabotage::Says("content-type", "text/html; charset=utf-8")),
        kills: &[(LIVE, "other-media-type")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "link-without-term",
        breaks: "Does not say how long a link lives.",
        how: How::Sabotage(Sabotage::Text {
            from: r#"expires_in":86400"#,
            to: r#"expires_in":null"#,
        }),
        kills: &[(EXPIRES, "no-term")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "link-ends-early",
        breaks: "Says that a link lives a minute longer than it does.",
        how: How::Sabotage(Sabotage::Text {
            from: r#"expires_in":86400"#,
            to: r#"expires_in":86460"#,
        }),
        kills: &[(EXPIRES, "ends-early")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "link-outlives-its-term",
        breaks: "Says that a link lives a minute shorter than it does.",
        how: How::Sabotage(Sabotage::Text {
            from: r#"expires_in":86400"#,
            to: r#"expires_in":86340"#,
        }),
        kills: &[(EXPIRES, "outlives-its-term")],
        ..Mutant::COMMON
    },
];

const LIVE: &str = "gw.document.link-is-live";
const EXPIRES: &str = "gw.document.link-is-live-then-expires";
