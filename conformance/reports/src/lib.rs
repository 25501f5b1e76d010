//! What a run came to, for people and for machines: folds over run events.
//!
//! - [`github`]: for GitHub Actions.
//! - [`html`]: for people, drawn.
//! - [`terminal`]: for people, failures first.
//! - [`json`]: for programs, versioned.
//! - [`junit`]: for continuous integration.
//! - [`story`]: the exchanges behind a verdict in words, and as a curl line.
//!
//! Each takes a [`doublure_rules::Run`] and gives text. Nothing here runs a trial or judges.

pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod story;
pub mod terminal;

#[cfg(test)]
mod sample;
