//! Models with one thing wrong, each with the judge that must convict it and the reason.

mod ban;
mod faults;
mod memory;
mod parts;
mod questions;
mod quota;
mod relay;
mod services;
mod tokens;
mod waiting;

use doublure_fixtures::Edition;

use super::{manners::How, scores::Score};

/// A model with one thing wrong.
#[derive(Debug)]
pub(super) struct Broken {
    /// What it does that no gateway should.
    pub(super) does: &'static str,
    /// How it differs.
    pub(super) how: How,
    /// The choreographies that show it.
    pub(super) score: &'static Score,
    /// The editions in which it is a defect.
    pub(super) editions: &'static [Edition],
    /// The rule that must be broken and the reason.
    pub(super) convicts: (&'static str, &'static str),
    /// Rules that may be broken for the same cause.
    pub(super) collateral: &'static [&'static str],
}

pub(super) use self::{
    ban::BROKEN as BAN, faults::BROKEN as FAULTS, memory::BROKEN as MEMORY, parts::BROKEN as PARTS,
    questions::BROKEN as QUESTIONS, quota::BROKEN as QUOTA, relay::BROKEN as RELAY,
    services::BROKEN as SERVICES, tokens::BROKEN as TOKENS, waiting::BROKEN as WAITING,
};

/// Every broken model, by theme.
pub(super) const ALL: &[&[Broken]] = &[
    RELAY, WAITING, FAULTS, PARTS, QUESTIONS, TOKENS, QUOTA, BAN, MEMORY, SERVICES,
];

const EVERY: &[Edition] = &[
    Edition::Documented,
    Edition::DocumentedV2,
    Edition::Observed,
];
const COUNTING: &[Edition] = &[Edition::Documented, Edition::Observed];
const DOCUMENTED: &[Edition] = &[Edition::Documented];
const OBSERVED: &[Edition] = &[Edition::Observed];
const AGGREGATING: &[Edition] = &[Edition::Documented, Edition::DocumentedV2];
