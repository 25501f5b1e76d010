//! Why a rule cannot be put to the test on a target.

use doublure_fixtures::Contract;
use doublure_rules::{Capability, History, Profile, Role, Rule};

use crate::trials;

/// Why a rule cannot be put to the test on the target of a history; none: it can.
pub(crate) fn lacking(rule: &Rule, history: &History) -> Option<String> {
    let profile = &history.profile;
    if let Some(capability) = missing(rule, profile) {
        return Some(if profile.gateway.unsupported.contains(&capability) {
            format!("`{capability}` is declared as unsupported")
        } else {
            capability.absence().to_owned()
        });
    }
    let serves = |id: &&&str| profile.gateway.operations.contains_key(**id);
    let called = (profile.role == Role::Gateway).then(|| trials::called(rule.trial));
    let unserved = called.unwrap_or_default().iter().find(|id| !serves(id))?;
    Some(format!("this target does not serve {}", named(unserved)))
}

/// An operation, and whom a target must know to serve it.
fn named(id: &str) -> String {
    let contract = Contract::built_in();
    let providers = contract.operation(id).map_or(&[][..], |one| &one.providers);
    match providers {
        [] => id.to_owned(),
        some => format!("{id}, which asks {}", some.join(" and ")),
    }
}

/// The first capability that a rule needs and a target does not offer.
fn missing(rule: &Rule, profile: &Profile) -> Option<Capability> {
    let mut needs = rule.needs.iter().copied();
    needs.find(|need| !profile.capabilities.contains(need))
}

#[cfg(test)]
mod tests {
    use doublure_rules::testing::HistoryBuilder;

    use super::*;
    use crate::{catalogue, trials::names::LATE_PROVIDERS};

    fn why(id: &str, change: impl FnOnce(&mut Profile)) -> Option<String> {
        let rule = catalogue::RULES.iter().find(|rule| rule.id == id).unwrap();
        let served = |profile: &mut Profile| {
            let operation = profile.gateway.operations["op"].clone();
            let called = trials::called(LATE_PROVIDERS);
            for id in called {
                let operations = &mut profile.gateway.operations;
                operations.insert((*id).to_owned(), operation.clone());
            }
            profile.capabilities.insert(Capability::Providers);
        };
        let told = HistoryBuilder::gateway().declaring(served);
        lacking(rule, &told.declaring(change).end())
    }

    const SILENT: &str = "gw.timeout.silent-provider-gives-504";

    #[test]
    fn a_target_that_has_all_that_is_needed_lacks_nothing() {
        assert_eq!(why(SILENT, |_| ()), None);
    }

    #[test]
    fn what_is_missing_and_what_is_declared_as_unsupported_are_told_apart() {
        let missing = why(SILENT, |profile| {
            profile.capabilities.remove(&Capability::Providers);
        });
        let declared = why(SILENT, |profile| {
            profile.capabilities.remove(&Capability::Providers);
            profile.gateway.unsupported.insert(Capability::Providers);
        });

        assert_eq!(missing.unwrap(), Capability::Providers.absence());
        assert_eq!(declared.unwrap(), "`providers` is declared as unsupported");
    }

    #[test]
    fn a_trial_calls_no_operation_that_is_not_served() {
        let unserved = trials::called(LATE_PROVIDERS)[0];

        let why = why(SILENT, |profile| {
            profile.gateway.operations.remove(unserved);
        });

        assert_eq!(
            why.unwrap(),
            format!("this target does not serve {unserved}, which asks insee")
        );
    }
}
