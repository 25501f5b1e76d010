//! Gateways that count wrongly, or say wrongly what they count.

use super::{
    Broken, COUNTING, DOCUMENTED, OBSERVED,
    relay::{put, status},
};
use crate::gateway::model::{
    answers::Answer,
    manners::{How, Manner},
    scores,
};

pub(in crate::gateway::model) const BROKEN: &[Broken] = &[
    Broken {
        does: "allows one call more than its limit",
        how: How::Numbers(|numbers| limits(numbers, 1)),
        collateral: &[STRICT, JSON, DOCUMENTS, EXACT, DOWN, EXPLAINED, OWN],
        ..broken(OVER, "accepted-over-limit")
    },
    Broken {
        does: "refuses the last call of its limit",
        how: How::Numbers(|numbers| limits(numbers, -1)),
        collateral: &[STRICT, JSON, DOCUMENTS, EXACT, EXPLAINED, ENDS, OWN],
        ..broken(OVER, "refused-too-early")
    },
    Broken {
        does: "has another code for a call too many",
        how: How::Says(|_, answer| {
            if answer.status == 429 {
                put(answer, "/errors/0/code", "00430".into());
            }
        }),
        ..broken(OVER, "wrong-code")
    },
    Broken {
        does: "allows fewer documents than it declares",
        how: How::Numbers(|numbers| limits(numbers, -1)),
        editions: DOCUMENTED,
        collateral: &[OVER, STRICT, JSON, EXACT, EXPLAINED, ENDS, OWN],
        ..broken(DOCUMENTS, "fewer-calls")
    },
    Broken {
        does: "allows more calls of an operation with a limit of its own",
        how: How::Numbers(|numbers| limits(numbers, 1)),
        editions: OBSERVED,
        collateral: &[OVER, JSON, DOCUMENTS, EXACT, DOWN, EXPLAINED, OWN],
        ..broken(STRICT, "more-calls")
    },
    Broken {
        does: "allows more calls at once than its limit",
        how: How::Numbers(|numbers| limits(numbers, 1)),
        collateral: &[OVER, JSON, DOCUMENTS, STRICT, DOWN, EXPLAINED, OWN],
        ..broken(EXACT, "too-many")
    },
    Broken {
        does: "counts in windows of 59 s",
        how: How::Numbers(|numbers| numbers.quota_window_ms = 59_000),
        collateral: &[
            EXPLAINED, OVER, ENDS, WAIT, STRICT, JSON, DOCUMENTS, EXACT, DOWN,
        ],
        ..broken(WINDOW, "other-reset")
    },
    Broken {
        does: "opens windows on the minute",
        how: How::Manner(Manner::OtherStart),
        editions: DOCUMENTED,
        collateral: &[
            EXPLAINED, OVER, ENDS, WAIT, STRICT, JSON, DOCUMENTS, EXACT, DOWN,
        ],
        ..broken(WINDOW, "aligned-on-the-minute")
    },
    Broken {
        does: "opens windows at the first call",
        how: How::Manner(Manner::OtherStart),
        editions: OBSERVED,
        collateral: &[
            EXPLAINED, OVER, ENDS, WAIT, STRICT, JSON, DOCUMENTS, EXACT, DOWN, GROUP, VERSIONS,
            TOKEN, OWN,
        ],
        ..broken(WINDOW, "opens-at-first-call")
    },
    Broken {
        does: "moves the end of its window with each call",
        how: How::Manner(Manner::Slides),
        editions: DOCUMENTED,
        collateral: &[EXPLAINED, OVER, ENDS, WAIT],
        ..broken(WINDOW, "slides")
    },
    Broken {
        does: "does not say when its window ends",
        how: How::Says(|_, answer| answer.headers.retain(|(name, _)| name != "RateLimit-Reset")),
        collateral: &[EXPLAINED, HEADERS, WAIT],
        ..broken(WINDOW, "no-reset")
    },
    Broken {
        does: "leaves a header out where it refuses",
        how: How::Says(|_, answer| {
            if answer.status == 429 {
                answer.headers.retain(|(name, _)| name != "RateLimit-Limit");
            }
        }),
        collateral: &[EXPLAINED],
        ..broken(HEADERS, "missing")
    },
    Broken {
        does: "says in words how many calls may be made",
        how: How::Says(|_, answer| say(answer, "RateLimit-Limit", |_| "beaucoup".to_owned())),
        collateral: &[EXPLAINED],
        ..broken(HEADERS, "no-number")
    },
    Broken {
        does: "says in how long its window ends",
        how: How::Says(|_, answer| say(answer, "RateLimit-Reset", |_| "60".to_owned())),
        collateral: &[
            EXPLAINED, WINDOW, WAIT, ENDS, GROUP, TOKEN, VERSIONS, OWN, WHAT,
        ],
        ..broken(HEADERS, "no-time")
    },
    Broken {
        does: "always says that one call is left",
        how: How::Says(|_, answer| say(answer, "RateLimit-Remaining", |_| "1".to_owned())),
        collateral: &[EXPLAINED, GROUP, TOKEN, VERSIONS, OWN, WHAT, ENDS],
        ..broken(DOWN, "given-twice")
    },
    Broken {
        does: "says how many calls were left before",
        how: How::Says(|_, answer| {
            say(answer, "RateLimit-Remaining", |left| (left + 1).to_string());
        }),
        collateral: &[EXPLAINED, GROUP, TOKEN, VERSIONS, OWN, WHAT],
        ..broken(DOWN, "other-value")
    },
    Broken {
        does: "asks to wait two seconds longer than needed",
        how: How::Says(|_, answer| say(answer, "Retry-After", |wait| (wait + 2).to_string())),
        collateral: &[EXPLAINED],
        ..broken(WAIT, "not-the-truth")
    },
    Broken {
        does: "does not say how long to wait",
        how: How::Says(|_, answer| answer.headers.retain(|(name, _)| name != "Retry-After")),
        collateral: &[EXPLAINED],
        ..broken(WAIT, "no-retry-after")
    },
    Broken {
        does: "asks to wait where it does not refuse",
        how: How::Says(|_, answer| {
            if answer.status == 200 {
                answer
                    .headers
                    .push(("Retry-After".to_owned(), "1".to_owned()));
            }
        }),
        collateral: &[EXPLAINED],
        ..broken(WAIT, "stands-elsewhere")
    },
    Broken {
        does: "never gives the calls of a window back",
        how: How::Manner(Manner::ForEver),
        collateral: &[EXPLAINED, WAIT, OVER],
        ..broken(ENDS, "still-refused")
    },
    Broken {
        does: "lets a call in after each that it refused",
        how: How::Manner(Manner::Forgets),
        collateral: &[
            EXPLAINED, OVER, STRICT, JSON, DOCUMENTS, EXACT, DOWN, OWN, GROUP, VERSIONS, TOKEN,
            WHAT,
        ],
        ..broken(ENDS, "ends-early")
    },
    Broken {
        does: "counts every call twice",
        how: How::Manner(Manner::CountsTwice),
        collateral: &[
            OVER, STRICT, JSON, DOCUMENTS, EXACT, DOWN, OWN, GROUP, VERSIONS, TOKEN, ENDS,
        ],
        ..broken(EXPLAINED, "no-phase-explains-it")
    },
    Broken {
        does: "counts the calls of all tokens together",
        how: How::Manner(Manner::WithoutTokens),
        score: &scores::QUOTA,
        collateral: &[
            EXPLAINED, OVER, STRICT, JSON, DOCUMENTS, EXACT, DOWN, OWN, GROUP, ENDS, VERSIONS,
            WINDOW,
        ],
        ..broken(TOKEN, "tokens-share")
    },
    Broken {
        does: "counts the calls of all groups together",
        how: How::Manner(Manner::WithoutGroups),
        score: &scores::QUOTA,
        editions: DOCUMENTED,
        collateral: &[
            EXPLAINED, OVER, STRICT, JSON, DOCUMENTS, EXACT, DOWN, OWN, ENDS, VERSIONS, TOKEN,
            WINDOW, WHAT,
        ],
        ..broken(GROUP, "groups-share")
    },
    Broken {
        does: "counts the calls of all groups together, also of those with a limit of their own",
        how: How::Manner(Manner::WithoutGroups),
        score: &scores::QUOTA,
        editions: OBSERVED,
        collateral: &[
            EXPLAINED, OVER, STRICT, JSON, DOCUMENTS, EXACT, DOWN, GROUP, ENDS, VERSIONS, TOKEN,
            WINDOW, WHAT,
        ],
        ..broken(OWN, "drawn-on")
    },
    Broken {
        does: "counts the calls of each operation apart",
        how: How::Manner(Manner::ByOperation),
        score: &scores::QUOTA,
        collateral: &[
            EXPLAINED, OVER, STRICT, JSON, DOCUMENTS, EXACT, DOWN, OWN, ENDS, VERSIONS, TOKEN,
            WHAT, WINDOW, WAIT,
        ],
        ..broken(GROUP, "not-shared")
    },
    Broken {
        does: "counts the calls of each version apart",
        how: How::Manner(Manner::ByVersion),
        score: &scores::QUOTA,
        collateral: &[
            EXPLAINED, OVER, STRICT, JSON, DOCUMENTS, EXACT, DOWN, OWN, ENDS, GROUP, TOKEN, WHAT,
            WINDOW, WAIT,
        ],
        ..broken(VERSIONS, "versions-apart")
    },
    Broken {
        does: "counts excepted operations in a group as well",
        how: How::Manner(Manner::ExceptionsInGroup),
        score: &scores::QUOTA,
        collateral: &[
            EXPLAINED, OVER, JSON, EXACT, GROUP, VERSIONS, TOKEN, DOWN, ENDS, WINDOW, WHAT,
        ],
        ..broken(OWN, "draws-on-group")
    },
    Broken {
        does: "does not count what it refuses",
        how: How::Manner(Manner::GoodOnly),
        score: &scores::QUESTIONS,
        collateral: &[EXPLAINED, GROUP, VERSIONS, DOWN],
        ..broken(WHAT, "not-counted")
    },
    Broken {
        does: "allows fewer calls of an operation with a limit of its own",
        how: How::Numbers(|numbers| limits(numbers, -1)),
        editions: OBSERVED,
        collateral: &[OVER, JSON, DOCUMENTS, EXACT, EXPLAINED, ENDS, OWN],
        ..broken(STRICT, "fewer-calls")
    },
    Broken {
        does: "allows more documents than it declares",
        how: How::Numbers(|numbers| limits(numbers, 1)),
        editions: DOCUMENTED,
        collateral: &[OVER, STRICT, JSON, EXACT, DOWN, EXPLAINED, OWN],
        ..broken(DOCUMENTS, "more-calls")
    },
    Broken {
        does: "allows fewer answers in JSON than it declares",
        how: How::Numbers(|numbers| limits(numbers, -1)),
        score: &scores::SPENDING_JSON,
        collateral: &[OVER, STRICT, DOCUMENTS, EXACT, EXPLAINED, ENDS, OWN],
        ..broken(JSON, "fewer-calls")
    },
    Broken {
        does: "allows more answers in JSON than it declares",
        how: How::Numbers(|numbers| limits(numbers, 1)),
        score: &scores::SPENDING_JSON,
        collateral: &[OVER, STRICT, DOCUMENTS, EXACT, DOWN, EXPLAINED, OWN],
        ..broken(JSON, "more-calls")
    },
    Broken {
        does: "allows fewer calls at once than its limit",
        how: How::Numbers(|numbers| limits(numbers, -1)),
        collateral: &[OVER, JSON, DOCUMENTS, STRICT, EXPLAINED, ENDS, OWN],
        ..broken(EXACT, "too-few")
    },
    Broken {
        does: "does not say how many calls are left",
        how: How::Says(|_, answer| {
            answer
                .headers
                .retain(|(name, _)| name != "RateLimit-Remaining");
        }),
        collateral: &[EXPLAINED, HEADERS, WHAT, TOKEN, GROUP, VERSIONS, OWN, ENDS],
        ..broken(DOWN, "no-remaining")
    },
    Broken {
        does: "says that one call more is left than its limit",
        how: How::Says(|_, answer| {
            say(answer, "RateLimit-Remaining", |left| (left + 1).to_string());
        }),
        collateral: &[DOWN, GROUP, TOKEN, VERSIONS, OWN, WHAT],
        ..broken(EXPLAINED, "one-answer-contradicts-it")
    },
    Broken {
        does: "still refuses when the wait is over",
        how: How::Manner(Manner::ForEver),
        collateral: &[EXPLAINED, ENDS, OVER],
        ..broken(WAIT, "still-refused")
    },
    Broken {
        does: "gives one call too few back when its window ends",
        how: How::Manner(Manner::GivesLessBack),
        collateral: &[EXPLAINED, OVER, STRICT, DOCUMENTS, EXACT, WAIT],
        ..broken(ENDS, "not-full-again")
    },
    Broken {
        does: "counts what it refuses twice",
        how: How::Manner(Manner::RefusalsTwice),
        score: &scores::QUESTIONS,
        collateral: &[EXPLAINED, GROUP, VERSIONS, DOWN],
        ..broken(WHAT, "counted-again")
    },
    Broken {
        does: "counts a forged token's calls for the good one",
        how: How::Manner(Manner::CountsForged),
        score: &scores::FORGERIES,
        collateral: &[EXPLAINED],
        ..broken(WHAT, "bad-token-counted")
    },
    Broken {
        does: "answers 503 to a call too many",
        how: How::Says(|_, answer| status(answer, 429, 503)),
        collateral: &[EXPLAINED, STRICT, JSON, DOCUMENTS, EXACT, DOWN, WAIT],
        ..broken(OVER, "accepted-over-limit")
    },
];

/// Says a header otherwise.
fn say(answer: &mut Answer, header: &str, otherwise: fn(u64) -> String) {
    for (_, value) in answer.headers.iter_mut().filter(|(name, _)| name == header) {
        *value = otherwise(value.parse().unwrap_or_default());
    }
}

fn limits(numbers: &mut doublure_rules::GatewayProfile, more: i32) {
    for limit in numbers.quota_limits.values_mut() {
        *limit = limit.saturating_add_signed(more);
    }
}

const fn broken(rule: &'static str, reason: &'static str) -> Broken {
    Broken {
        does: "",
        how: How::Sound,
        score: &scores::SPENDING,
        editions: COUNTING,
        convicts: (rule, reason),
        collateral: &[],
    }
}

const WINDOW: &str = "gw.quota.window-opens-at-first-call";
const OVER: &str = "gw.quota.over-limit-gives-429";
const HEADERS: &str = "gw.quota.headers-on-every-answer";
const WHAT: &str = "gw.quota.what-counts";
const EXPLAINED: &str = "gw.quota.history-is-explained";
const STRICT: &str = "gw.quota.strict-endpoint";
const JSON: &str = "gw.quota.json-group";
const DOCUMENTS: &str = "gw.quota.document-group";
const EXACT: &str = "gw.quota.exact-under-concurrency";
const DOWN: &str = "gw.quota.remaining-counts-down";
const WAIT: &str = "gw.quota.retry-after-is-the-truth";
const ENDS: &str = "gw.quota.window-ends";
const TOKEN: &str = "gw.quota.per-token";
const GROUP: &str = "gw.quota.per-group";
const VERSIONS: &str = "gw.quota.versions-share";
const OWN: &str = "gw.quota.exception-has-own-counter";
