//! Rules of a client, one theme a file, and what is done to put it to the test.
//!
//! - [`check()`]: puts a client to the test. Start here.
//! - [`names`]: names of the trials.
//! - [`works`], [`timeout`], [`quota`], [`retry`]: the rules and their judges.
//! - `controls`: the positive controls around what a rule looks at.
//! - `runs`: the runs of a client in a history.
//! - `options`: how a client is put to the test.
//! - `trials`: what is done.
//! - `stand`: where a trial stands: a session of our own gateway.
//! - `errand`: what a client is started for, and what it finds in its environment.
//! - `driver`: the client as a process.

mod check;
mod controls;
mod driver;
mod errand;
pub mod names;
mod options;
pub mod quota;
pub mod retry;
mod runs;
mod stand;
pub mod timeout;
mod trials;
pub mod works;

pub use check::{check, check_by};
pub use options::Options;
