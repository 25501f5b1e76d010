//! What kind of answer a provider gave.

use std::fmt;

use doublure_journal::Hop;
use doublure_rules::{Exchange, History, ProviderProfile};

/// What an answer says, by the marks that the provider declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Here is what is known.
    Good,
    /// Nothing is known of the entity.
    NotFound,
    /// The identifier is malformed.
    Refused,
    /// The marks of not found and of refused both fit.
    Either,
    /// None of these: what it is instead.
    Other(String),
    /// There is no whole answer: why.
    Missing(String),
}

impl Kind {
    /// What an exchange came to.
    pub(super) fn of(provider: &ProviderProfile, call: &Exchange<'_>) -> Self {
        let Some(status) = call.status() else {
            return Self::Missing(call.summary());
        };
        let not_found = provider.not_found.fits(status, call.text());
        let refused = provider.refused.fits(status, call.text());
        let media_type = media_type(call);
        match (not_found, refused) {
            (true, true) => Self::Either,
            (true, false) => Self::NotFound,
            (false, true) => Self::Refused,
            (false, false) if !(200..300).contains(&status) => Self::Other(status.to_string()),
            (false, false) if media_type != provider.media_type.to_ascii_lowercase() => {
                Self::Other(format!("{status} as {}", or_none(&media_type)))
            }
            (false, false) => Self::Good,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("a good answer"),
            Self::NotFound => f.write_str("the declared `not_found`"),
            Self::Refused => f.write_str("the declared `refused`"),
            Self::Either => f.write_str("what fits both `not_found` and `refused`"),
            Self::Other(what) | Self::Missing(what) => f.write_str(what),
        }
    }
}

/// What was asked about an entity, in order; log-ins are about none.
pub(super) fn asked_about<'a>(history: &'a History, entity: &str) -> Vec<Exchange<'a>> {
    let mut asked = history.sent(Hop::Client);
    asked.retain(|call| call.request.entity.as_deref() == Some(entity));
    asked
}

/// The media type of an answer in lower case, without its parameters; empty if it names none.
pub(super) fn media_type(call: &Exchange<'_>) -> String {
    let named = call.header("content-type").unwrap_or_default();
    let bare = named.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

/// A media type for people.
pub(super) fn or_none(media_type: &str) -> &str {
    if media_type.is_empty() {
        "no media type"
    } else {
        media_type
    }
}
