//! What can be wrong with a provider's answer, in no dialect and under no code.

use bytes::Bytes;
use doublure_journal::Failure;
use http::StatusCode;
use serde_json::Value;

/// Why a provider gave no data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trouble {
    /// Its class.
    pub(crate) class: Class,
    /// What the provider said of it and the caller is told (facts 72).
    pub(crate) told: Option<Told>,
    /// The status that told of it, where it has no other meaning.
    pub(crate) status: Option<StatusCode>,
    /// Whether it is one that will last, so that it is cached like an answer (facts 80).
    pub(crate) lasts: bool,
    /// Seconds after which the provider takes calls again, where it says so.
    pub(crate) retry_in: Option<u64>,
    /// The provider's own words. No caller ever sees them, but for a mutant's.
    pub(crate) words: Option<Bytes>,
}

/// A member of `meta`: its name and value.
pub(crate) type Told = Box<(&'static str, Value)>;

/// A class of trouble: the same for every provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// It does not know the entity.
    NotFound,
    /// It may show the entity to nobody.
    Undisclosed,
    /// It did not answer in time.
    Late,
    /// It cannot be reached, or says that it is out of service.
    Unavailable,
    /// It hung up before its answer was whole.
    HungUp,
    /// Its name cannot be resolved.
    Unresolvable,
    /// It failed inside.
    Internal,
    /// It failed in a way that soon passes, or no longer accepts our credentials.
    Passing,
    /// What stands before it failed (DGFIP's runtime error).
    RuntimeError,
    /// It wants fewer requests.
    RateLimited,
    /// It is in maintenance at this hour.
    Maintenance,
    /// Its document is no base64.
    NotBase64,
    /// Its document is no PDF.
    NotAPdf,
    /// Its document is empty.
    EmptyFile,
    /// What it said has no meaning here.
    Unknown,
    /// A refusal that only this provider has; the last three digits of its code.
    Own(&'static str),
}

impl Trouble {
    /// Trouble of a class, with the provider's words.
    pub(crate) fn said(class: Class, words: &Bytes) -> Self {
        Self {
            words: Some(words.clone()),
            ..class.into()
        }
    }

    /// The same with what the caller is told of it.
    pub(crate) fn telling(self, member: &'static str, value: Value) -> Self {
        Self {
            told: Some(Box::new((member, value))),
            ..self
        }
    }

    /// The same as one that will last.
    pub(crate) fn lasting(self) -> Self {
        Self {
            lasts: true,
            ..self
        }
    }

    /// What an HTTP status means that a provider has no meaning of its own for (facts 89–94).
    pub(crate) fn of_status(status: StatusCode, words: &Bytes) -> Self {
        let class = match status.as_u16() {
            429 => Class::RateLimited,
            502 | 503 => Class::Unavailable,
            504 => Class::Late,
            500 | 300..=399 => Class::Internal,
            _ => Class::Unknown,
        };
        Self {
            status: Some(status),
            ..Self::said(class, words)
        }
    }
}

impl From<Class> for Trouble {
    fn from(class: Class) -> Self {
        Self {
            class,
            told: None,
            retry_in: None,
            status: None,
            lasts: false,
            words: None,
        }
    }
}

/// What it means that no whole answer came (facts 89–91).
impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::from(match failure {
            Failure::Refused | Failure::Unreachable | Failure::Reset => Class::Unavailable,
            Failure::Unresolvable => Class::Unresolvable,
            Failure::Closed => Class::HungUp,
            Failure::Malformed => Class::Unknown,
            Failure::GaveUp => Class::Late,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class_of(status: u16) -> Class {
        let status = StatusCode::from_u16(status).unwrap();
        Trouble::of_status(status, &Bytes::new()).class
    }

    #[test]
    fn a_status_without_a_meaning_of_its_own_has_the_one_that_all_share() {
        assert_eq!(class_of(503), Class::Unavailable);
        assert_eq!(class_of(504), Class::Late);
        assert_eq!(class_of(429), Class::RateLimited);
        assert_eq!(class_of(302), Class::Internal);
        assert_eq!(class_of(418), Class::Unknown);
    }

    #[test]
    fn no_trouble_lasts_unless_it_is_said_to() {
        let invalid = Trouble::from(Class::NotFound);

        assert!(!invalid.lasts);
        assert!(invalid.lasting().lasts);
    }

    #[test]
    fn a_connection_that_never_stood_is_an_outage_and_a_lost_one_is_told_apart() {
        assert_eq!(Trouble::from(Failure::Refused).class, Class::Unavailable);
        assert_eq!(
            Trouble::from(Failure::Unresolvable).class,
            Class::Unresolvable
        );
        assert_eq!(Trouble::from(Failure::Closed).class, Class::HungUp);
    }
}
