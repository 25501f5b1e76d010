//! Numbers that differ from the edition's, and the numbers in force.

use std::{collections::BTreeMap, time::Duration};

use doublure_control::{Declared, Overrides};
use doublure_gateway::Policy;
use doublure_scenarios::Names;

use crate::problem::{Refusal, no_such};

/// The edition's policy with what differs from it.
pub(crate) fn apply(
    overrides: &Overrides,
    mut policy: Policy,
    names: &dyn Names,
) -> Result<Policy, Refusal> {
    quotas(overrides, &mut policy)?;
    tokens(overrides, &mut policy, names)?;
    addresses(overrides, &mut policy)?;
    deadlines(overrides, &mut policy)?;
    put(
        &mut policy.document_life,
        millis(overrides.document_life_ms),
    );
    put(
        &mut policy.leaks_provider_words,
        overrides.leaks_provider_words,
    );
    put(&mut policy.cache, overrides.cache);
    Ok(policy)
}

/// The numbers in force, for judges and people.
pub(crate) fn declared(policy: &Policy) -> Declared {
    Declared {
        quota_limits: policy.quota_limits.clone(),
        quota_window_ms: in_millis(policy.quota_window),
        provider_deadline_ms: policy
            .provider_deadlines
            .iter()
            .map(|(operation, deadline)| (operation.clone(), in_millis(*deadline)))
            .collect::<BTreeMap<_, _>>(),
        address_limit: policy.address_limit,
        address_window_ms: in_millis(policy.address_window),
        ignored_429_limit: policy.ignored_429_limit,
        ban_term_ms: in_millis(policy.ban_term),
        document_life_ms: in_millis(policy.document_life),
    }
}

fn quotas(overrides: &Overrides, policy: &mut Policy) -> Result<(), Refusal> {
    put(
        &mut policy.quota_window,
        window("overrides.quota_window_ms", overrides.quota_window_ms)?,
    );
    put(&mut policy.quota_window_start, overrides.quota_window_start);
    if let Some(limit) = overrides.quota_limit {
        policy
            .quota_limits
            .values_mut()
            .for_each(|each| *each = limit);
    }
    for (group, limit) in &overrides.quota_limits {
        match policy.quota_limits.get_mut(group) {
            Some(each) => *each = *limit,
            None => return Err(no_such_group(group, policy)),
        }
    }
    Ok(())
}

fn addresses(overrides: &Overrides, policy: &mut Policy) -> Result<(), Refusal> {
    put(&mut policy.address_limit, overrides.address_limit);
    put(
        &mut policy.address_window,
        window("overrides.address_window_ms", overrides.address_window_ms)?,
    );
    put(&mut policy.ignored_429_limit, overrides.ignored_429_limit);
    put(&mut policy.ban_term, millis(overrides.ban_term_ms));
    put(
        &mut policy.ban_prolonged_by_calls,
        overrides.ban_prolonged_by_calls,
    );
    put(&mut policy.ban_manner, overrides.ban_manner);
    put(
        &mut policy.trusts_forwarded_for,
        overrides.trust_forwarded_for,
    );
    policy.never_banned.clone_from(&overrides.never_banned);
    Ok(())
}

/// One deadline for all operations gives way to the deadline of one.
fn deadlines(overrides: &Overrides, policy: &mut Policy) -> Result<(), Refusal> {
    let all = &mut policy.provider_deadlines;
    if let Some(deadline) = millis(overrides.provider_deadline_ms) {
        all.values_mut().for_each(|each| *each = deadline);
    }
    for (operation, ms) in &overrides.provider_deadlines_ms {
        let Some(each) = all.get_mut(operation) else {
            let known = all.keys().map(String::as_str);
            return Err(Refusal::invalid(
                "overrides.provider_deadlines_ms",
                no_such("operation", operation, known),
            ));
        };
        *each = Duration::from_millis(*ms);
    }
    Ok(())
}

fn tokens(overrides: &Overrides, policy: &mut Policy, names: &dyn Names) -> Result<(), Refusal> {
    let known = names.tokens();
    for name in overrides.tokens.keys() {
        if !known.contains(&name.as_str()) {
            return Err(Refusal::invalid(
                "overrides.tokens",
                no_such("token", name, known),
            ));
        }
    }
    policy.tokens.clone_from(&overrides.tokens);
    Ok(())
}

fn no_such_group(group: &str, policy: &Policy) -> Refusal {
    let known = policy.quota_limits.keys().map(String::as_str);
    Refusal::invalid(
        "overrides.quota_limits",
        no_such("quota group", group, known),
    )
}

fn window(field: &str, ms: Option<u64>) -> Result<Option<Duration>, Refusal> {
    match ms {
        Some(0) => Err(Refusal::invalid(
            field,
            format!("`{field}` is 0; a window lasts at least 1 ms"),
        )),
        other => Ok(millis(other)),
    }
}

fn millis(ms: Option<u64>) -> Option<Duration> {
    ms.map(Duration::from_millis)
}

fn in_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn put<T>(place: &mut T, other: Option<T>) {
    if let Some(other) = other {
        *place = other;
    }
}

#[cfg(test)]
mod tests {
    use doublure_control::TokenTerms;
    use doublure_fixtures::{Contract, Edition};

    use super::*;
    use crate::House;

    fn apply(overrides: &Overrides, policy: Policy) -> Result<Policy, Refusal> {
        super::apply(overrides, policy, &House::new(Contract::built_in()))
    }

    fn documented() -> Policy {
        Policy::of(Edition::Documented, &Contract::built_in())
    }

    #[test]
    fn no_override_leaves_the_edition_as_it_is() {
        let policy = apply(&Overrides::default(), documented()).unwrap();

        assert_eq!(policy, documented());
    }

    #[test]
    fn one_limit_for_all_groups_gives_way_to_the_limit_of_one() {
        let overrides = Overrides {
            quota_limit: Some(7),
            quota_limits: BTreeMap::from([("documents".to_owned(), 3)]),
            ..Overrides::default()
        };

        let policy = apply(&overrides, documented()).unwrap();

        assert_eq!(policy.quota_limits["json"], 7);
        assert_eq!(policy.quota_limits["documents"], 3);
    }

    #[test]
    fn an_unknown_group_is_refused_with_the_groups_there_are() {
        let overrides = Overrides {
            quota_limits: BTreeMap::from([("document".to_owned(), 3)]),
            ..Overrides::default()
        };

        let refusal = apply(&overrides, documented()).unwrap_err();

        assert_eq!(
            refusal.problem.field.as_deref(),
            Some("overrides.quota_limits")
        );
        assert!(
            refusal
                .problem
                .problem
                .contains("did you mean `documents`?")
        );
    }

    #[test]
    fn an_unknown_token_or_operation_is_refused_with_the_one_that_was_meant() {
        let token = Overrides {
            tokens: BTreeMap::from([("secnd".to_owned(), TokenTerms::default())]),
            ..Overrides::default()
        };
        let operation = Overrides {
            provider_deadlines_ms: BTreeMap::from([(
                "api_entreprise_v3_insee_unites_legale".to_owned(),
                1,
            )]),
            ..Overrides::default()
        };

        for (overrides, meant) in [
            (token, "did you mean `second`?"),
            (
                operation,
                "did you mean `api_entreprise_v3_insee_unites_legales`?",
            ),
        ] {
            let refusal = apply(&overrides, documented()).unwrap_err();

            assert!(refusal.problem.problem.contains(meant), "{refusal:?}");
        }
    }

    #[test]
    fn a_window_without_length_is_refused() {
        let overrides = Overrides {
            address_window_ms: Some(0),
            ..Overrides::default()
        };

        let refusal = apply(&overrides, documented()).unwrap_err();

        assert_eq!(
            refusal.problem.field.as_deref(),
            Some("overrides.address_window_ms")
        );
    }

    #[test]
    fn what_is_overridden_is_what_is_declared() {
        let overrides = Overrides {
            quota_limit: Some(1),
            quota_window_ms: Some(2),
            provider_deadline_ms: Some(3),
            address_limit: Some(4),
            address_window_ms: Some(5),
            ignored_429_limit: Some(6),
            ban_term_ms: Some(7),
            document_life_ms: Some(8),
            ..Overrides::default()
        };

        let declared = declared(&apply(&overrides, documented()).unwrap());

        assert!(declared.quota_limits.values().all(|limit| *limit == 1));
        assert_eq!(declared.quota_window_ms, 2);
        assert!(!declared.provider_deadline_ms.is_empty());
        assert!(declared.provider_deadline_ms.values().all(|ms| *ms == 3));
        assert_eq!(declared.address_limit, 4);
        assert_eq!(declared.address_window_ms, 5);
        assert_eq!(declared.ignored_429_limit, 6);
        assert_eq!(declared.ban_term_ms, 7);
        assert_eq!(declared.document_life_ms, 8);
    }
}
