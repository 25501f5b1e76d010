//! The numbers and manners in force in a session.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc, time::Duration};

use doublure_fixtures::{Contract, Edition, contract::Operation};
use doublure_scenarios::{BanManner, TokenTerms, WindowStart};

/// The edition's numbers and manners; a session may override any of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The edition: decides all that has no field here.
    pub edition: Edition,
    /// Limit of each quota group, by name.
    pub quota_limits: BTreeMap<String, u32>,
    /// What holds for one token only, by the name of one that the gateway is made with.
    pub tokens: BTreeMap<String, TokenTerms>,
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
    /// Addresses that are never banned.
    pub never_banned: Vec<IpAddr>,
    /// Whether a caller's address is the last one of `X-Forwarded-For`, where there is one.
    pub trusts_forwarded_for: bool,
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
    /// Whether it stands behind a gateway, as a provider that speaks its shape: it demands no token and no tracing
    /// parameters, counts nothing, bans nobody.
    pub plain: bool,
}

impl Policy {
    /// What an edition states.
    pub fn of(edition: Edition, contract: &Contract) -> Self {
        let numbers = contract.numbers(edition);
        let quotas = || {
            let operations = contract.operations().iter();
            operations.filter_map(move |operation| operation.quota.of(edition).as_ref())
        };
        let deadline =
            |operation: &Arc<Operation>| (operation.id.clone(), *operation.deadline.of(edition));
        Self {
            edition,
            quota_limits: quotas()
                .map(|quota| (quota.group.clone(), quota.limit))
                .collect(),
            tokens: BTreeMap::new(),
            quota_window: quotas().next().map_or(MINUTE, |quota| quota.window),
            quota_window_start: match edition {
                Edition::Observed => WindowStart::Aligned,
                Edition::Documented | Edition::DocumentedV2 => WindowStart::FirstCall,
            },
            provider_deadlines: contract.operations().iter().map(deadline).collect(),
            address_limit: numbers.address_limit,
            address_window: numbers.address_window,
            never_banned: Vec::new(),
            trusts_forwarded_for: false,
            ignored_429_limit: numbers.ignored_429_limit,
            ban_term: numbers.ban_term,
            ban_prolonged_by_calls: false,
            ban_manner: BanManner::Silence,
            document_life: numbers.document_life,
            leaks_provider_words: false,
            cache: true,
            plain: false,
        }
    }

    /// What a provider does that speaks the shape of version 3 with an edition's statuses, for gateways that only
    /// forward. It gives up on nobody: how long to wait is for the gateway in front of it to know. What breaks on the wire
    /// to a provider breaks on the wire to that gateway, but where an answer is made of several providers'.
    pub fn plain(edition: Edition, contract: &Contract) -> Self {
        let as_stated = Self::of(edition, contract);
        let operations = contract.operations().iter();
        Self {
            provider_deadlines: operations
                .map(|operation| (operation.id.clone(), FOR_EVER))
                .collect(),
            cache: false,
            plain: true,
            address_limit: u32::MAX,
            ..as_stated
        }
    }
}

/// Longer than any session.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 3_600);
/// Length of a quota window where an edition has no quota at all, so that one given by hand has a window.
const MINUTE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_state_their_numbers() {
        let policy = Policy::of(Edition::Documented, &Contract::built_in());

        assert_eq!(policy.quota_limits["json"], 250);
        assert_eq!(policy.quota_limits["documents"], 50);
        assert_eq!(policy.quota_limits["dgfip_attestations_fiscales"], 5);
        assert_eq!(policy.quota_window_start, WindowStart::FirstCall);
        assert_eq!(
            (policy.address_limit, policy.ignored_429_limit),
            (1_000, 50)
        );
        assert_eq!(policy.ban_term, Duration::from_secs(12 * 3_600));
        assert!(
            policy
                .provider_deadlines
                .values()
                .all(|limit| limit.as_secs() == 10)
        );
    }

    #[test]
    fn the_running_service_differs_where_its_columns_do() {
        let policy = Policy::of(Edition::Observed, &Contract::built_in());

        assert_eq!(policy.quota_limits["urssaf_attestation_sociales"], 100);
        assert_eq!(policy.quota_window_start, WindowStart::Aligned);
        let deadline = &policy.provider_deadlines["api_entreprise_v3_insee_unites_legales"];
        assert_eq!(deadline.as_secs(), 2);
    }

    #[test]
    fn the_older_documents_have_no_quota_and_another_address_limit() {
        let policy = Policy::of(Edition::DocumentedV2, &Contract::built_in());

        assert!(policy.quota_limits.is_empty());
        assert_eq!(policy.address_limit, 2_000);
        assert_eq!(policy.address_window, Duration::from_secs(600));
    }
}
