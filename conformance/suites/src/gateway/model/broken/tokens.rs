//! Gateways that let the wrong callers in, or tell who they are.

use serde_json::json;

use super::{
    Broken, EVERY,
    relay::{put, status},
};
use crate::gateway::model::{
    answers::Answer,
    choreography::Operation,
    manners::{How, Manner, Told},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "lets a forged token in",
        how: How::Says(|told, answer| {
            when(told, answer, "forged", |answer| status(answer, 401, 200));
        }),
        collateral: QUOTA,
        ..broken(FORGED, "not-401")
    },
    Broken {
        does: "has another code for a forged token",
        how: How::Says(|told, answer| when(told, answer, "forged", recoded)),
        ..broken(FORGED, "wrong-code")
    },
    Broken {
        does: "lets an expired token in",
        how: How::Says(|told, answer| {
            when(told, answer, "expired", |answer| status(answer, 401, 200));
        }),
        collateral: QUOTA,
        ..broken(EXPIRED, "not-401")
    },
    Broken {
        does: "has another code for an expired token",
        how: How::Says(|told, answer| when(told, answer, "expired", recoded)),
        ..broken(EXPIRED, "wrong-code")
    },
    Broken {
        does: "ends the life of a token two seconds early",
        how: How::Manner(Manner::TokensEndEarly),
        score: &scores::ENDING,
        ..broken(EXPIRED, "ended-early")
    },
    Broken {
        does: "lets a revoked token in",
        how: How::Says(|told, answer| {
            when(told, answer, "revoked", |answer| status(answer, 401, 200));
        }),
        collateral: QUOTA,
        ..broken(REVOKED, "not-401")
    },
    Broken {
        does: "has another code for a revoked token",
        how: How::Says(|told, answer| when(told, answer, "revoked", recoded)),
        ..broken(REVOKED, "wrong-code")
    },
    Broken {
        does: "answers 401 to a token without the right",
        how: How::Says(|told, answer| {
            when(told, answer, "unprivileged", |answer| {
                status(answer, 403, 401);
            });
        }),
        collateral: &[LIST],
        ..broken(NO_RIGHT, "not-403")
    },
    Broken {
        does: "has another code for a token without the right",
        how: How::Says(|told, answer| when(told, answer, "unprivileged", recoded)),
        ..broken(NO_RIGHT, "wrong-code")
    },
    Broken {
        does: "does not list the rights of a token",
        how: How::Says(|told, answer| listed(told, answer, |answer| answer.body = json!([]))),
        ..broken(LIST, "no-list")
    },
    Broken {
        does: "refuses what it lists",
        how: How::Says(|told, answer| {
            when(told, answer, "standard", |answer| status(answer, 200, 403));
        }),
        collateral: &["gw.error.one-shape", "gw.partial.all-well-gives-200"],
        ..broken(LIST, "listed-and-refused")
    },
    Broken {
        does: "lists nothing and lets everything in",
        how: How::Says(|told, answer| {
            listed(told, answer, |answer| {
                answer.body = json!({"privileges": []});
            });
        }),
        ..broken(LIST, "not-listed-and-open")
    },
    Broken {
        does: "repeats the token that it refuses",
        how: How::Says(|told, answer| {
            when(told, answer, "expired", |answer| {
                put(answer, "/errors/0/detail", json!("⟦token:1⟧"));
            });
        }),
        ..broken("gw.token.never-echoed", "echoed")
    },
];

fn when(told: &Told<'_>, answer: &mut Answer, token: &str, spoil: fn(&mut Answer)) {
    if told.asked.step.token == Some(token) && told.asked.step.operation != Operation::Rights {
        spoil(answer);
    }
}

fn listed(told: &Told<'_>, answer: &mut Answer, spoil: fn(&mut Answer)) {
    if answer.status == 200 && told.asked.step.operation == Operation::Rights {
        spoil(answer);
    }
}

fn recoded(answer: &mut Answer) {
    put(answer, "/errors/0/code", json!("00199"));
}

const fn broken(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::TOKENS,
        editions: EVERY,
        convicts: (rule, reason),
        collateral: &[],
    }
}

/// Who lets a token in should count its calls and ask a provider.
const QUOTA: &[&str] = &[
    "gw.quota.headers-on-every-answer",
    "gw.quota.history-is-explained",
    "gw.quota.window-opens-at-first-call",
    "gw.cache.is-announced",
];
const FORGED: &str = "gw.auth.missing-or-forged-gives-401";
const EXPIRED: &str = "gw.auth.expired-gives-401";
const REVOKED: &str = "gw.auth.revoked-gives-401";
const NO_RIGHT: &str = "gw.auth.no-right-gives-403";
const LIST: &str = "gw.auth.privileges-are-listed";
