//! Gateways that wait too long, too short, or for the wrong thing.

use super::{Broken, EVERY, relay::status};
use crate::gateway::model::{
    answers::{Answer, Came},
    manners::{How, Manner, Told},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "waits for a provider a fifth longer than it may",
        how: How::Numbers(|numbers| deadlines(numbers, 1_200)),
        collateral: &[SILENT, SLOW, DRIP],
        ..broken(AFTER, "after-the-deadline")
    },
    Broken {
        does: "waits for a provider twice as long as it may",
        how: How::Numbers(|numbers| deadlines(numbers, 2_000)),
        collateral: &[AFTER, SLOW, DRIP],
        ..broken(SILENT, "too-late")
    },
    Broken {
        does: "gives up on a provider at eight tenths of the deadline",
        how: How::Numbers(|numbers| deadlines(numbers, 800)),
        collateral: &[SLOW, CONFLICT],
        ..broken(EARLY, "gave-up-early")
    },
    Broken {
        does: "does not take an answer that comes late and in time",
        how: How::Says(|told, answer| {
            if told.asked.sources()[0].after >= 500 && answer.status == 200 {
                answer.body = refusal(told, 504, "01002").body;
                answer.status = 504;
            }
        }),
        collateral: &[CONFLICT],
        ..broken(EARLY, "not-relayed")
    },
    Broken {
        does: "says 502 where its provider is late",
        how: How::Says(|told, answer| {
            if is_late(told) {
                status(answer, 504, 502);
            }
        }),
        collateral: &[DRIP, LATE, "gw.error.same-class-same-code"],
        ..broken(SILENT, "not-504")
    },
    Broken {
        does: "calls a late provider by another subcode",
        how: How::Says(|told, answer| {
            if is_late(told) {
                recode(answer, "002", "999");
            }
        }),
        ..broken(SILENT, "wrong-subcode")
    },
    Broken {
        does: "never answers where its provider is late",
        how: How::Manner(Manner::NeverGivesUp),
        collateral: &[AFTER, SLOW, DRIP, "gw.ban.address-limit"],
        ..broken(SILENT, "no-answer")
    },
    Broken {
        does: "asks a provider that is late again",
        how: How::Manner(Manner::AsksAgain),
        collateral: &[CONFLICT],
        ..broken("gw.timeout.at-most-one-data-request", "asked-again")
    },
    Broken {
        does: "lets every call wait for the one before it",
        how: How::Manner(Manner::OneAtATime),
        collateral: &[SILENT, AFTER, EARLY, DRIP, CONFLICT],
        ..broken(SLOW, "others-wait")
    },
    Broken {
        does: "gives a provider that drips more time with each byte",
        how: How::Manner(Manner::DripsOn),
        collateral: &[SILENT, AFTER, SLOW],
        ..broken(DRIP, "not-bounded")
    },
    Broken {
        does: "says 502 where its provider drips",
        how: How::Says(|told, answer| {
            if is_late(told) {
                status(answer, 504, 502);
            }
        }),
        collateral: &[SILENT, LATE, "gw.error.same-class-same-code"],
        ..broken(DRIP, "not-504")
    },
    Broken {
        does: "serves a call again that is running",
        how: How::Manner(Manner::ServesTwins),
        ..broken(CONFLICT, "not-409")
    },
    Broken {
        does: "asks the provider again for a call that it refuses because it is running",
        how: How::Manner(Manner::AsksForTwins),
        ..broken(CONFLICT, "asked-again")
    },
    Broken {
        does: "refuses the first of two identical calls as well",
        how: How::Says(|told, answer| {
            if told.asked.sources()[0].after >= 500 && answer.status == 200 {
                answer.body = refusal(told, 409, "00015").body;
                answer.status = 409;
            }
        }),
        collateral: &[EARLY],
        ..broken(CONFLICT, "not-served")
    },
];

/// What is said where something is refused.
fn refusal(told: &Told<'_>, status: u16, code: &str) -> Answer {
    Answer::refusal(told.asked, status, &[(code, None)])
}

fn is_late(told: &Told<'_>) -> bool {
    told.came.iter().any(|(_, came)| *came == Came::Late)
}

/// Puts another subcode in the place of one.
pub(super) fn recode(answer: &mut Answer, from: &str, to: &str) {
    let code = answer.body["errors"][0]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if let Some(number) = code.strip_suffix(from) {
        answer.body["errors"][0]["code"] = format!("{number}{to}").into();
    }
}

fn deadlines(numbers: &mut doublure_rules::GatewayProfile, thousandths: u64) {
    for operation in numbers.operations.values_mut() {
        operation.deadline_ms = operation.deadline_ms * thousandths / 1_000;
    }
}

const fn broken(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::WAITING,
        editions: EVERY,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const SILENT: &str = "gw.timeout.silent-provider-gives-504";
const EARLY: &str = "gw.timeout.not-before-deadline";
const AFTER: &str = "gw.timeout.not-much-after-deadline";
const DRIP: &str = "gw.timeout.slow-drip-is-bounded";
const SLOW: &str = "gw.timeout.slow-provider-harms-no-other";
const LATE: &str = "gw.error.late-is-504";
const CONFLICT: &str = "gw.conflict.same-call-running-gives-409";
