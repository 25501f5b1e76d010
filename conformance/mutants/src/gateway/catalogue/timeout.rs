//! Gateways that wait for a provider too long, too short, or say the wrong thing of it.

use doublure_control::Overrides;
use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "asks-again-after-a-failure",
        breaks: "Asks a provider again that was out of service.",
        how: How::Sabotage(Sabotage::AsksAgainAt(503)),
        editions: &[Edition::Documented],
        kills: &[("gw.timeout.at-most-one-data-request", "asked-again")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "asks-again-after-a-bad-answer",
        breaks: "Asks a provider again that failed or said what cannot be read.",
        how: How::Sabotage(Sabotage::AsksAgainAt(502)),
        kills: &[("gw.timeout.at-most-one-data-request", "asked-again")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "late-is-502",
        breaks: "Answers 502 for a provider that does not answer.",
        how: How::Sabotage(Sabotage::Status { from: 504, to: 502 }),
        kills: &[
            (SILENT, "not-504"),
            (DRIP, "not-504"),
            ("gw.error.late-is-504", "not-504"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "late-is-unknown",
        breaks: "Gives a provider that does not answer the code of an unknown error.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""01002""#,
            to: r#""01999""#,
        }),
        kills: &[(SILENT, "wrong-subcode")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "waits-twice-as-long",
        breaks: "Waits for a provider until twice the deadline.",
        how: How::Overrides(|edition| deadline(edition, 20)),
        kills: &[
            (SILENT, "too-late"),
            (AFTER, "after-the-deadline"),
            (DRIP, "not-bounded"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "never-says-late",
        breaks: "Is as silent as its provider.",
        how: How::Sabotage(Sabotage::Swallows(504)),
        kills: &[(SILENT, "no-answer"), (AFTER, "after-the-deadline")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "gives-up-early",
        breaks: "Gives a provider up at eight tenths of the deadline.",
        how: How::Overrides(|edition| deadline(edition, 8)),
        kills: &[("gw.timeout.not-before-deadline", "gave-up-early")],
        // An answer before the deadline is no answer to a silence until then.
        collateral: &[SILENT],
        ..Mutant::COMMON
    },
    Mutant {
        name: "waits-a-little-longer",
        breaks: "Waits for a provider until twelve tenths of the deadline.",
        how: How::Overrides(|edition| deadline(edition, 12)),
        kills: &[(AFTER, "after-the-deadline")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "asks-again-when-late",
        breaks: "Asks a provider again that did not answer in time.",
        how: How::Sabotage(Sabotage::AsksTwice),
        kills: &[("gw.timeout.at-most-one-data-request", "asked-again")],
        // Who waits for two answers waits twice as long.
        collateral: &[SILENT, AFTER, "gw.timeout.not-before-deadline"],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-call-at-a-time",
        breaks: "Lets every call wait for the one before it.",
        how: How::Sabotage(Sabotage::OneAtATime),
        kills: &[("gw.timeout.slow-provider-harms-no-other", "others-wait")],
        collateral: &[SILENT, AFTER, "gw.timeout.not-before-deadline"],
        ..Mutant::COMMON
    },
];

/// So many tenths of the deadline that the edition sets for INSEE.
fn deadline(edition: Edition, tenths: u64) -> Overrides {
    let tenth_ms = match edition {
        Edition::Observed => 200,
        Edition::Documented | Edition::DocumentedV2 => 1_000,
    };
    Overrides {
        provider_deadline_ms: Some(tenths * tenth_ms),
        ..Overrides::default()
    }
}

const SILENT: &str = "gw.timeout.silent-provider-gives-504";
const AFTER: &str = "gw.timeout.not-much-after-deadline";
const DRIP: &str = "gw.timeout.slow-drip-is-bounded";
