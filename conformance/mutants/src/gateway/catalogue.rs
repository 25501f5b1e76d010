//! Every broken gateway, one theme a file.

mod auth;
mod availability;
mod ban;
mod cache;
mod classes;
mod document;
mod error;
mod partial;
mod questions;
mod quota;
mod relay;
mod status;
mod timeout;
mod tls;

use super::Mutant;

/// Every broken gateway, by theme.
pub fn all() -> impl Iterator<Item = &'static Mutant> {
    [
        relay::MUTANTS,
        timeout::MUTANTS,
        quota::MUTANTS,
        ban::MUTANTS,
        error::MUTANTS,
        partial::MUTANTS,
        classes::MUTANTS,
        questions::MUTANTS,
        auth::MUTANTS,
        availability::MUTANTS,
        status::MUTANTS,
        cache::MUTANTS,
        document::MUTANTS,
        tls::MUTANTS,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doublure_rules::Role;
    use doublure_suites::catalogue;

    use super::*;

    #[test]
    fn every_reason_of_every_rule_has_its_killer() {
        let killed: BTreeSet<(&str, &str)> =
            all().flat_map(|mutant| mutant.kills).copied().collect();

        for rule in catalogue::of(Role::Gateway) {
            for reason in rule.reasons {
                assert!(
                    killed.contains(&(rule.id, *reason)),
                    "{} ({reason})",
                    rule.id
                );
            }
        }
    }

    #[test]
    fn what_is_listed_is_in_the_catalogue_of_rules() {
        for mutant in all() {
            for (id, reason) in mutant.kills {
                let rule = catalogue::find(id).unwrap();
                assert!(rule.reasons.contains(reason), "{}: {reason}", mutant.name);
            }
            for id in mutant.collateral {
                assert!(catalogue::find(id).is_some(), "{}: {id}", mutant.name);
            }
        }
    }

    #[test]
    fn a_mutant_goes_unseen_only_as_long_as_its_rule_is_not_there() {
        for mutant in all() {
            assert_eq!(
                mutant.awaits.is_some(),
                mutant.kills.is_empty(),
                "{}",
                mutant.name
            );
            let awaited = mutant.awaits.and_then(catalogue::find);
            assert!(awaited.is_none(), "{} can be killed now", mutant.name);
        }
    }

    #[test]
    fn no_name_is_given_twice_and_each_mutant_says_what_it_breaks() {
        let names: BTreeSet<&str> = all().map(|mutant| mutant.name).collect();

        assert_eq!(names.len(), all().count());
        for mutant in all() {
            assert!(mutant.breaks.ends_with('.'), "{}", mutant.name);
            assert!(!mutant.editions.is_empty(), "{}", mutant.name);
        }
    }
}
