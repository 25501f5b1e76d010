//! Rules of a client, one theme a file, and what is done to put it to the test.
//!
//! - [`check()`]: puts a client to the test. Start here.
//! - [`names`]: names of the trials.
//! - [`works`], [`timeout`], [`quota`], [`retry`]: the rules and their judges.
//! - `runs`: the runs of a client in a history.
//! - `trials`: what is done.
//! - `stand`: where a trial stands: a session of our own gateway.
//! - `errand`: what a client is started for, and what it finds in its environment.
//! - `driver`: the client as a process.

mod check;
mod driver;
mod errand;
pub mod names;
pub mod quota;
pub mod retry;
mod runs;
mod stand;
pub mod timeout;
mod trials;
pub mod works;

pub use check::{Options, check, check_by};
