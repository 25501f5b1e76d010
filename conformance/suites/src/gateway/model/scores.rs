//! What choreographies are made of: one score for each theme, and one of everything.

mod counting;
mod itself;

use super::choreography::{
    Act::{self, *},
    Operation::{self, *},
    Question::{self, *},
    UNTOLD_MS,
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
    /// Who is declared as never banned.
    pub(super) spared: &'static [u8],
    /// Whether the gateway keeps answers.
    pub(super) keeps: bool,
    /// How long each way of a call takes at most, in milliseconds.
    pub(super) longest_way: u64,
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
            never_banned: self
                .spared
                .iter()
                .map(|last| [127, 0, 0, *last].into())
                .collect(),
            ..DeclaredOtherwise::default()
        }
    }
}

pub(super) use self::{
    counting::{
        BY_HAND, CROWDING, ENDING, FORGERIES, IGNORING, IGNORING_TOGETHER, PINGED, QUOTA, SPARED,
        SPENDING, SPENDING_JSON, TERM,
    },
    itself::{HANDSHAKES, KEPT, LINK_TERMS, LINKS, OLDER, OWN_FAULT, SERVICES},
};

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
    &IGNORING_TOGETHER,
    &CROWDING,
    &BY_HAND,
    &TERM,
    &EVERYTHING,
    &SLOWLY,
    &FORGERIES,
    &ENDING,
    &SPENDING_JSON,
    &SPARED,
    &PINGED,
    &KEPT,
    &SERVICES,
    &OWN_FAULT,
    &OLDER,
    &LINKS,
    &LINK_TERMS,
    &HANDSHAKES,
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
        Disproved,
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

/// All of it, before a gateway that takes all the time that judges leave to the ways of a call.
pub(super) static SLOWLY: Score = Score {
    name: "everything, slowly",
    longest_way: 95,
    ..EVERYTHING
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
    spared: &[],
    keeps: false,
    longest_way: UNTOLD_MS,
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
