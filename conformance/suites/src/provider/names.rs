//! Names of the trials of a provider.

/// A known entity, an unknown one and a malformed identifier, each asked for several times.
pub const THREE_QUESTIONS: &str = "three-questions";
