//! Gateways that confuse the classes of faults, or tell one provider's otherwise than another's; and one that runs
//! the same call twice.

use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "one-provider-s-outage-is-its-own-fault",
        breaks: "Answers 500 when Infogreffe is out of service, and as documented for all others.",
        how: How::Sabotage(Sabotage::StatusOf(r#""02001""#, 500)),
        kills: &[(CLASSES, "other-status")],
        collateral: &[UNAVAILABLE],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-provider-s-outage-has-another-code",
        breaks: "Gives an outage of Infogreffe a subcode of its own.",
        how: How::Sabotage(text(r#""02001""#, r#""02998""#)),
        kills: &[(CLASSES, "other-subcode")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "late-is-an-outage",
        breaks: "Gives lateness the subcode of an outage.",
        how: How::Sabotage(text(r#"002""#, r#"001""#)),
        kills: &[(CLASSES, "classes-not-apart")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-provider-under-another-s-number",
        breaks: "Tells the faults of Infogreffe under INSEE's number.",
        how: How::Sabotage(text(r#""code":"02"#, r#""code":"01"#)),
        kills: &[(CLASSES, "not-its-number")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "hangs-up-over-nonsense",
        breaks: "Closes the connection where what INSEE says has no meaning.",
        how: How::Sabotage(Sabotage::HangsUpOver(r#""01999""#)),
        kills: &[(CLASSES, "no-answer")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "takes-the-blame",
        breaks: "Answers 500 where a provider failed.",
        how: How::Sabotage(Sabotage::Status { from: 502, to: 500 }),
        kills: &[("gw.error.internal-is-502", "not-502")],
        collateral: &[UNAVAILABLE],
        ..Mutant::COMMON
    },
    Mutant {
        name: "outage-is-a-failure",
        breaks: "Answers 500 where a provider is out of service.",
        how: How::Sabotage(Sabotage::Status { from: 503, to: 500 }),
        editions: &[Edition::Documented],
        kills: &[(UNAVAILABLE, "not-503")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "runs-the-same-call-twice",
        breaks: "Answers 200 where the same call is running.",
        how: How::Sabotage(Sabotage::Status { from: 409, to: 200 }),
        kills: &[(CONFLICT, "not-409")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "serves-neither",
        breaks: "Fails the call during which it was made again.",
        how: How::Sabotage(Sabotage::Status { from: 200, to: 503 }),
        kills: &[(CONFLICT, "not-served")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "asks-twice-for-one",
        breaks: "Asks the provider twice for a call that was made again.",
        how: How::Sabotage(Sabotage::AsksTwice),
        // What is asked a second time is answered from the cache in `observed`.
        editions: &[Edition::Documented],
        kills: &[(CONFLICT, "asked-again")],
        ..Mutant::COMMON
    },
];

const fn text(from: &'static str, to: &'static str) -> Sabotage {
    Sabotage::Text { from, to }
}

const CLASSES: &str = "gw.error.same-class-same-code";
const UNAVAILABLE: &str = "gw.error.unavailable-is-503";
const CONFLICT: &str = "gw.conflict.same-call-running-gives-409";
