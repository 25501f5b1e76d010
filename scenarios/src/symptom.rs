//! What a provider can suffer from, in no dialect.

/// Something wrong with a provider. Each provider says it in its own words, or has none for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symptom {
    /// The provider is out of service for now.
    Unavailable,
    /// The provider failed inside, or the gateway itself.
    InternalError,
    /// The provider is closed for maintenance and says so.
    Maintenance,
    /// The provider wants fewer requests.
    RateLimited,
    /// The provider no longer accepts the gateway's credentials.
    CredentialsExpired,
    /// The entity is unknown to the provider, whatever the world says.
    NotFound,
    /// The entity's account is being looked at by a person (URSSAF).
    UnderAnalysis,
    /// The provider answers with a part of what it should: what it has from others is missing.
    Partial,
    /// The document that comes is none.
    BadFile(BadFile),
}

/// What is wrong with a document that is none (facts 88; errors.md 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BadFile {
    /// It should be base64 and is not (subcode 051).
    NotBase64,
    /// Where a link leads to, it never comes (052). Played on the call that fetches it.
    Late,
    /// Where a link leads to, it cannot be had (053). Played on the call that fetches it.
    Lost,
    /// What should be a link is none (054).
    NoUrl,
    /// It is something else than it says (055).
    WrongType,
    /// Nothing is in it (056).
    Empty,
}

impl Symptom {
    /// Every symptom, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::Unavailable,
        Self::InternalError,
        Self::Maintenance,
        Self::RateLimited,
        Self::CredentialsExpired,
        Self::NotFound,
        Self::UnderAnalysis,
        Self::Partial,
        Self::BadFile(BadFile::NotBase64),
        Self::BadFile(BadFile::Late),
        Self::BadFile(BadFile::Lost),
        Self::BadFile(BadFile::NoUrl),
        Self::BadFile(BadFile::WrongType),
        Self::BadFile(BadFile::Empty),
    ];
}
