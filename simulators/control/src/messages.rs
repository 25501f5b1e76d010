//! What goes over the control API, as JSON.

mod clock;
mod faults;

use std::{collections::BTreeMap, fmt, net::IpAddr, net::SocketAddr};

use doublure_journal::{CaptureLevel, Entry, Filter, Moment};
use doublure_scenarios::Overrides;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    clock::{Advance, ClockSetting, ClockView},
    faults::{NewFault, OneOffView},
};

/// What a session is created from. Every field has a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewSession {
    /// Name; made up when missing. A name in use is refused.
    pub name: Option<String>,
    /// Seed of all chance; the server's when missing.
    pub seed: Option<u64>,
    /// `real` (default), `manual`, or `manual=2026-01-15T10:00:00Z`.
    pub clock: ClockSetting,
    /// `documented` (default), `documented-v2`, `observed`.
    pub edition: Option<String>,
    /// Name of a scenario of the library.
    pub scenario: Option<String>,
    /// Text of a scenario file, instead of a name.
    pub scenario_text: Option<String>,
    /// How many invented companies; 300 when missing.
    pub companies: Option<u32>,
    /// How much the journal keeps; `full` when missing.
    pub capture: Option<CaptureLevel>,
    /// How many entries the journal keeps; 50 000 when missing. It is bounded in bytes, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal_entries: Option<usize>,
    /// Whether our gateway reaches the providers over sockets; in process when false.
    pub providers_on_sockets: bool,
    /// Where the gateway listens; a free port of 127.0.0.1 when missing. Loopback only, unless the server was started otherwise.
    pub gateway_address: Option<SocketAddr>,
    /// Fixed addresses of providers by id; port 0 for those missing. Loopback only.
    pub provider_addresses: BTreeMap<String, SocketAddr>,
    /// Where our gateway looks for providers that are not this session's, by id. Loopback only.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub upstream_addresses: BTreeMap<String, SocketAddr>,
    /// Whether what listens speaks TLS to callers of somebody else; plain text when false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tls: bool,
    /// Whether there is a gateway at all; false: providers only, for a gateway of somebody else.
    pub without_gateway: bool,
    /// Numbers that differ from the edition's.
    pub overrides: Overrides,
    /// Whether a request may ask for a fault, in its header `X-Doublure-Fault`.
    pub allow_fault_header: bool,
}

/// A session as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionView {
    /// Name.
    pub name: String,
    /// Seed.
    pub seed: u64,
    /// Edition.
    pub edition: String,
    /// Name of the scenario in force.
    pub scenario: String,
    /// Clock.
    pub clock: ClockView,
    /// Base URL of the gateway, without a slash at the end; none: no gateway.
    pub gateway: Option<String>,
    /// Base URL of each provider, by id.
    pub providers: BTreeMap<String, String>,
    /// Certificate of the authority that its callers have to believe, in PEM; none: plain text is spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Tokens of the session, by name.
    pub tokens: BTreeMap<String, String>,
    /// The numbers in force, for judges and people: limits, windows, deadlines, terms.
    pub declared: Declared,
}

/// The numbers in force in a session. Milliseconds where a name ends in `_ms`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Declared {
    /// Limit of each quota group, by name.
    pub quota_limits: BTreeMap<String, u32>,
    /// Length of a quota window.
    pub quota_window_ms: u64,
    /// How long the gateway waits for each provider, by operation id.
    pub provider_deadline_ms: BTreeMap<String, u64>,
    /// Requests an address may make in one window.
    pub address_limit: u32,
    /// Length of the address window.
    pub address_window_ms: u64,
    /// Ignored 429 an address may have in one window.
    pub ignored_429_limit: u32,
    /// How long a ban lasts.
    pub ban_term_ms: u64,
    /// How long a document link lives.
    pub document_life_ms: u64,
}

/// Which entries of a journal, and how many at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JournalQuery {
    /// Which. Flat; serde takes any field beside a flattened one, so the server checks the names.
    #[serde(flatten)]
    pub filter: Filter,
    /// How many at most; 10 000 when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// Entries of a journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalPage {
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// Entries that the full journal had to drop so far.
    pub dropped: u64,
}

/// Waits for entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaitQuery {
    /// Which. Flat; serde takes any field beside a flattened one, so the server checks the names.
    #[serde(flatten)]
    pub filter: Filter,
    /// For how many.
    pub count: usize,
    /// How long, in milliseconds of real time.
    pub patience_ms: u64,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// How many.
    pub count: usize,
}

/// A quota counter as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuotaView {
    /// Name of the token, or its mask.
    pub token: String,
    /// Quota group.
    pub group: String,
    /// Calls a window.
    pub limit: u32,
    /// Calls left in this window.
    pub remaining: u32,
    /// End of this window.
    pub reset: Moment,
}

/// An address as the gateway sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AddressView {
    /// The address.
    pub address: IpAddr,
    /// Requests in this window.
    pub requests: u32,
    /// Ignored 429 in this window.
    pub ignored_429: u32,
    /// End of its ban; none: not banned.
    pub banned_until: Option<Moment>,
    /// Why it is banned: `volume`, `ignored-429`.
    pub because: Option<String>,
}

/// What its owner may know of an account: the calls of each token, each address and how near a ban it is (002:88).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountView {
    /// Counters of each token that called.
    pub tokens: Vec<QuotaView>,
    /// Each address that called, and its ban.
    pub addresses: Vec<AddressView>,
    /// Requests an address may make in one window; one more, and it is banned.
    pub address_limit: u32,
    /// Ignored 429 an address may have in one window; one more, and it is banned.
    pub ignored_429_limit: u32,
}

/// A token to be minted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewToken {
    /// Scopes; every scope when missing.
    pub scopes: Option<Vec<String>>,
    /// Seconds it lives from the session's now; 18 calendar months when missing.
    pub life_seconds: Option<u64>,
    /// Calls that it may make in one window, instead of its groups' limits.
    pub quota_limit: Option<u32>,
    /// The only addresses that it may be used from; any when missing.
    pub allowed_addresses: Option<Vec<IpAddr>>,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenView {
    /// Name.
    pub name: String,
    /// The JWT.
    pub token: String,
    /// When it expires.
    pub expires: Moment,
    /// Whether it was revoked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
}

/// A provider, and what it remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderView {
    /// Id.
    pub id: String,
    /// Base URL, where it listens.
    pub url: Option<String>,
    /// Log-ins that are still good.
    pub logins: usize,
    /// Answers that it keeps for the day.
    pub answers: usize,
}

/// Why the control server refused. Nothing was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// What was wrong, where, and what would be right.
    pub problem: String,
    /// Line of the text that was sent, from 1 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column of the text that was sent, from 1 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
