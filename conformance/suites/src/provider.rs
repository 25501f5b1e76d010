//! Rules of a provider, one theme a file, and what is done to put it to the test.
//!
//! A provider is asked by a probe of ours, which stands where the gateway would: its calls are on the
//! client hop of the history, as those of every probe.
//!
//! - [`check()`]: puts a provider to the test. Start here.
//! - [`target`]: target files.
//! - [`names`]: names of the trials.
//! - [`works`], [`latency`], [`error`]: the rules and their judges.
//! - `kind`: what an answer says, by the marks that the provider declares.
//! - `readable`: whether a body is what its media type says.
//! - `trials`: what is done.

mod check;
pub mod error;
mod kind;
pub mod latency;
pub mod names;
mod readable;
pub mod target;
mod trials;
pub mod works;

pub use check::{Options, check, check_by};
pub use target::Target;
