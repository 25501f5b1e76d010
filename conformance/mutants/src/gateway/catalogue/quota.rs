//! Gateways that count wrongly, or say wrongly what they count.

use doublure_control::{Overrides, WindowStart};
use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "no-reset",
        breaks: "Does not say when the window ends.",
        how: How::Sabotage(Sabotage::Without("ratelimit-reset")),
        kills: &[(WINDOW, "no-reset")],
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
        kills: &[(WINDOW, "other-reset")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "short-window",
        breaks: "Counts in windows of 59 s.",
        how: How::Overrides(|_| lasting(59)),
        kills: &[(WINDOW, "other-reset")],
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
        kills: &[(OVER, "refused-too-early")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-call-too-many",
        breaks: "Accepts one call more than the strictest quota allows.",
        how: How::Overrides(|edition| limited(strictest(edition), 6)),
        kills: &[(OVER, "accepted-over-limit")],
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-json-call-too-few",
        breaks: "Refuses the last call of the quota of JSON operations.",
        how: How::Overrides(|_| limited("json", 249)),
        awaits: Some("gw.quota.json-group"),
        ..Mutant::COMMON
    },
    Mutant {
        name: "one-json-call-too-many",
        breaks: "Accepts one call more than the quota of JSON operations allows.",
        how: How::Overrides(|_| limited("json", 251)),
        awaits: Some("gw.quota.json-group"),
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
        name: "no-retry-after",
        breaks: "Does not say after how long to call again.",
        how: How::Sabotage(Sabotage::Without("retry-after")),
        awaits: Some("gw.quota.retry-after-is-the-truth"),
        ..Mutant::COMMON
    },
    Mutant {
        name: "retry-after-too-long",
        breaks: "Asks callers to wait a minute longer than they need to.",
        how: How::Sabotage(Sabotage::Plus("retry-after", 60)),
        awaits: Some("gw.quota.retry-after-is-the-truth"),
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
