//! Who catches which broken target.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod gateway;
mod smallest;
mod worlds;
