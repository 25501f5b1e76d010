//! Goose journeys and plans, their thresholds as rules.
//!
//! - [`journey`]: what one simulated user does.
//! - [`names`]: names of the plans.
//! - [`plan`]: journeys against a session of their own, and what came of them as run events.
//! - [`quota_edge`]: the plan that goes over the edge of a quota, with 64 connections at once.
//! - [`rules`]: what must hold under load; each judge is a pure function of a history.
//!
//! Start at [`quota_edge`].

pub mod journey;
pub mod names;
pub mod plan;
pub mod quota_edge;
pub mod rules;

pub use plan::{Load, PlanError};
