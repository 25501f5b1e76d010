//! What a run came to, for people and for machines: folds over run events.
//!
//! - [`curl`]: a command line that asks the same again.
//! - [`github`]: for GitHub Actions.
//! - [`html`]: for people, drawn.
//! - [`terminal`]: for people, failures first.
//! - [`json`]: for programs, versioned.
//! - [`junit`]: for continuous integration.
//! - [`story`]: the exchanges behind a verdict in words.
//!
//! Each takes a [`doublure_rules::Run`] and gives text. Nothing here runs a trial or judges.

pub mod curl;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod story;
pub mod terminal;

#[cfg(test)]
mod sample;
