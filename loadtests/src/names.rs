//! Names of the plans, as rules refer to them.

/// Over the edge of a quota, with many connections at once.
pub const QUOTA_EDGE: &str = "quota-edge";
