//! Scores of what is counted: calls of a token, requests of an address, and how long tokens live.

use super::{COMMON, Operation::*, Score, Small, TERM_MS, small};
use crate::trials::names;

/// More calls than may be made.
pub(in crate::gateway::model) static QUOTA: Score = Score {
    name: "quota",
    trials: &[
        names::QUOTA_WINDOW,
        names::OVER_LIMIT,
        names::COUNTERS,
        names::CHOREOGRAPHY,
        names::EVERY_GROUP,
    ],
    most: 14,
    operations: &[Company, LaterCompany, Register, Vigilance, Taxes],
    tokens: &[Some("standard"), Some("standard"), Some("second")],
    gaps: &[0, 0, 200, 1_000, 20_000, 60_000],
    small: Some(Small {
        excepted: 4,
        ..small(50, 50)
    }),
    ..COMMON
};

/// One quota, spent and spent again.
pub(in crate::gateway::model) static SPENDING: Score = Score {
    name: "spending",
    most: 10,
    operations: &[Vigilance],
    tokens: &[Some("standard")],
    gaps: &[0, 0, 10, 60_000],
    ..QUOTA
};

/// One quota of answers in JSON, spent and spent again.
pub(in crate::gateway::model) static SPENDING_JSON: Score = Score {
    name: "spending, in JSON",
    operations: &[Company],
    ..SPENDING
};

/// A good token, and what is no token between its calls.
pub(in crate::gateway::model) static FORGERIES: Score = Score {
    name: "forgeries",
    trials: &[names::TOKENS],
    most: 9,
    tokens: &[Some("standard"), Some("forged")],
    gaps: &[1_000],
    ..COMMON
};

/// A token whose life ends meanwhile.
pub(in crate::gateway::model) static ENDING: Score = Score {
    name: "ending",
    trials: &[names::TOKENS],
    tokens: &[Some("ends-at-1768471227"), Some("standard")],
    gaps: &[0, 1_000, 8_000],
    ..COMMON
};

/// Callers who go on after 429.
pub(in crate::gateway::model) static IGNORING: Score = Score {
    name: "ignoring",
    trials: &[names::BAN_BY_IGNORING],
    most: 11,
    operations: &[Taxes, Rights],
    addresses: &[2, 2, 2, 2, 2, 3],
    gaps: &[0, 200, 200, 300, 500],
    small: Some(small(12, 2)),
    ..COMMON
};

/// Callers who go on after 429 with one token and another.
pub(in crate::gateway::model) static IGNORING_TOGETHER: Score = Score {
    name: "ignoring, with two tokens",
    operations: &[Taxes],
    tokens: &[Some("standard"), Some("second")],
    addresses: &[2],
    small: Some(Small {
        excepted: 1,
        ..small(12, 1)
    }),
    ..IGNORING
};

/// Callers who call too often.
pub(in crate::gateway::model) static CROWDING: Score = Score {
    name: "crowding",
    trials: &[names::BAN_BY_VOLUME],
    most: 12,
    operations: &[Rights, Company],
    tokens: &[Some("standard"), Some("standard"), Some("second"), None],
    addresses: &[2, 2, 2, 3],
    gaps: &[0, 0, 10, 200, 60_000],
    small: Some(small(4, 2)),
    ..COMMON
};

/// Callers who ask too often how services are.
pub(in crate::gateway::model) static PINGED: Score = Score {
    name: "crowding, by pings",
    operations: &[Rights, Pings, Ping],
    tokens: &[Some("standard")],
    ..CROWDING
};

/// The same where the clock is moved by hand.
pub(in crate::gateway::model) static BY_HAND: Score = Score {
    name: "crowding, by hand",
    most: 10,
    gaps: &[0, 0, 0, 0, 0, 0, 1_000, TERM_MS - 1_000],
    by_hand: true,
    small: Some(small(3, 2)),
    ..CROWDING
};

/// A ban from its beginning to its end.
pub(in crate::gateway::model) static TERM: Score = Score {
    name: "term, by hand",
    most: 6,
    operations: &[Rights],
    tokens: &[Some("standard")],
    addresses: &[2],
    gaps: &[0, 1_000, TERM_MS - 1_000],
    small: Some(small(1, 2)),
    ..BY_HAND
};

/// Callers of whom one is never banned.
pub(in crate::gateway::model) static SPARED: Score = Score {
    name: "spared",
    trials: &[names::ALLOW_LISTED],
    most: 8,
    operations: &[Rights],
    addresses: &[9, 9, 9, 2],
    gaps: &[0, 0, 10, 200, 60_000],
    small: Some(small(3, 2)),
    spared: &[9],
    ..COMMON
};
