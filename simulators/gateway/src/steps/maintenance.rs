//! Is the main provider in maintenance at this hour (facts 101–102)? Asked before the path parameter is.

use std::ops::ControlFlow;

use doublure_fixtures::{Contract, contract::Maintenance};
use doublure_journal::Moment;
use jiff::civil::Time;

use crate::{
    Gateway,
    answers::dates,
    call::{Call, Flow, unless},
    harmonise,
    refusal::Refusal,
    trouble::Class,
};

/// Keeps calls from a provider that is closed for the hour.
pub(crate) fn step(gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
    let provider = call
        .target()
        .and_then(|target| target.operation.providers.first())
        .and_then(|id| gateway.contract.provider(id));
    let Some(provider) = provider else {
        return ControlFlow::Continue(());
    };
    let window = running(&gateway.contract, &provider.id, now);
    unless(window.map(|(window, end)| Refusal {
        retry_in: Some(end.unix_seconds() - now.unix_seconds()),
        detail: Some(detail(window)),
        ..Refusal::by(
            provider,
            harmonise::subcode(Class::Maintenance, gateway.policy.edition),
        )
    }))
}

/// The window of a provider that is running, and when it ends.
pub(crate) fn running<'a>(
    contract: &'a Contract,
    provider: &str,
    now: Moment,
) -> Option<(&'a Maintenance, Moment)> {
    let today = dates::day_in_paris(now.unix_seconds());
    let mut windows = contract.maintenance(provider);
    windows.find_map(|window| {
        let at = |time: Time| dates::moment_in_paris(today.to_datetime(time));
        let (from, to) = (at(window.from)?, at(window.to)?);
        let runs = window.days.include(today) && from <= now && now < to;
        runs.then_some((window, to))
    })
}

fn detail(window: &Maintenance) -> String {
    let hour = |time: Time| time.strftime("%H:%M").to_string();
    let (from, to) = (hour(window.from), hour(window.to));
    format!("Le fournisseur de données est fermé pour maintenance entre {from} et {to}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(provider: &str, now: &str) -> Option<u64> {
        let now: Moment = now.parse().unwrap();
        let contract = Contract::built_in();
        running(&contract, provider, now).map(|(_, end)| end.since(now).as_secs())
    }

    #[test]
    fn dgfip_is_closed_from_one_to_two_in_paris_in_winter_and_in_summer() {
        assert_eq!(left("dgfip", "2026-01-15T00:00:00Z"), Some(3_600));
        assert_eq!(left("dgfip", "2026-01-15T00:59:59Z"), Some(1));
        assert_eq!(left("dgfip", "2026-01-15T01:00:00Z"), None);
        assert_eq!(left("dgfip", "2026-07-15T23:30:00Z"), Some(1_800));
        assert_eq!(left("insee", "2026-01-15T00:00:00Z"), None);
    }

    #[test]
    fn an_hour_that_clocks_pass_over_ends_when_they_do() {
        // In Paris the clocks go from 2 to 3 at 01:00Z on 29 March 2026, and back at 01:00Z on 25 October.
        assert_eq!(left("dgfip", "2026-03-29T00:59:59Z"), Some(1));
        assert_eq!(left("dgfip", "2026-03-29T01:00:00Z"), None);
        assert_eq!(left("dgfip", "2026-10-24T23:00:00Z"), Some(3_600));
        assert_eq!(left("dgfip", "2026-10-25T00:00:00Z"), None);
    }

    #[test]
    fn one_day_of_maintenance_comes_once() {
        assert_eq!(left("gip_mds", "2025-03-20T12:00:00Z"), Some(4 * 3_600));
        assert_eq!(left("gip_mds", "2025-03-21T12:00:00Z"), None);
    }

    #[test]
    fn the_refusal_names_the_hours() {
        let contract = Contract::built_in();
        let window = contract.maintenance("dgfip").next().unwrap();

        assert!(detail(window).contains("entre 01:00 et 02:00"));
    }
}
