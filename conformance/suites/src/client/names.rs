//! Names of the trials of a client.

/// One call on a healthy gateway.
pub const PLAIN_CALL: &str = "plain-call";
/// One call on a gateway that never answers.
pub const SILENT_GATEWAY: &str = "silent-gateway";
/// More calls than one window of the quota allows.
pub const SPENT_QUOTA: &str = "spent-quota";
/// Refusals that say when to come back: in two seconds, in two days.
pub const COME_BACK_LATER: &str = "come-back-later";
