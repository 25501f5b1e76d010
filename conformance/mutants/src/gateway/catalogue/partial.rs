//! Gateways that hide that a source is missing.

use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "partial-is-whole",
        breaks: "Answers 200 though a source is missing.",
        how: How::Sabotage(Sabotage::Status { from: 206, to: 200 }),
        kills: &[(PARTIAL, "not-206")],
        ..AGGREGATING
    },
    Mutant {
        name: "missing-is-null",
        breaks: "Leaves the values of a missing source null.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""Donnée indisponible""#,
            to: "null",
        }),
        kills: &[(PARTIAL, "not-marked")],
        ..AGGREGATING
    },
    Mutant {
        name: "marks-one-value-of-two",
        breaks: "Leaves one value of a missing source null and says of the others that they are missing.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""capital_social":"Donnée indisponible""#,
            to: r#""capital_social":null"#,
        }),
        kills: &[(PARTIAL, "marked-in-part")],
        ..AGGREGATING
    },
    Mutant {
        name: "marks-what-was-said",
        breaks: "Says that values are missing which their source gave.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""siege_social":true"#,
            to: r#""siege_social":"Donnée indisponible""#,
        }),
        kills: &[(PARTIAL, "marked-elsewhere"), (WHOLE, "marked")],
        ..AGGREGATING
    },
    Mutant {
        name: "aggregates-fail-otherwise",
        breaks: "Answers 502 for a main source that is out of service, where others get 503.",
        how: How::Sabotage(Sabotage::StatusThere("/v2/", (503, 502))),
        kills: &[(MAIN, "another-error")],
        ..AGGREGATING
    },
    Mutant {
        name: "denies-its-error",
        breaks: "Says that nothing went wrong though a source is missing.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""gateway_error":true"#,
            to: r#""gateway_error":false"#,
        }),
        kills: &[(PARTIAL, "gateway-error-not-true")],
        ..AGGREGATING
    },
    Mutant {
        name: "whole-is-partial",
        breaks: "Answers 206 though no source is missing.",
        how: How::Sabotage(Sabotage::Status { from: 200, to: 206 }),
        kills: &[(WHOLE, "not-200")],
        ..AGGREGATING
    },
    Mutant {
        name: "always-an-error",
        breaks: "Says that something went wrong though no source is missing.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""gateway_error":false"#,
            to: r#""gateway_error":true"#,
        }),
        kills: &[(WHOLE, "gateway-error-not-false")],
        ..AGGREGATING
    },
    Mutant {
        name: "masks-the-main-source",
        breaks: "Answers 206 though the main source is missing.",
        how: How::Sabotage(Sabotage::Status { from: 503, to: 206 }),
        kills: &[(MAIN, "masked")],
        ..AGGREGATING
    },
];

/// Only `documented` still has aggregates.
const AGGREGATING: Mutant = Mutant {
    editions: &[Edition::Documented],
    ..Mutant::COMMON
};

const PARTIAL: &str = "gw.partial.one-source-fails-gives-206";
const MAIN: &str = "gw.partial.main-source-fails-gives-its-error";
const WHOLE: &str = "gw.partial.all-well-gives-200";
