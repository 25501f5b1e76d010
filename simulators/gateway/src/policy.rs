//! The numbers and manners in force in a session.

use std::{collections::BTreeMap, time::Duration};

use doublure_fixtures::{Contract, Edition};

/// The edition's numbers and manners; a session may override any of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The edition: decides all that has no field here.
    pub edition: Edition,
    /// Limit of each quota group, by name.
    pub quota_limits: BTreeMap<String, u32>,
    /// Length of a quota window.
    pub quota_window: Duration,
    /// Where a quota window starts.
    pub quota_window_start: WindowStart,
    /// How long the gateway waits for a provider, by operation id.
    pub provider_deadlines: BTreeMap<String, Duration>,
    /// Requests an address may make in one window.
    pub address_limit: u32,
    /// Length of the address window.
    pub address_window: Duration,
    /// Ignored 429 an address may have in one window; one more bans it.
    pub ignored_429_limit: u32,
    /// How long a ban lasts.
    pub ban_term: Duration,
    /// Whether a call made under a ban starts its term anew.
    pub ban_prolonged_by_calls: bool,
    /// What a banned address meets.
    pub ban_manner: BanManner,
    /// How long a document link lives.
    pub document_life: Duration,
    /// Whether a provider's own words stand in an error's detail.
    pub leaks_provider_words: bool,
    /// Whether answers are cached.
    pub cache: bool,
}

/// Where a quota window starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowStart {
    /// At the first call (002:58).
    FirstCall,
    /// At a multiple of its length since the epoch (facts 60).
    Aligned,
}

/// What a banned address meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BanManner {
    /// No answer at all (002:87).
    Silence,
    /// A 403.
    Refusal,
}

impl Policy {
    /// What an edition states.
    pub fn of(edition: Edition, contract: &Contract) -> Self {
        todo!("{edition} {contract:?}")
    }
}
