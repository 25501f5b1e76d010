//! What a provider can suffer from, in no dialect.

use serde::{Deserialize, Serialize};

/// Something wrong with a provider. Each provider says it in its own words, or has none for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Symptom {
    /// The provider is out of service for now.
    Unavailable,
    /// The provider failed inside.
    InternalError,
    /// The provider wants fewer requests.
    RateLimited,
    /// The provider no longer accepts the gateway's credentials.
    CredentialsExpired,
    /// The entity is unknown to the provider, whatever the world says.
    NotFound,
    /// The entity's account is being looked at by a person (URSSAF).
    UnderAnalysis,
    /// The document that comes is none.
    BadFile,
}

impl Symptom {
    /// Every symptom, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Unavailable,
        Self::InternalError,
        Self::RateLimited,
        Self::CredentialsExpired,
        Self::NotFound,
        Self::UnderAnalysis,
        Self::BadFile,
    ];
}
