//! Is the main provider in maintenance at this hour (facts 101–102)? Asked before the path parameter is.

use std::ops::ControlFlow;

use doublure_journal::Moment;
use jiff::{Timestamp, civil::Time};

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
    let window = running(&provider.id, now);
    unless(window.map(|(window, left)| Refusal {
        retry_in: Some(left),
        detail: Some(window.detail()),
        ..Refusal::by(
            provider,
            harmonise::subcode(Class::Maintenance, gateway.policy.edition),
        )
    }))
}

/// An hour of every day, in Paris, at which a provider is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    provider: &'static str,
    from: Time,
    to: Time,
}

impl Window {
    fn detail(&self) -> String {
        let hour = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        let (from, to) = (hour(self.from), hour(self.to));
        format!("Le fournisseur de données est fermé pour maintenance entre {from} et {to}.")
    }
}

/// The window of a provider that is running, and the seconds left of it.
fn running(provider: &str, now: Moment) -> Option<(Window, u64)> {
    let instant = Timestamp::from_second(i64::try_from(now.unix_seconds()).ok()?).ok()?;
    let clock = instant.to_zoned(dates::paris()).time();
    let window = WINDOWS
        .into_iter()
        .find(|window| window.provider == provider && window.from <= clock && clock < window.to)?;
    let left = window.to.duration_since(clock).as_secs();
    Some((window, u64::try_from(left).ok()?))
}

const WINDOWS: [Window; 1] = [Window {
    provider: "dgfip",
    from: Time::constant(1, 0, 0, 0),
    to: Time::constant(2, 0, 0, 0),
}];

#[cfg(test)]
mod tests {
    use super::*;

    fn left(provider: &str, now: &str) -> Option<u64> {
        running(provider, now.parse().unwrap()).map(|(_, left)| left)
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
    fn the_refusal_names_the_hours() {
        assert!(WINDOWS[0].detail().contains("entre 01:00 et 02:00"));
    }
}
