//! Goose journeys and plans, their thresholds as rules.
//!
//! - [`journey`]: what one simulated user does.
//!
//! Start at [`journey::Journey`].

pub mod journey;
