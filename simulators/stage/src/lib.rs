//! The composition root: starts sessions (gateway, providers, clock, journal) and the control server over them.
//!
//! - [`stage`]: the sessions, and the control server over them.
//! - [`doublure`]: one stage and one session, for Rust tests.
//! - [`explain`]: which faults of a scenario strike a request, and why the others do not.
//! - `compose`: from what was asked for to a session that listens.
//! - `front`: the page and the OpenAPI document at the gateway's port.
//! - `sessions`: sessions by name.
//! - `common`: what all sessions have in common.
//! - `running`: a session that listens, and what can be done with it.
//! - [`journal_writer`]: a session's journal in a file, while it happens.
//! - `overrides`: numbers that differ from the edition's, and the numbers in force.
//! - `script`: the scenario that is wanted.
//! - `names`: what a scenario may name.
//! - `listen`: where may be listened.
//! - `server`: the control API over HTTP, one file a theme.
//! - `problem`: refusals, and their HTTP status.
//!
//! Start at [`Stage`], in a test at [`Doublure`].

mod common;
mod compose;
pub mod doublure;
pub mod explain;
mod front;
pub mod journal_writer;
mod listen;
mod names;
mod overrides;
mod problem;
mod running;
mod script;
mod server;
mod sessions;
pub mod stage;

pub use doublure::Doublure;
pub use journal_writer::JournalWriter;
pub use names::House;
pub use stage::{Stage, StageConfig};
