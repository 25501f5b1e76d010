//! Over the edge of a quota, with many connections at once: exactly `limit` calls are accepted.
//!
//! The session's clock is moved by hand and stands still, so that no window
//! ends meanwhile; the limits of addresses are lifted, so that no ban strikes.

use std::collections::{BTreeMap, BTreeSet};

use doublure_control::{Client, ClockSetting, NewSession, Overrides};
use doublure_fixtures::{Contract, Edition, World};
use doublure_journal::CaptureLevel;
use doublure_rules::{
    Capability, ClientProfile, GatewayProfile, OperationProfile, Profile, ProviderProfile, Role,
    RunEvent,
};

use crate::{
    journey::Journey,
    names,
    plan::{self, Load, PlanError},
    rules,
};

/// The operation that is pressed on.
pub const OPERATION: &str = "api_entreprise_v3_insee_unites_legales";

/// Carries the plan out with so many users at once; every event of the run goes to `tell`.
///
/// # Errors
/// The control server or goose failed, or the edition has no quota by token.
pub async fn run(
    control: &Client,
    edition: Edition,
    users: usize,
    overrides: Overrides,
    tell: &mut impl FnMut(RunEvent),
) -> Result<(), PlanError> {
    let contract = Contract::built_in();
    let quota = contract
        .operation(OPERATION)
        .and_then(|operation| operation.quota.of(edition).clone())
        .ok_or_else(|| {
            PlanError::Unfit(format!(
                "the edition {edition} has no quota by token: choose documented or observed"
            ))
        })?;
    let new = session(edition, overrides);
    plan::carry_out(
        names::QUOTA_EDGE,
        control,
        &new,
        &rules::CATALOGUE,
        async |session| {
            let view = session.view().await?;
            let token = view.tokens.get("standard").cloned().unwrap_or_default();
            // What is declared, not what an override made of it: an override may be the fault.
            Ok((
                journey(token, users),
                load(users, quota.limit),
                profile(&view.edition, &quota.group, quota.limit),
            ))
        },
        tell,
    )
    .await
}

fn session(edition: Edition, overrides: Overrides) -> NewSession {
    NewSession {
        clock: ClockSetting::Manual(None),
        edition: Some(edition.to_string()),
        capture: Some(CaptureLevel::Meta),
        overrides: Overrides {
            address_limit: Some(u32::MAX),
            ignored_429_limit: Some(u32::MAX),
            ..overrides
        },
        ..NewSession::default()
    }
}

fn journey(token: String, users: usize) -> Journey {
    let known = World::well_known()
        .iter()
        .find(|company| company.name == "all-in-order");
    let siren = known.map_or("418166096", |company| company.siren);
    Journey {
        path: format!("/v3/insee/sirene/unites_legales/{siren}"),
        recipient: "13002526500013".to_owned(),
        token,
        users,
    }
}

/// As many calls of each user as it takes to go over the limit by one call each at least.
fn load(users: usize, limit: u32) -> Load {
    let users = users.max(1);
    let calls_each = usize::try_from(limit).unwrap_or(usize::MAX) / users + 2;
    Load { users, calls_each }
}

/// What is declared of the gateway that is pressed on.
pub(crate) fn profile(edition: &str, group: &str, limit: u32) -> Profile {
    let operation = OperationProfile {
        version: 3,
        group: Some(group.to_owned()),
        ..OperationProfile::default()
    };
    Profile {
        role: Role::Gateway,
        edition: edition.to_owned(),
        capabilities: BTreeSet::from([Capability::Quota, Capability::Clock, Capability::Providers]),
        gateway: GatewayProfile {
            operations: BTreeMap::from([(OPERATION.to_owned(), operation)]),
            quota_limits: BTreeMap::from([(group.to_owned(), limit)]),
            ..GatewayProfile::default()
        },
        client: ClientProfile::default(),
        provider: ProviderProfile::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_goes_over_the_limit_whatever_the_number_of_users() {
        for users in [1, 2, 3, 64, 250, 1_000] {
            let load = load(users, 250);

            assert!(
                load.calls() > 250,
                "{users} users make {} calls",
                load.calls()
            );
        }
    }
}
