//! Gateways that tell the state of their services wrongly, or not to everybody.

use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "pings-for-holders",
        breaks: "Demands a token of who asks for a ping.",
        how: How::Sabotage(Sabotage::StatusAt("/ping/", 401)),
        kills: &[("gw.status.needs-no-token", "refused")],
        ..STATUS
    },
    Mutant {
        name: "all-is-well",
        breaks: "Tells every provider as well.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""bad_gateway""#,
            to: r#""ok""#,
        }),
        kills: &[(TRUTH, "told-as-well")],
        ..STATUS
    },
    Mutant {
        name: "all-is-well-at-once",
        breaks: "Tells every provider as well where it tells of all.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""code":502"#,
            to: r#""code":200"#,
        }),
        // The running service does not tell of all.
        editions: &[Edition::Documented, Edition::DocumentedV2],
        kills: &[(TRUTH, "told-as-well")],
        ..STATUS
    },
    Mutant {
        name: "cries-wolf",
        breaks: "Tells every provider as failing.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""ok""#,
            to: r#""bad_gateway""#,
        }),
        kills: &[(TRUTH, "told-as-failing")],
        ..STATUS
    },
    Mutant {
        name: "pings-are-free",
        breaks: "Does not count pings towards the limit of an address.",
        how: How::Sabotage(Sabotage::ElsewhereAt("/ping/")),
        kills: &[("gw.status.obeys-the-address-limit", "not-counted")],
        collateral: &[
            "gw.ban.address-limit",
            "gw.ban.is-silence",
            "gw.ban.lasts-its-term",
            "gw.ban.covers-all-tokens",
        ],
        ..STATUS
    },
];

const STATUS: Mutant = Mutant {
    editions: &[
        Edition::Documented,
        Edition::DocumentedV2,
        Edition::Observed,
    ],
    ..Mutant::COMMON
};
const TRUTH: &str = "gw.status.tells-the-truth";
