//! Gateways that count wrongly, or say wrongly what they count.

use doublure_control::{Overrides, WindowStart};
use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::{Counting, Sabotage},
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "no-reset",
        breaks: "Does not say when the window ends.",
        how: How::Sabotage(Sabotage::Without("ratelimit-reset")),
        kills: &[(WINDOW, "no-reset"), (HEADERS, "missing")],
        collateral: &[WHAT],
        ..Mutant::COMMON
    },
    Mutant {
        name: "window-on-the-minute",
        breaks: "Opens windows on the minute though it declares that the first call does.",
        how: How::Overrides(|_| starting(WindowStart::Aligned)),
        editions: &[Edition::Documented],
        kills: &[(WINDOW, "aligned-on-the-minute")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "window-at-first-call",
        breaks: "Opens windows at the first call though it declares that they stand on the minute.",
        how: How::Overrides(|_| starting(WindowStart::FirstCall)),
        editions: &[Edition::Observed],
        kills: &[(WINDOW, "opens-at-first-call")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "window-slides",
        breaks: "Moves the end of the window with each call.",
        how: How::Sabotage(Sabotage::Grows("ratelimit-reset")),
        kills: &[(WINDOW, "slides")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "reset-a-second-late",
        breaks: "Names an end of the window that is one second late.",
        how: How::Sabotage(Sabotage::Plus("ratelimit-reset", 1)),
        kills: &[
            (WINDOW, "other-reset"),
            (EXPLAINED, "one-answer-contradicts-it"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "short-window",
        breaks: "Counts in windows of 59 s.",
        how: How::Overrides(|_| lasting(59)),
        kills: &[
            (WINDOW, "other-reset"),
            (EXPLAINED, "one-answer-contradicts-it"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "long-window",
        breaks: "Counts in windows of 61 s.",
        how: How::Overrides(|_| lasting(61)),
        kills: &[(WINDOW, "other-reset")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-call-too-few",
        breaks: "Refuses the last call of the strictest quota.",
        how: How::Overrides(|edition| limited(strictest(edition), 4)),
        kills: &[
            (OVER, "refused-too-early"),
            (STRICT, "fewer-calls"),
            (EXACT, "too-few"),
        ],
        collateral: &[ENDS],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-call-too-many",
        breaks: "Accepts one call more than the strictest quota allows.",
        how: How::Overrides(|edition| limited(strictest(edition), 6)),
        kills: &[
            (OVER, "accepted-over-limit"),
            (STRICT, "more-calls"),
            (EXACT, "too-many"),
        ],
        collateral: &[DOWN],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-json-call-too-few",
        breaks: "Refuses the last call of the quota of JSON operations.",
        how: How::Overrides(|_| limited("json", 249)),
        kills: &[(JSON, "fewer-calls"), (EXACT, "too-few")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-json-call-too-many",
        breaks: "Accepts one call more than the quota of JSON operations allows.",
        how: How::Overrides(|_| limited("json", 251)),
        kills: &[(JSON, "more-calls"), (EXACT, "too-many")],
        collateral: &[DOWN],
        ..Mutant::COMMON
    },
    Mutant {
        name: "too-many-is-unavailable",
        breaks: "Answers 503 to a call too many.",
        how: How::Sabotage(Sabotage::Status { from: 429, to: 503 }),
        kills: &[(OVER, "accepted-over-limit")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "too-many-has-another-code",
        breaks: "Gives a call too many a code that is not documented.",
        how: How::Sabotage(Sabotage::Text {
            from: r#""00429""#,
            to: r#""00430""#,
        }),
        kills: &[(OVER, "wrong-code")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "asks-twice",
        breaks: "Passes every call on twice.",
        how: How::Sabotage(Sabotage::AsksTwice),
        kills: &[(OVER, "refused-too-early")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "counts-twice",
        breaks: "Counts every call twice and says so.",
        how: How::Sabotage(Sabotage::AsksBefore),
        kills: &[(WHAT, "counted-again"), (EXPLAINED, "no-phase-explains-it")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "no-retry-after",
        breaks: "Does not say after how long to call again.",
        how: How::Sabotage(Sabotage::Without("retry-after")),
        kills: &[(WAIT, "no-retry-after")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "retry-after-too-long",
        breaks: "Asks callers to wait a minute longer than they need to.",
        how: How::Sabotage(Sabotage::Plus("retry-after", 60)),
        kills: &[(WAIT, "not-the-truth")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "retry-after-too-short",
        breaks: "Asks callers to wait a second less than they need to.",
        how: How::Sabotage(Sabotage::Plus("retry-after", -1)),
        // By the documents a window may end within the second before its Reset.
        editions: &[Edition::Observed],
        kills: &[(WAIT, "not-the-truth")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-document-too-few",
        breaks: "Refuses the last call of the quota of documents.",
        how: How::Overrides(|_| limited("documents", 49)),
        editions: &[Edition::Documented],
        kills: &[(DOCUMENTS, "fewer-calls"), (EXACT, "too-few")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-document-too-many",
        breaks: "Accepts one call more than the quota of documents allows.",
        how: How::Overrides(|_| limited("documents", 51)),
        editions: &[Edition::Documented],
        kills: &[(DOCUMENTS, "more-calls"), (EXACT, "too-many")],
        collateral: &[DOWN],
        ..Mutant::COMMON
    },
    Mutant {
        name: "no-remaining",
        breaks: "Does not say how many calls are left.",
        how: How::Sabotage(Sabotage::Without("ratelimit-remaining")),
        kills: &[(DOWN, "no-remaining")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "remaining-stays",
        breaks: "Says that three calls are left, however many were made.",
        how: How::Sabotage(Sabotage::Says("ratelimit-remaining", "3")),
        kills: &[(DOWN, "given-twice")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "remaining-before-the-call",
        breaks: "Says how many calls were left before the one that is answered.",
        how: How::Sabotage(Sabotage::Plus("ratelimit-remaining", 1)),
        kills: &[(DOWN, "other-value")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "retry-after-everywhere",
        breaks: "Tells also those whose calls were accepted to wait.",
        how: How::Sabotage(Sabotage::Adds("retry-after", "1")),
        kills: &[(WAIT, "stands-elsewhere")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "window-goes-on",
        breaks: "Goes on refusing for a minute after the end of the window that it names.",
        how: How::Both(|_| lasting(120), Sabotage::Shifts(-60)),
        kills: &[(WAIT, "still-refused"), (ENDS, "still-refused")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "window-ends-early",
        breaks: "Begins a new window half a minute before the end that it names.",
        how: How::Both(|_| lasting(30), Sabotage::Shifts(30)),
        kills: &[(ENDS, "ends-early")],
        // What is accepted before the window is over was accepted over the limit, and waiting was not needed.
        collateral: &[OVER, WAIT],
        ..Mutant::COMMON
    },
    Mutant {
        name: "counts-for-ever",
        breaks: "Does not give a token its calls back when a window is over.",
        how: How::Sabotage(Sabotage::Counts(Counting::ForEver)),
        kills: &[(ENDS, "not-full-again")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-counter-for-all-tokens",
        breaks: "Counts the calls of all tokens together.",
        how: How::Sabotage(Sabotage::Counts(Counting::WithoutTokens)),
        kills: &[(TOKEN, "tokens-share")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-counter-for-all-groups",
        breaks: "Counts all calls of a token together, whatever their group.",
        how: How::Sabotage(Sabotage::Counts(Counting::WithoutGroups)),
        editions: &[Edition::Documented],
        kills: &[(GROUP, "groups-share"), (OWN, "drawn-on")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-counter-for-each-operation",
        breaks: "Counts the calls of each operation apart.",
        how: How::Sabotage(Sabotage::Counts(Counting::ByOperation)),
        kills: &[
            (GROUP, "not-shared"),
            (VERSIONS, "versions-apart"),
            (EXPLAINED, "no-phase-explains-it"),
        ],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-counter-for-each-version",
        breaks: "Counts the calls of each version of an operation apart.",
        how: How::Sabotage(Sabotage::Counts(Counting::ByVersion)),
        kills: &[(VERSIONS, "versions-apart")],
        collateral: &[OWN],
        ..Mutant::COMMON
    },
    Mutant {
        name: "exception-counts-in-its-group",
        breaks: "Counts the calls of an excepted operation in a group as well.",
        how: How::Sabotage(Sabotage::Counts(Counting::ExceptionsInGroup)),
        kills: &[(OWN, "draws-on-group")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "counts-good-answers-only",
        breaks: "Does not count calls that it refuses or fails to answer.",
        how: How::Sabotage(Sabotage::Counts(Counting::GoodOnly)),
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "who-has-no-right-calls-for-nothing",
        breaks: "Does not count calls that it refuses for want of a right.",
        how: How::Sabotage(Sabotage::Counts(Counting::AllBut(403))),
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "a-call-that-runs-already-is-free",
        breaks: "Does not count calls that it refuses since the same one is running.",
        how: How::Sabotage(Sabotage::Counts(Counting::AllBut(409))),
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "who-asks-wrongly-calls-for-nothing",
        breaks: "Does not count calls that it refuses for their parameters.",
        how: How::Sabotage(Sabotage::Counts(Counting::AllBut(422))),
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "nothing-found-is-free",
        breaks: "Does not count calls about what is not found.",
        how: How::Sabotage(Sabotage::Counts(Counting::AllBut(404))),
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "withheld-is-free",
        breaks: "Does not count calls about what is disclosed to nobody.",
        how: How::Sabotage(Sabotage::Counts(Counting::AllBut(451))),
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "failures-are-free",
        breaks: "Does not count calls whose provider fails.",
        how: How::Sabotage(Sabotage::Counts(Counting::AllBut(502))),
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "kept-answers-are-free",
        breaks: "Does not count calls that it answers from its memory.",
        how: How::Sabotage(Sabotage::Counts(Counting::FreshOnly)),
        // Only this edition keeps answers.
        editions: &[Edition::Observed],
        kills: &[(WHAT, "not-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "counts-bad-tokens",
        breaks: "Counts calls with a bad token for everybody.",
        how: How::Sabotage(Sabotage::Counts(Counting::BadTokensToo)),
        kills: &[(WHAT, "bad-token-counted")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "429-without-limit",
        breaks: "Does not say how many calls a token may make to who made too many.",
        how: How::Sabotage(Sabotage::WithoutAt(429, "ratelimit-limit")),
        kills: &[(HEADERS, "missing")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "403-without-remaining",
        breaks: "Does not say how many calls are left to who has no right.",
        how: How::Sabotage(Sabotage::WithoutAt(403, "ratelimit-remaining")),
        kills: &[(HEADERS, "missing")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "limit-in-words",
        breaks: "Says in words how many calls a token may make.",
        how: How::Sabotage(Sabotage::Says("ratelimit-limit", "many")),
        kills: &[(HEADERS, "no-number")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "reset-in-seconds",
        breaks: "Says in how many seconds the window ends, not when.",
        how: How::Sabotage(Sabotage::Says("ratelimit-reset", "60")),
        kills: &[(HEADERS, "no-time")],
        ..Mutant::COMMON
    },
];

fn starting(start: WindowStart) -> Overrides {
    Overrides {
        quota_window_start: Some(start),
        ..Overrides::default()
    }
}

fn lasting(seconds: u64) -> Overrides {
    Overrides {
        quota_window_ms: Some(seconds * 1_000),
        ..Overrides::default()
    }
}

fn limited(group: &str, limit: u32) -> Overrides {
    Overrides {
        quota_limits: [(group.to_owned(), limit)].into(),
        ..Overrides::default()
    }
}

/// The group with the smallest limit of an edition: 5 calls in all of them.
const fn strictest(edition: Edition) -> &'static str {
    match edition {
        Edition::Observed => "high_latency_documents",
        Edition::Documented | Edition::DocumentedV2 => "dgfip_attestations_fiscales",
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
