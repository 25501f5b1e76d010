//! Gateways that do not relay what a provider answers.

use crate::{
    gateway::{How, Mutant},
    proxy::{Distortion, Keeping, Sabotage},
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
        collateral: &[VALUES],
        ..Mutant::COMMON
    },
    Mutant {
        name: "invents-a-value",
        breaks: "Says of every company that its data may be used for sales, whatever INSEE says.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""diffusable_commercialement":true"#,
            to: r#""diffusable_commercialement":false"#,
        }),
        kills: &[(VALUES, "altered")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "invents-a-name",
        breaks: "Gives companies without a name in use one.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""nom_usage":null"#,
            to: r#""nom_usage":"DUPONT""#,
        }),
        kills: &[(VALUES, "invented")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "drops-a-value",
        breaks: "Calls a documented field otherwise.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""forme_juridique":"#,
            to: r#""forme":"#,
        }),
        kills: &[(VALUES, "dropped")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "swaps-two-values",
        breaks: "Says a company's activity where its legal form is due, and the other way round.",
        how: How::Sabotage(Sabotage::Swaps(
            r#""forme_juridique":"#,
            r#""activite_principale":"#,
        )),
        kills: &[(VALUES, "swapped")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "rounds-numbers",
        breaks: "Leaves out what stands behind the point of a number.",
        how: distorts(Distortion::Rounds),
        kills: &[(VALUES, "altered")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "loses-the-time-zone",
        breaks: "Reads days in another time zone than they were written in.",
        how: distorts(Distortion::LosesTimeZones),
        kills: &[(VALUES, "altered")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "mistakes-the-encoding",
        breaks: "Takes text in UTF-8 for Latin-1.",
        how: distorts(Distortion::MistakesEncodings),
        kills: &[(VALUES, "altered")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "drops-accents",
        breaks: "Writes names without their accents.",
        how: distorts(Distortion::DropsAccents),
        kills: &[(VALUES, "altered")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "remembers-answers",
        breaks: "Gives an earlier answer again, asks nobody and does not say so.",
        how: How::Sabotage(Sabotage::Keeps(Keeping::Stubbornly)),
        kills: &[(VALUES, "stale")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "puts-values-in-the-wrong-fields",
        breaks: "Says a manager's name where the first name is due, and the other way round.",
        how: How::Sabotage(Sabotage::Swaps(r#""nom":"#, r#""prenom":"#)),
        kills: &[(VALUES, "swapped")],
        ..Mutant::COMMON
    },
];

const fn distorts(distortion: Distortion) -> How {
    How::Sabotage(Sabotage::Distorts(distortion))
}

const RELAY: &str = "gw.relay.fast-provider-gives-200";
const VALUES: &str = "gw.relay.values-unaltered";
