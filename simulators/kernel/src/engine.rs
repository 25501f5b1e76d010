//! Which fault of the scenario strikes an exchange.

use std::{net::IpAddr, sync::Arc};

use doublure_journal::Hop;
use doublure_scenarios::{Effect, Scenario};

use crate::{Fingerprint, Labels};

/// What the engine is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The hop.
    pub hop: Hop,
    /// Operation, provider, call, entity, token.
    pub labels: &'a Labels,
    /// The caller's address (client hop).
    pub address: Option<IpAddr>,
    /// What identifies the request to chance.
    pub fingerprint: Fingerprint,
    /// Whether a connection is still to be made: only then do connect effects strike, and only they.
    pub connecting: bool,
}

/// A fault that strikes; its delay has still to be waited.
#[derive(Clone, Debug, PartialEq)]
pub struct Strike {
    /// Name of the fault.
    pub fault: Arc<str>,
    /// How long to wait first.
    pub delay: std::time::Duration,
    /// What to do then.
    pub effect: Effect,
    /// The draw that decided, where chance had a say.
    pub draw: Option<f64>,
}

/// The faults in force and their counters.
#[derive(Debug)]
pub struct Engine {}

impl Engine {
    /// Puts a scenario in force; counters start anew.
    pub fn install(&self, scenario: Scenario) {
        todo!("{scenario:?}")
    }

    /// The scenario in force.
    pub fn scenario(&self) -> Arc<Scenario> {
        todo!()
    }

    /// The first fault that strikes this exchange, if any; counts it.
    pub fn judge(&self, subject: &Subject<'_>) -> Option<Strike> {
        todo!("{subject:?}")
    }
}
