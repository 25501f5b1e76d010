//! The numbers that a target declares. Judges relate events to them and to nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{Capability, Role};

/// What is declared of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// What it is.
    pub role: Role,
    /// Which truth it follows: `documented`, `documented-v2`, `observed`.
    pub edition: String,
    /// What it offers.
    pub capabilities: BTreeSet<Capability>,
    /// The gateway under test, or the one that a client under test meets.
    pub gateway: GatewayProfile,
    /// A client under test.
    #[serde(default)]
    pub client: ClientProfile,
    /// A provider under test.
    #[serde(default)]
    pub provider: ProviderProfile,
}

/// The numbers of a gateway. Milliseconds where a name ends in `_ms`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GatewayProfile {
    /// Its operations, by id.
    pub operations: BTreeMap<String, OperationProfile>,
    /// Calls a token may make in one window, by quota group.
    pub quota_limits: BTreeMap<String, u32>,
    /// Length of a quota window.
    pub quota_window_ms: u64,
    /// Where a quota window starts.
    pub quota_window_start: WindowStart,
    /// Requests an address may make in one window.
    pub address_limit: u32,
    /// Length of the address window.
    pub address_window_ms: u64,
    /// Addresses that are never banned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub never_banned: Vec<IpAddr>,
    /// Host names that it is called by: its certificate is for each of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_names: Vec<String>,
    /// Ignored 429 an address may have in one address window.
    pub ignored_429_limit: u32,
    /// How long a ban lasts.
    pub ban_term_ms: u64,
    /// What it is declared not to offer, though others of its edition do.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unsupported: BTreeSet<Capability>,
    /// Ids of the operations that stand for a quota group; `strict`: for the smallest one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub stands_for: BTreeMap<String, String>,
    /// A path at which it fails by itself, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_fault_path: Option<String>,
    /// Whether its clock runs on by itself between the moves of a trial, where it can be moved.
    #[serde(skip_serializing_if = "is_false")]
    pub runs_on: bool,
    /// How many calls a run may make to tell how often it is there; 0: none.
    #[serde(skip_serializing_if = "is_none")]
    pub long_run_calls: u32,
}

/// The numbers of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperationProfile {
    /// Version in its path; 0: none.
    pub version: u8,
    /// The quota group that it counts in; none: it has no quota.
    pub group: Option<String>,
    /// How long it waits for a provider.
    pub deadline_ms: u64,
    /// Ids of the providers it is made of, main source first.
    pub providers: Vec<String>,
    /// A token with any of these scopes may call it; empty: any good token.
    pub scopes: Vec<String>,
}

/// Where a quota window starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowStart {
    /// At the first call (002:58); its end is rounded up to a second.
    #[default]
    FirstCall,
    /// At a multiple of its length since the epoch (facts 60).
    Aligned,
}

/// The numbers of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientProfile {
    /// Within how long it must give up on an answer that does not come.
    pub patience_ms: u64,
}

/// The numbers and shapes of a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderProfile {
    /// Within how long it must answer.
    pub deadline_ms: u64,
    /// Media type of a good answer.
    pub media_type: String,
    /// An entity that it holds.
    pub known: String,
    /// An entity that it does not hold.
    pub unknown: String,
    /// An identifier that it must refuse.
    pub malformed: String,
    /// How it says that it does not hold an entity.
    pub not_found: Shape,
    /// How it says that an identifier is malformed.
    pub refused: Shape,
    /// Media types in which it may say what went wrong.
    pub error_media_types: Vec<String>,
}

/// How an answer of one kind is told from others: every mark that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// Its HTTP status.
    pub status: Option<u16>,
    /// A text that stands in its body.
    pub contains: Option<String>,
}

impl Profile {
    /// Whether no time passes to the target but what a trial lets pass.
    pub fn stands_still(&self) -> bool {
        self.capabilities.contains(&Capability::Clock) && !self.gateway.runs_on
    }
}

impl GatewayProfile {
    /// Length of a quota window.
    pub const fn quota_window(&self) -> Duration {
        Duration::from_millis(self.quota_window_ms)
    }

    /// Length of the address window.
    pub const fn address_window(&self) -> Duration {
        Duration::from_millis(self.address_window_ms)
    }

    /// How long a ban lasts.
    pub const fn ban_term(&self) -> Duration {
        Duration::from_millis(self.ban_term_ms)
    }

    /// How long an operation waits for a provider, where that is declared.
    pub fn deadline(&self, operation: &str) -> Option<Duration> {
        let declared = self.operations.get(operation)?;
        Some(Duration::from_millis(declared.deadline_ms))
    }

    /// Quota group of an operation and its limit, where it has one.
    pub fn quota(&self, operation: &str) -> Option<(&str, u32)> {
        let group = self.operations.get(operation)?.group.as_deref()?;
        Some((group, *self.quota_limits.get(group)?))
    }
}

impl ClientProfile {
    /// Within how long it must give up.
    pub const fn patience(&self) -> Duration {
        Duration::from_millis(self.patience_ms)
    }
}

impl ProviderProfile {
    /// Within how long it must answer.
    pub const fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

impl Shape {
    /// Whether an answer is of this kind. A shape without marks fits nothing.
    pub fn fits(&self, status: u16, body: &str) -> bool {
        let marked = self.status.is_some() || self.contains.is_some();
        let same_status = self.status.is_none_or(|wanted| wanted == status);
        let same_text = self
            .contains
            .as_ref()
            .is_none_or(|text| body.contains(text));
        marked && same_status && same_text
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over so"
)]
const fn is_none(calls: &u32) -> bool {
    *calls == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over so"
)]
const fn is_false(said: &bool) -> bool {
    !*said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_without_marks_fits_nothing() {
        assert!(!Shape::default().fits(404, "not found"));
    }

    #[test]
    fn every_mark_of_a_shape_must_hold() {
        let shape = Shape {
            status: Some(200),
            contains: Some("DOSSIER NON TROUVE".to_owned()),
        };

        assert!(shape.fits(200, "006 -DOSSIER NON TROUVE DANS LA BASE-"));
        assert!(!shape.fits(404, "006 -DOSSIER NON TROUVE DANS LA BASE-"));
        assert!(!shape.fits(200, "<raisonSociale/>"));
    }

    #[test]
    fn an_operation_without_group_has_no_quota() {
        let gateway = GatewayProfile {
            operations: [("free".to_owned(), OperationProfile::default())].into(),
            ..GatewayProfile::default()
        };

        assert_eq!(gateway.quota("free"), None);
        assert_eq!(gateway.quota("unheard-of"), None);
    }
}
