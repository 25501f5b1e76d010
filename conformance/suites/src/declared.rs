//! What an edition declares of a gateway, from the tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    time::Duration,
};

use doublure_fixtures::{Contract, Edition, contract::Operation};
use doublure_rules::{
    Capability, ClientProfile, GatewayProfile, OperationProfile, Profile, ProviderProfile, Role,
    WindowStart,
};
use serde::Deserialize;

use crate::target::Offer;

/// Numbers that a target declares otherwise than its edition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeclaredOtherwise {
    /// Calls a token may make in one window, by quota group.
    pub quota_limits: BTreeMap<String, u32>,
    /// Length of a quota window.
    pub quota_window_ms: Option<u64>,
    /// Where a quota window starts.
    pub quota_window_start: Option<WindowStart>,
    /// How long every operation waits for a provider.
    pub provider_deadline_ms: Option<u64>,
    /// Requests an address may make in one window.
    pub address_limit: Option<u32>,
    /// Length of the address window.
    pub address_window_ms: Option<u64>,
    /// Addresses that are never banned; probes are sent from them.
    pub never_banned: Vec<IpAddr>,
    /// Host names that it is called by; that of its base URL when none is named.
    pub host_names: Vec<String>,
    /// Ignored 429 an address may have in one address window.
    pub ignored_429_limit: Option<u32>,
    /// How long a ban lasts.
    pub ban_term_ms: Option<u64>,
    /// A path at which it fails by itself.
    pub own_fault_path: Option<String>,
    /// How many calls a run may make to tell how often it is there.
    pub long_run_calls: Option<u32>,
}

/// The numbers of an edition.
pub fn gateway(contract: &Contract, edition: Edition) -> GatewayProfile {
    let numbers = contract.numbers(edition);
    let quotas = || {
        let operations = contract.operations().iter();
        operations.filter_map(|operation| operation.quota.of(edition).as_ref())
    };
    GatewayProfile {
        operations: contract
            .operations()
            .iter()
            .filter(|operation| is_served(operation, edition))
            .map(|operation| (operation.id.clone(), of_operation(operation, edition)))
            .collect(),
        quota_limits: quotas()
            .map(|quota| (quota.group.clone(), quota.limit))
            .collect(),
        quota_window_ms: quotas()
            .map(|quota| millis(quota.window))
            .max()
            .unwrap_or(MINUTE_MS),
        quota_window_start: match edition {
            Edition::Observed => WindowStart::Aligned,
            Edition::Documented | Edition::DocumentedV2 => WindowStart::FirstCall,
        },
        address_limit: numbers.address_limit,
        address_window_ms: millis(numbers.address_window),
        never_banned: Vec::new(),
        host_names: Vec::new(),
        ignored_429_limit: numbers.ignored_429_limit,
        ban_term_ms: millis(numbers.ban_term),
        unsupported: BTreeSet::new(),
        stands_for: BTreeMap::new(),
        own_fault_path: None,
        runs_on: false,
        long_run_calls: 0,
    }
}

/// What every gateway of an edition offers, whoever runs it.
pub fn capabilities(edition: Edition) -> BTreeSet<Capability> {
    let mut offered = BTreeSet::new();
    if edition != Edition::Observed {
        offered.insert(Capability::VersionTwo);
    }
    if edition != Edition::DocumentedV2 {
        offered.insert(Capability::Quota);
    }
    offered
}

/// What is declared of a gateway that follows an edition but for some numbers, and of what it offers.
pub(crate) fn profile(edition: Edition, otherwise: &DeclaredOtherwise, offer: &Offer) -> Profile {
    let mut numbers = gateway(&Contract::built_in(), edition);
    otherwise.apply(&mut numbers);
    let mut offered = capabilities(edition);
    if !numbers.never_banned.is_empty() {
        offered.insert(Capability::AllowList);
    }
    if numbers.long_run_calls > 0 {
        offered.insert(Capability::LongRun);
    }
    if numbers.own_fault_path.is_some() {
        offered.insert(Capability::OwnFault);
    }
    let mut profile = Profile {
        role: Role::Gateway,
        edition: edition.to_string(),
        capabilities: offered,
        gateway: numbers,
        client: ClientProfile::default(),
        provider: ProviderProfile::default(),
    };
    offer.apply(&mut profile);
    profile
}

impl DeclaredOtherwise {
    /// Puts these numbers in place of the edition's.
    pub fn apply(&self, gateway: &mut GatewayProfile) {
        let limits = self.quota_limits.iter();
        gateway
            .quota_limits
            .extend(limits.map(|(group, limit)| (group.clone(), *limit)));
        put(&mut gateway.quota_window_ms, self.quota_window_ms);
        put(&mut gateway.quota_window_start, self.quota_window_start);
        put(&mut gateway.address_limit, self.address_limit);
        put(&mut gateway.address_window_ms, self.address_window_ms);
        gateway.never_banned.clone_from(&self.never_banned);
        gateway.host_names.clone_from(&self.host_names);
        put(&mut gateway.ignored_429_limit, self.ignored_429_limit);
        put(&mut gateway.ban_term_ms, self.ban_term_ms);
        put(&mut gateway.long_run_calls, self.long_run_calls);
        gateway.own_fault_path.clone_from(&self.own_fault_path);
        for operation in gateway.operations.values_mut() {
            if !operation.providers.is_empty() {
                put(&mut operation.deadline_ms, self.provider_deadline_ms);
            }
        }
    }
}

/// In `observed` nothing of v2 is left but the list of rights.
fn is_served(operation: &Operation, edition: Edition) -> bool {
    edition != Edition::Observed || operation.version != 2 || operation.providers.is_empty()
}

fn of_operation(operation: &Operation, edition: Edition) -> OperationProfile {
    let quota = operation.quota.of(edition).as_ref();
    OperationProfile {
        version: operation.version,
        group: quota.map(|quota| quota.group.clone()),
        deadline_ms: millis(*operation.deadline.of(edition)),
        providers: operation.providers.clone(),
        scopes: operation.scopes.clone(),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

const MINUTE_MS: u64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(edition: Edition) -> GatewayProfile {
        gateway(&Contract::built_in(), edition)
    }

    #[test]
    fn the_documented_numbers_are_those_of_002() {
        let documented = of(Edition::Documented);

        assert_eq!(
            documented.quota("api_entreprise_v3_dgfip_attestations_fiscales"),
            Some(("dgfip_attestations_fiscales", 5))
        );
        assert_eq!(documented.address_limit, 1_000);
        assert_eq!(documented.ban_term(), Duration::from_secs(12 * 3_600));
        assert_eq!(
            documented.deadline("api_entreprise_v3_insee_unites_legales"),
            Some(Duration::from_secs(10))
        );
    }

    #[test]
    fn what_an_edition_does_not_have_is_no_capability() {
        assert!(
            !of(Edition::Observed)
                .operations
                .contains_key("v2_entreprises_restored")
        );
        assert!(!capabilities(Edition::Observed).contains(&Capability::VersionTwo));
        assert!(of(Edition::DocumentedV2).quota_limits.is_empty());
        assert!(!capabilities(Edition::DocumentedV2).contains(&Capability::Quota));
    }

    #[test]
    fn a_target_may_declare_its_own_numbers() {
        let mut gateway = of(Edition::Documented);
        let otherwise = DeclaredOtherwise {
            provider_deadline_ms: Some(4_000),
            quota_limits: [("json".to_owned(), 20)].into(),
            ..DeclaredOtherwise::default()
        };

        otherwise.apply(&mut gateway);

        assert_eq!(gateway.quota_limits["json"], 20);
        assert_eq!(gateway.quota_limits["documents"], 50);
        assert_eq!(
            gateway.deadline("api_entreprise_v3_insee_unites_legales"),
            Some(Duration::from_secs(4))
        );
    }
}
