//! What is known of a request, of an answer, and of an answer that did not come.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of the two hops an exchange or a connection belongs to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Hop {
    /// From the caller to the gateway.
    Client,
    /// From the gateway to a data provider.
    Provider,
}

/// Number of an exchange within its session, from 1 on.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct ExchangeId(pub u64);

/// Number of a connection within its session, from 1 on.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct ConnectionId(pub u64);

/// How much of each exchange is written down.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CaptureLevel {
    /// Method, target, status, who, when. Default of `serve`.
    #[default]
    Meta,
    /// The same and every header.
    Heads,
    /// The same and the bodies, cut at 64 KiB. Default of trials.
    Full,
}

/// One header as it stood on the wire; name in the letter case it was sent in.
pub type Header = (String, String);

/// A body that was captured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Body {
    /// The text; bytes that are not UTF-8 stand as U+FFFD. Tokens are masked.
    pub text: String,
    /// Length of the whole body in bytes, also of what was cut.
    pub length: u64,
    /// Whether `text` is less than the whole body.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
}

/// A request as one side of a hop sent or got it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestSeen {
    /// HTTP method.
    pub method: String,
    /// Path and query as on the wire, tokens masked as `⟦token:n⟧`.
    pub target: String,
    /// Address the request came from, as this side sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
    /// Operation id of the contract tables, where the route is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Provider id (`insee`, `infogreffe`, …) of a call on the provider hop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Name of the provider's own call (`unite-legale`, `login`, …) on the provider hop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// The SIREN or SIRET asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Mask of the token that came with it: `⟦token:n⟧`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Every header, from capture level `heads` on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body, at capture level `full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// An answer as one side of a hop sent or got it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseSeen {
    /// HTTP status.
    pub status: u16,
    /// Every header, from capture level `heads` on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body, at capture level `full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

impl ResponseSeen {
    /// The first header of that name, letter case aside.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Why an exchange ended without a whole answer, as the side that asked saw it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The connection was refused.
    Refused,
    /// The host could not be reached.
    Unreachable,
    /// The host's name could not be resolved.
    Unresolvable,
    /// The connection was reset.
    Reset,
    /// The connection was closed before the answer, or in the middle of it.
    Closed,
    /// What came is not HTTP.
    Malformed,
    /// Nothing came in the time that the asking side was ready to wait.
    GaveUp,
}

const fn is_false(flag: &bool) -> bool {
    !*flag
}
