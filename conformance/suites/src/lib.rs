//! The rules, the trials that put targets to the test, and the judges.
//!
//! - [`gateway`]: rules of a gateway, one theme a file.
//! - [`trials`]: what is done so that rules can be judged.

pub mod gateway;
mod judging;
pub mod trials;
