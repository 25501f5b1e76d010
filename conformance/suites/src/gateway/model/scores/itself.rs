//! Scores of what a gateway does of itself: what it keeps, what it tells of its services, and how it is spoken to.

use super::{
    Act::*,
    COMMON,
    Operation::{Handshake, *},
    Question::*,
    Score,
};
use crate::trials::names;

/// The same questions again, before a gateway that keeps answers.
pub(in crate::gateway::model) static KEPT: Score = Score {
    name: "kept",
    trials: &[names::SAME_QUESTION_AGAIN],
    most: 8,
    operations: &[Company, Register, Vigilance, Aggregate],
    questions: &[Good, Twin, Twin, Past, SameEntity],
    acts: &[Well, Well, Fails, Unavailable, Unknown, Silent],
    after: &[0, 100, 600],
    gaps: &[0, 10, 1_000, 11_000],
    keeps: true,
    ..COMMON
};

/// How services are, while some are not well.
pub(in crate::gateway::model) static SERVICES: Score = Score {
    name: "services",
    trials: &[names::STATE_OF_SERVICES],
    operations: &[Ping, OtherPing, Current, Pings, Company],
    acts: &[Well, Unavailable, Fails, Refuses, Silent, Garbage],
    after: &[0, 100, 900, 1_000, 1_200],
    ..COMMON
};

/// Questions at which the gateway itself fails.
pub(in crate::gateway::model) static OWN_FAULT: Score = Score {
    name: "own fault",
    trials: &[names::OWN_FAULT],
    operations: &[Company, Register, Aggregate],
    questions: &[Good, Doomed],
    acts: &[Well, Unknown, Fails],
    gaps: &[1_000, 12_000],
    ..COMMON
};

/// Tracing that only the older version takes.
pub(in crate::gateway::model) static OLDER: Score = Score {
    name: "older tracing",
    trials: &[names::OLDER_TRACING],
    operations: &[Aggregate, Company],
    questions: &[Good, BadRecipient, Untraced],
    acts: &[Well, Fails],
    ..COMMON
};

/// Documents, and what their links lead to.
pub(in crate::gateway::model) static LINKS: Score = Score {
    name: "links",
    trials: &[names::DOCUMENT_LINKS],
    operations: &[Vigilance, Link, Taxes, Link],
    gaps: &[0, 10, 1_000, 60_000],
    ..COMMON
};

/// The same until links end, where the clock is moved by hand.
pub(in crate::gateway::model) static LINK_TERMS: Score = Score {
    name: "links, by hand",
    operations: &[Vigilance, Link, Link, Link],
    gaps: &[0, 0, 1_000, 89_000],
    by_hand: true,
    ..LINKS
};

/// Handshakes of all kinds.
pub(in crate::gateway::model) static HANDSHAKES: Score = Score {
    name: "handshakes",
    trials: &[names::HANDSHAKES],
    most: 8,
    operations: &[Handshake, Handshake, OldHandshake],
    addresses: &[2, 2, 3],
    acts: &[Well, Well, Fails, Unavailable, Silent],
    ..COMMON
};
