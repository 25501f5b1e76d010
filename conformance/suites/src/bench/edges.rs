//! The edges that judges may see.

use doublure_journal::{EventKind, Hop};
use doublure_rules::Role;

/// The edges that judges of a role may see.
pub(super) const fn edges(role: Role) -> &'static [(EventKind, Option<Hop>)] {
    match role {
        Role::Gateway => OF_A_GATEWAY,
        Role::Client => OF_A_CLIENT,
        Role::Provider => OF_A_PROVIDER,
    }
}

/// What our probes and our providers saw; nothing that the gateway itself wrote.
const OF_A_GATEWAY: &[(EventKind, Option<Hop>)] = &[
    (EventKind::TrialStarted, None),
    (EventKind::HandshakeTried, None),
    (EventKind::RequestSent, Some(Hop::Client)),
    (EventKind::ResponseGot, Some(Hop::Client)),
    (EventKind::ExchangeFailed, Some(Hop::Client)),
    (EventKind::RequestGot, Some(Hop::Provider)),
    (EventKind::ResponseSent, Some(Hop::Provider)),
    (EventKind::FaultFired, None),
    (EventKind::ClockMoved, None),
    (EventKind::Stalled, None),
    (EventKind::TrialEnded, None),
];

/// What our gateway saw of its caller, and what the caller did as a process.
const OF_A_CLIENT: &[(EventKind, Option<Hop>)] = &[
    (EventKind::TrialStarted, None),
    (EventKind::RequestGot, Some(Hop::Client)),
    (EventKind::ResponseSent, Some(Hop::Client)),
    (EventKind::CallerLeft, None),
    (EventKind::FaultFired, None),
    (EventKind::DriverSpawned, None),
    (EventKind::DriverSaid, None),
    (EventKind::DriverExited, None),
    (EventKind::Stalled, None),
    (EventKind::TrialEnded, None),
];

/// What our probes saw.
const OF_A_PROVIDER: &[(EventKind, Option<Hop>)] = &[
    (EventKind::TrialStarted, None),
    (EventKind::RequestSent, Some(Hop::Client)),
    (EventKind::ResponseGot, Some(Hop::Client)),
    (EventKind::ExchangeFailed, Some(Hop::Client)),
    (EventKind::Stalled, None),
    (EventKind::TrialEnded, None),
];
