//! Gateways that call faults by the wrong names.

use doublure_fixtures::Edition;
use serde_json::json;

use super::{
    Broken, EVERY, OBSERVED,
    relay::{put, status},
    waiting::recode,
};
use crate::gateway::model::{
    answers::{Answer, Came},
    choreography::Act,
    manners::{How, Told},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "answers 500 where its provider fails",
        how: How::Says(|told, answer| {
            when(told, answer, Act::Fails, |answer| status(answer, 502, 500));
        }),
        ..broken("gw.error.internal-is-502", "not-502")
    },
    Broken {
        does: "answers 502 where its provider is out of service",
        how: How::Says(|told, answer| {
            when(told, answer, Act::Unavailable, |answer| {
                status(answer, 503, 502);
            });
        }),
        editions: &[Edition::Documented, Edition::DocumentedV2],
        collateral: &[SAME],
        ..broken("gw.error.unavailable-is-503", "not-503")
    },
    Broken {
        does: "answers 503 where its provider is out of service, though it declares 502",
        how: How::Says(|told, answer| {
            when(told, answer, Act::Unavailable, |answer| {
                status(answer, 502, 503);
            });
        }),
        editions: OBSERVED,
        collateral: &[SAME],
        ..broken("gw.error.unavailable-is-503", "not-503")
    },
    Broken {
        does: "answers 503 where its provider is late",
        how: How::Says(|_, answer| status(answer, 504, 503)),
        collateral: &[
            "gw.timeout.silent-provider-gives-504",
            "gw.timeout.slow-drip-is-bounded",
            SAME,
        ],
        ..broken("gw.error.late-is-504", "not-504")
    },
    Broken {
        does: "answers another status where INSEE fails",
        how: How::Says(|told, answer| at(told, answer, "insee", |answer| status(answer, 502, 503))),
        collateral: &["gw.error.internal-is-502", "gw.error.unavailable-is-503"],
        ..broken(SAME, "other-status")
    },
    Broken {
        does: "has a subcode of its own for the failures of INSEE",
        how: How::Says(|told, answer| {
            at(told, answer, "insee", |answer| recode(answer, "000", "998"));
        }),
        ..broken(SAME, "other-subcode")
    },
    Broken {
        does: "has one subcode for what fails and what has no meaning",
        how: How::Says(|_, answer| recode(answer, "999", "000")),
        ..broken(SAME, "classes-not-apart")
    },
    Broken {
        does: "calls all providers by one number",
        how: How::Says(|_, answer| {
            let code = answer.body["errors"][0]["code"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if let Some(subcode) = code.get(2..).filter(|_| !code.starts_with("00")) {
                put(answer, "/errors/0/code", json!(format!("01{subcode}")));
            }
        }),
        collateral: &[ANALYSIS],
        ..broken(SAME, "not-its-number")
    },
    Broken {
        does: "answers 503 for an account under analysis",
        how: How::Says(|told, answer| {
            when(told, answer, Act::Analysis, |answer| {
                status(answer, 502, 503);
            });
        }),
        ..broken(ANALYSIS, "not-502")
    },
    Broken {
        does: "has no code of its own for an account under analysis",
        how: How::Says(|_, answer| recode(answer, "501", "000")),
        ..broken(ANALYSIS, "wrong-code")
    },
    Broken {
        does: "names URSSAF where the documents say ACOSS",
        how: How::Says(|_, answer| put(answer, "/errors/0/meta/provider", json!("URSSAF"))),
        ..broken(ANALYSIS, "wrong-provider")
    },
    Broken {
        does: "says to come back a second early",
        how: How::Says(|_, answer| put(answer, "/errors/0/meta/retry_in", json!(172_799))),
        ..broken(ANALYSIS, "wrong-retry-in")
    },
];

fn when(told: &Told<'_>, answer: &mut Answer, act: Act, spoil: fn(&mut Answer)) {
    if told.came.iter().any(|(_, came)| *came == Came::Of(act)) {
        spoil(answer);
    }
}

fn at(told: &Told<'_>, answer: &mut Answer, provider: &str, spoil: fn(&mut Answer)) {
    if told.came.iter().any(|(id, _)| id == provider) {
        spoil(answer);
    }
}

const fn broken(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::MATRIX,
        editions: EVERY,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const SAME: &str = "gw.error.same-class-same-code";
const ANALYSIS: &str = "gw.error.acoss-under-analysis";
