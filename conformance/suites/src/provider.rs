//! Rules of a provider, one theme a file, and what is done to put it to the test.
//!
//! A provider is asked by a probe of ours, which stands where the gateway would: its calls are on the
//! client hop of the history, as those of every probe.
//!
//! - [`names`]: names of the trials.
//! - [`works`], [`latency`], [`error`]: the rules and their judges.
//! - `kind`: what an answer says, by the marks that the provider declares.
//! - `readable`: whether a body is what its media type says.

pub mod error;
mod kind;
pub mod latency;
pub mod names;
mod readable;
pub mod works;
