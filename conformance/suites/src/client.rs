//! Rules of a client, one theme a file, and what is done to put it to the test.
//!
//! - [`names`]: names of the trials.
//! - [`works`], [`timeout`], [`quota`], [`retry`]: the rules and their judges.
//! - `runs`: the runs of a client in a history.

pub mod names;
pub mod quota;
pub mod retry;
mod runs;
pub mod timeout;
pub mod works;
