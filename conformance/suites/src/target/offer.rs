//! What a gateway offers beyond its edition, does not offer, and serves.

use std::collections::{BTreeMap, BTreeSet};

use doublure_fixtures::{Contract, Edition};
use doublure_rules::{Capability, Profile, Role};
use doublure_scenarios::instead;
use serde::Deserialize;

use super::table::Amiss;
use crate::{catalogue, declared};

/// What a gateway offers beyond its edition, does not offer, and serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// What it offers though not every gateway of its edition does.
    pub supports: BTreeSet<Capability>,
    /// What it does not offer: rules that need it are not applicable.
    pub unsupported: BTreeSet<Capability>,
    /// Ids of the operations that it serves; none: all of its edition.
    pub served: Option<BTreeSet<String>>,
    /// Ids of the operations that stand for a quota group, or for the smallest one.
    pub stands_for: BTreeMap<String, String>,
}

/// `[gateway.operations]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OperationsTable {
    served: Option<Vec<String>>,
    stands_for: BTreeMap<String, String>,
}

impl Offer {
    /// Puts what is offered in the place of the edition's.
    pub(crate) fn apply(&self, profile: &mut Profile) {
        let offered = profile.capabilities.union(&self.supports);
        profile.capabilities = offered.copied().collect();
        profile
            .capabilities
            .retain(|capability| !self.unsupported.contains(capability));
        let gateway = &mut profile.gateway;
        gateway.unsupported.clone_from(&self.unsupported);
        gateway.stands_for.clone_from(&self.stands_for);
        if let Some(served) = &self.served {
            gateway.operations.retain(|id, _| served.contains(id));
        }
    }

    /// What two lists of names and a table say; `behind` are the ids of the providers, where it looks for them.
    pub(super) fn read(
        edition: Edition,
        (supports, unsupported): (&[String], &[String]),
        operations: &OperationsTable,
        behind: &BTreeSet<&str>,
    ) -> Result<Self, Amiss> {
        let offer = Self {
            supports: capabilities("supports", supports)?,
            unsupported: capabilities("unsupported", unsupported)?,
            served: operations.served(edition, behind)?,
            stands_for: operations.stands_for.clone(),
        };
        for (capability, place) in SAID_ELSEWHERE {
            if offer.supports.contains(&capability) {
                let problem = format!("`{capability}` is said in `gateway.{place}`, with how");
                return Err(Amiss::at("supports", problem));
            }
        }
        if let Some(both) = offer.supports.intersection(&offer.unsupported).next() {
            let problem = format!("`{both}` stands in `supports` as well");
            return Err(Amiss::at("unsupported", problem));
        }
        offer.check_stand_ins(edition)?;
        Ok(offer)
    }

    fn check_stand_ins(&self, edition: Edition) -> Result<(), Amiss> {
        let all = declared::gateway(&Contract::built_in(), edition);
        let groups: Vec<&str> = all.quota_limits.keys().map(String::as_str).collect();
        for (group, id) in &self.stands_for {
            let field = format!("operations.stands_for.{group}");
            let known: Vec<&str> = groups.iter().copied().chain([STRICT]).collect();
            if !known.contains(&group.as_str()) {
                let problem = format!("no quota group `{group}`{}", instead(group, &known));
                return Err(Amiss::at(field, problem));
            }
            if self.served.as_ref().is_some_and(|ids| !ids.contains(id)) {
                let problem = format!(
                    "`{id}` is not served: add it to `operations.served`, and its provider to `providers`"
                );
                return Err(Amiss::at(field, problem));
            }
            match all.quota(id) {
                None => {
                    let ids: Vec<&str> = all.operations.keys().map(String::as_str).collect();
                    let problem =
                        format!("no operation with a quota is `{id}`{}", instead(id, &ids));
                    return Err(Amiss::at(field, problem));
                }
                Some((its, _)) if group != STRICT && its != group => {
                    let problem = format!("`{id}` counts in the group `{its}`");
                    return Err(Amiss::at(field, problem));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

impl OperationsTable {
    /// The ids that are served: those that are listed, of which each provider is one that the gateway looks for.
    fn served(
        &self,
        edition: Edition,
        behind: &BTreeSet<&str>,
    ) -> Result<Option<BTreeSet<String>>, Amiss> {
        let all = declared::gateway(&Contract::built_in(), edition).operations;
        let listed: BTreeSet<&str> = match &self.served {
            None if behind.is_empty() => return Ok(None),
            None => all.keys().map(String::as_str).collect(),
            Some(listed) => {
                let mut found = BTreeSet::new();
                for wanted in listed {
                    let before = found.len();
                    found.extend(all.keys().map(String::as_str).filter(|id| fits(wanted, id)));
                    if found.len() == before && !found.contains(wanted.as_str()) {
                        let ids: Vec<&str> = all.keys().map(String::as_str).collect();
                        let problem =
                            format!("no operation is `{wanted}`{}", instead(wanted, &ids));
                        return Err(Amiss::at("operations.served", problem));
                    }
                }
                found
            }
        };
        let any = behind.is_empty() || behind.contains(PLAIN);
        let reached = |id: &&str| {
            let providers = all.get(*id).map_or(&[][..], |one| &one.providers);
            any || providers.iter().all(|id| behind.contains(id.as_str()))
        };
        let served = listed.into_iter().filter(reached).map(str::to_owned);
        Ok(Some(served.collect()))
    }
}

/// Whether an id is the one that is written, or begins as it says before its asterisk.
fn fits(wanted: &str, id: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => id.starts_with(beginning),
        None => id == wanted,
    }
}

/// The capabilities of these names: only those that some rule of a gateway asks for.
fn capabilities(field: &str, names: &[String]) -> Result<BTreeSet<Capability>, Amiss> {
    let asked_for = catalogue::of(Role::Gateway).flat_map(|rule| rule.needs.iter().copied());
    let known: BTreeMap<String, Capability> =
        asked_for.map(|known| (known.to_string(), known)).collect();
    let read = |name: &String| {
        known.get(name).copied().ok_or_else(|| {
            let all: Vec<&str> = known.keys().map(String::as_str).collect();
            let problem = format!("no rule needs `{name}`{}", instead(name, &all));
            Amiss::at(field, problem)
        })
    };
    names.iter().map(read).collect()
}

/// Id of the provider that speaks the gateway's own shape and asks all the others.
pub(super) const PLAIN: &str = "plain";
/// The key of the operation that stands for the smallest quota.
pub(crate) const STRICT: &str = "strict";

/// What is not merely offered: the harness must be told how it is used.
const SAID_ELSEWHERE: [(Capability, &str); 8] = [
    (Capability::Clock, "clock"),
    (Capability::Providers, "providers"),
    (Capability::AllowList, "declared.never_banned"),
    (Capability::OwnFault, "declared.own_fault_path"),
    (Capability::LongRun, "declared.long_run_calls"),
    (Capability::Ban, "ban"),
    (Capability::BanTerm, "ban"),
    (Capability::Addresses, "source_addresses"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const COMPANY: &str = "api_entreprise_v3_insee_unites_legales";
    const TAXES: &str = "api_entreprise_v3_dgfip_attestations_fiscales";

    fn offer(text: &str, behind: &[&str]) -> Result<Offer, String> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Text {
            supports: Vec<String>,
            unsupported: Vec<String>,
            operations: OperationsTable,
        }
        let text: Text = toml::from_str(text).unwrap();
        let behind = behind.iter().copied().collect();
        let names = (&text.supports[..], &text.unsupported[..]);
        Offer::read(Edition::Documented, names, &text.operations, &behind)
            .map_err(|amiss| format!("{amiss:?}"))
    }

    fn served(text: &str, behind: &[&str]) -> BTreeSet<String> {
        offer(text, behind).unwrap().served.unwrap()
    }

    #[test]
    fn who_says_nothing_serves_and_offers_what_the_edition_does() {
        assert_eq!(offer("", &[]), Ok(Offer::default()));
    }

    #[test]
    fn what_is_not_supported_is_taken_out_of_the_edition_s_offer() {
        let offer = offer("supports = [\"tls\"]\nunsupported = [\"quota\"]", &[]).unwrap();

        let profile = declared::profile(Edition::Documented, &Default::default(), &offer);

        assert!(profile.capabilities.contains(&Capability::Tls));
        assert!(!profile.capabilities.contains(&Capability::Quota));
        assert_eq!(profile.gateway.unsupported, [Capability::Quota].into());
    }

    #[test]
    fn a_gateway_that_knows_three_providers_serves_what_is_made_of_them() {
        let served = served("", &["insee", "infogreffe", "urssaf"]);

        assert!(served.contains(COMPANY) && served.contains("api_entreprise_privileges"));
        assert!(!served.contains(TAXES));
    }

    #[test]
    fn behind_a_gateway_that_only_forwards_one_provider_stands_for_all() {
        let all = served("", &["plain"]);
        let some = served(
            "operations.served = [\"api_entreprise_v3_insee_*\"]",
            &["plain"],
        );

        assert!(all.contains(COMPANY) && all.contains(TAXES));
        assert!(some.contains(COMPANY) && !some.contains(TAXES));
    }

    #[test]
    fn operations_are_listed_by_their_ids_or_by_how_they_begin() {
        let text = format!("operations.served = [\"api_entreprise_v3_insee_*\", \"{TAXES}\"]");

        let served = served(&text, &[]);

        assert!(served.contains(COMPANY) && served.contains(TAXES));
        assert!(served.iter().all(|id| id.contains("insee") || id == TAXES));
    }

    #[test]
    fn a_name_that_nothing_has_is_told_with_the_one_that_was_meant() {
        let problem = |text: &str| offer(text, &["insee"]).unwrap_err();

        assert!(problem("unsupported = [\"qota\"]").contains("did you mean `quota`?"));
        assert!(problem("supports = [\"known-entity\"]").contains("no rule needs `known-entity`"));
        assert!(problem("supports = [\"providers\"]").contains("`gateway.providers`"));
        assert!(problem("supports = [\"quota\"]\nunsupported = [\"quota\"]").contains("as well"));
        let typo = COMPANY.replace("legales", "legale");
        let listed = format!("operations.served = [\"{typo}\"]");
        assert!(problem(&listed).contains(&format!("did you mean `{COMPANY}`?")));
    }

    #[test]
    fn what_stands_for_a_group_is_served_and_counts_in_it() {
        let problem = |group: &str, id: &str| {
            let text = format!("operations.stands_for.{group} = \"{id}\"");
            offer(&text, &["insee"]).err()
        };

        assert_eq!(problem("json", COMPANY), None);
        assert_eq!(problem(STRICT, COMPANY), None);
        assert!(
            problem("jsn", COMPANY)
                .unwrap()
                .contains("did you mean `json`?")
        );
        assert!(
            problem("documents", COMPANY)
                .unwrap()
                .contains("group `json`")
        );
        assert!(problem(STRICT, TAXES).unwrap().contains("is not served"));
        let free = "api_entreprise_privileges";
        assert!(
            problem("json", free)
                .is_none_or(|why| why.contains("with a quota") || why.contains("group"))
        );
    }
}
