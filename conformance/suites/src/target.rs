//! Gateways that can be put to the test.

mod ban;
mod clock;
mod file;
mod foreign;
mod greeting;
mod mint;
mod offer;
mod simulated;
mod stranger;
pub(crate) mod table;

use std::{future::Future, pin::Pin};

use doublure_control::NewSession;

use crate::{Started, TrialError};

pub use clock::ForeignClock;
pub use file::Target;
pub use foreign::ForeignGateway;
pub use mint::Mint;
pub use offer::Offer;
pub(crate) use offer::STRICT;
pub use simulated::SimulatedGateway;
pub use table::TargetError;

/// A gateway to be put to the test: makes one ready for each trial.
///
/// Bring your own to put something between the probes and the gateway: start
/// another target, change [`Started::base_url`], keep what must live in [`Started::keep`].
pub trait GatewayUnderTest: Send + Sync {
    /// Makes it ready for a trial that wishes for such a session beside it.
    fn start<'a>(&'a self, wish: &'a NewSession) -> Starting<'a>;
}

/// What [`GatewayUnderTest::start`] gives.
pub type Starting<'a> = Pin<Box<dyn Future<Output = Result<Started, TrialError>> + Send + 'a>>;
