//! What should go wrong, as data.
//!
//! A *scenario* is a list of faults; a *fault* says when it strikes
//! ([`When`]), how long it waits ([`Fault::delay`]) and what it does
//! ([`Effect`]). Nothing here runs: the fault engine of the kernel decides
//! when, each provider turns a [`Symptom`] into its own dialect.
//!
//! - [`symptom`]: what a provider can suffer from, in no dialect.
//! - [`scenario`]: scenarios, faults, triggers, effects.
//!
//! Start at [`Scenario`].

pub mod scenario;
pub mod symptom;

pub use scenario::{Answer, Effect, Fault, On, Scenario, When, WireFault};
pub use symptom::Symptom;
