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
        name: "denies-its-error",
        breaks: "Says that nothing went wrong though a source is missing.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""gateway_error":true"#,
            to: r#""gateway_error":false"#,
        }),
        kills: &[(PARTIAL, "gateway-error-not-true")],
        ..AGGREGATING
    },
];

/// Only `documented` still has aggregates.
const AGGREGATING: Mutant = Mutant {
    editions: &[Edition::Documented],
    ..Mutant::COMMON
};

const PARTIAL: &str = "gw.partial.one-source-fails-gives-206";
