//! The rules, the trials that put targets to the test, and the judges.
//!
//! A *trial* does things to a target and leaves a history; a *judge* says what
//! follows from it. Trials know the control client and sockets, judges know
//! histories and nothing else.
//!
//! - [`catalogue`]: every rule, as a static slice.
//! - [`client`]: rules of a client with their judges, and its trials.
//! - [`gateway`]: rules of a gateway with their judges, one theme a file.
//! - [`provider`]: rules of a provider with their judges, and its trials.
//! - [`trials`]: what is done to a gateway, one trial a file.
//! - [`check`]: puts a target to the test. Start here.
//! - [`target`]: gateways that can be put to the test; target files.
//! - [`mod@bench`]: where a trial stands.
//! - [`probe`]: a caller of our own.
//! - [`callers`]: how a target sees several callers.
//! - [`patience`]: every time-out of the harness, by its name.
//! - [`cast`]: companies for trials.
//! - [`declared`]: the numbers of an edition.
//! - [`runner`]: trials side by side, and the events of a run.

pub mod bench;
pub mod callers;
pub mod cast;
pub mod catalogue;
pub mod check;
pub mod client;
pub mod declared;
pub mod gateway;
mod judging;
mod noise;
pub mod patience;
pub mod probe;
pub mod provider;
pub mod runner;
pub mod target;
pub mod trials;

pub use bench::{Bench, Started, TrialError};
pub use callers::Callers;
pub use patience::Patience;
pub use runner::Heading;
pub use target::{GatewayUnderTest, SimulatedGateway, Starting, Target, TargetError};
