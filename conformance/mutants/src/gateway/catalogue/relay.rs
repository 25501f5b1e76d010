//! Gateways that do not relay what a provider answers.

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "fails-for-no-reason",
        breaks: "Answers 502 where it should relay.",
        how: How::Sabotage(Sabotage::Status { from: 200, to: 502 }),
        kills: &[
            (RELAY, "not-200"),
            ("gw.timeout.not-before-deadline", "not-relayed"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "without-data",
        breaks: "Answers 200 with a body that has no data.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""data":"#,
            to: r#""datum":"#,
        }),
        kills: &[(RELAY, "undocumented-shape")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "invents-a-value",
        breaks: "Says of every company that its data may be used for sales, whatever INSEE says.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""diffusable_commercialement":true"#,
            to: r#""diffusable_commercialement":false"#,
        }),
        awaits: Some("gw.relay.values-unaltered"),
        ..Mutant::COMMON
    },
];

const RELAY: &str = "gw.relay.fast-provider-gives-200";
