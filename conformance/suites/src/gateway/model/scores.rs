//! What choreographies are made of: one score for each theme, and one of everything.

use super::choreography::{
    Act::{self, *},
    Operation::{self, *},
    Question::{self, *},
};
use crate::{declared::DeclaredOtherwise, trials::names};

/// Numbers that few calls pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Small {
    /// Requests of an address.
    requests: u32,
    /// 429 that an address may ignore.
    ignored: u32,
    /// Calls of an operation with a limit of its own.
    excepted: u32,
}

/// What the choreographies of a theme are made of; the first of each list is the simplest.
#[derive(Debug)]
pub(super) struct Score {
    /// Its name.
    pub(super) name: &'static str,
    /// The trials that it stands for.
    pub(super) trials: &'static [&'static str],
    /// How many calls at most.
    pub(super) most: usize,
    /// What is asked for.
    pub(super) operations: &'static [Operation],
    /// In which ways.
    pub(super) questions: &'static [Question],
    /// With which tokens.
    pub(super) tokens: &'static [Option<&'static str>],
    /// From where.
    pub(super) addresses: &'static [u8],
    /// What providers do.
    pub(super) acts: &'static [Act],
    /// After how much of the deadline, in thousandths.
    pub(super) after: &'static [u64],
    /// How long after the call before, in milliseconds.
    pub(super) gaps: &'static [u64],
    /// Whether the clock is moved by hand.
    pub(super) by_hand: bool,
    /// The small numbers that are declared, so that few calls pass them.
    pub(super) small: Option<Small>,
}

impl Score {
    /// The longest gap between two calls.
    pub(super) fn widest_gap(&self) -> u64 {
        self.gaps.iter().copied().max().unwrap_or_default()
    }

    /// What its target declares otherwise than its edition.
    pub(super) fn otherwise(&self, groups: &[String]) -> DeclaredOtherwise {
        let Some(small) = self.small else {
            return DeclaredOtherwise::default();
        };
        let limit = |group: &str| match group {
            "json" => 4,
            "documents" => 3,
            _ => small.excepted,
        };
        DeclaredOtherwise {
            quota_limits: groups
                .iter()
                .map(|group| (group.clone(), limit(group)))
                .collect(),
            address_limit: Some(small.requests),
            ignored_429_limit: Some(small.ignored),
            ban_term_ms: Some(TERM_MS),
            ..DeclaredOtherwise::default()
        }
    }
}

/// Every score.
pub(super) static SCORES: &[&Score] = &[
    &RELAY,
    &WAITING,
    &MATRIX,
    &WORDS,
    &QUESTIONS,
    &ELSEWHERE,
    &PARTS,
    &TOKENS,
    &QUOTA,
    &SPENDING,
    &IGNORING,
    &CROWDING,
    &BY_HAND,
    &TERM,
    &EVERYTHING,
];

/// Good questions about healthy providers.
pub(super) static RELAY: Score = Score {
    name: "relay",
    trials: &[names::ONE_CALL_EACH, names::PLANTED_VALUES],
    operations: &[Company, LaterCompany, Register, Vigilance, Taxes, Aggregate],
    after: &[0, 10, 100],
    ..COMMON
};

/// Providers that are late.
pub(super) static WAITING: Score = Score {
    name: "waiting",
    trials: &[
        names::LATE_PROVIDERS,
        names::DRIPPING_PROVIDER,
        names::SAME_CALL_TWICE,
    ],
    operations: &[Company, Register],
    questions: &[Good, Good, Good, Twin],
    acts: &[Well, Silent, Drips],
    after: &[0, 500, 900, 940, 1_000, 1_100],
    gaps: &[0, 10, 500, 4_000],
    ..COMMON
};

/// Every fault at every provider.
pub(super) static MATRIX: Score = Score {
    name: "matrix",
    trials: &[names::FAULT_MATRIX, names::UNDER_ANALYSIS],
    operations: &[Company, Register, Vigilance, Taxes],
    acts: &[
        Fails,
        Unavailable,
        Refuses,
        Unresolvable,
        Garbage,
        Silent,
        Analysis,
        BadFile,
    ],
    after: &[0, 100, 1_200],
    ..COMMON
};

/// Providers whose words can be told from others.
pub(super) static WORDS: Score = Score {
    name: "words",
    trials: &[names::CANARIES],
    operations: &[Company, Register, Vigilance, Aggregate],
    acts: &[Speaks, Well],
    ..COMMON
};

/// Questions of all kinds.
pub(super) static QUESTIONS: Score = Score {
    name: "questions",
    trials: &[names::BAD_QUESTIONS, names::ANSWERS_OF_ALL_KINDS],
    operations: &[Company, LaterCompany, Register],
    questions: &[
        Good,
        Marked,
        Malformed,
        Untraced,
        WithoutObject,
        BadRecipient,
        NoVersion,
        Nowhere,
        BadSyntax,
        Browser,
        Preflight,
        Twin,
        SameEntity,
    ],
    acts: &[Well, Unknown, Withheld, Fails],
    ..COMMON
};

/// One whom one provider knows and another does not.
pub(super) static ELSEWHERE: Score = Score {
    name: "elsewhere",
    trials: &[names::BAD_QUESTIONS],
    operations: &[Company, Register],
    questions: &[Good, SameEntity],
    acts: &[Well, Unknown],
    ..COMMON
};

/// Aggregates, whole and in parts.
pub(super) static PARTS: Score = Score {
    name: "parts",
    trials: &[names::ONE_SOURCE_DOWN],
    operations: &[Aggregate, Company],
    acts: &[Well, Unavailable, Fails, Silent, Refuses, Unknown],
    after: &[0, 100, 600, 1_200],
    ..COMMON
};

/// Tokens of all kinds.
pub(super) static TOKENS: Score = Score {
    name: "tokens",
    trials: &[names::TOKENS],
    operations: &[Company, Rights, Register, Vigilance, Aggregate],
    tokens: &[
        Some("standard"),
        None,
        Some("forged"),
        Some("expired"),
        Some("revoked"),
        Some("unprivileged"),
    ],
    ..COMMON
};

/// More calls than may be made.
pub(super) static QUOTA: Score = Score {
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
pub(super) static SPENDING: Score = Score {
    name: "spending",
    most: 10,
    operations: &[Vigilance],
    tokens: &[Some("standard")],
    gaps: &[0, 0, 10, 60_000],
    ..QUOTA
};

/// Callers who go on after 429.
pub(super) static IGNORING: Score = Score {
    name: "ignoring",
    trials: &[names::BAN_BY_IGNORING],
    most: 11,
    operations: &[Taxes, Rights],
    addresses: &[2, 2, 2, 2, 2, 3],
    gaps: &[0, 200, 200, 300, 500],
    small: Some(small(12, 2)),
    ..COMMON
};

/// Callers who call too often.
pub(super) static CROWDING: Score = Score {
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

/// The same where the clock is moved by hand.
pub(super) static BY_HAND: Score = Score {
    name: "crowding, by hand",
    most: 10,
    gaps: &[0, 0, 0, 0, 0, 0, 1_000, TERM_MS - 1_000],
    by_hand: true,
    small: Some(small(3, 2)),
    ..CROWDING
};

/// A ban from its beginning to its end.
pub(super) static TERM: Score = Score {
    name: "term, by hand",
    most: 6,
    operations: &[Rights],
    tokens: &[Some("standard")],
    addresses: &[2],
    gaps: &[0, 1_000, TERM_MS - 1_000],
    small: Some(small(1, 2)),
    ..BY_HAND
};

/// All of it.
pub(super) static EVERYTHING: Score = Score {
    name: "everything",
    most: 12,
    operations: &[
        Company,
        LaterCompany,
        Register,
        Vigilance,
        Taxes,
        Aggregate,
        Rights,
    ],
    questions: QUESTIONS.questions,
    tokens: &[
        Some("standard"),
        Some("second"),
        None,
        Some("forged"),
        Some("expired"),
        Some("revoked"),
        Some("unprivileged"),
    ],
    addresses: &[2, 3],
    acts: &[
        Well,
        Unknown,
        Withheld,
        Analysis,
        BadFile,
        Speaks,
        Fails,
        Unavailable,
        Refuses,
        Unresolvable,
        Garbage,
        Silent,
        Drips,
    ],
    after: &[0, 100, 600, 900, 1_000, 1_200],
    gaps: &[0, 0, 100, 1_000, 20_000, 60_000],
    small: Some(small(50, 50)),
    ..COMMON
};

const COMMON: Score = Score {
    name: "",
    trials: &[],
    most: 6,
    operations: &[Company],
    questions: &[Good],
    tokens: &[Some("standard")],
    addresses: &[2],
    acts: &[Well],
    after: &[0],
    gaps: &[0, 10, 1_000],
    by_hand: false,
    small: None,
};

const fn small(requests: u32, ignored: u32) -> Small {
    Small {
        requests,
        ignored,
        excepted: 2,
    }
}

/// Of a ban, where small numbers are declared.
const TERM_MS: u64 = 90_000;
