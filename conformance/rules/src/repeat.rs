//! How the reader of a report asks a target again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a target is still to be found after a run, and where its tokens are kept: never the tokens themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// Base URL of the target; none: it was there for the time of the run only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The variable of the environment that holds a token, by the token's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// The file of who is believed, where it speaks TLS and the machine believes somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}
