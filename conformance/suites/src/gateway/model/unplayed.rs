//! What no model shows, and what some judges presume.

/// Reasons for which no broken model is convicted, each with its rule, and why.
pub(super) const NOT_PLAYED: &[(&str, &str, &str)] = &[
    (
        "gw.availability.declared",
        "fails-too-often",
        "a rate needs a thousand calls, and no history of a thousand calls shrinks to one that people read: the judge's \
         own tests count to the thousand",
    ),
    (
        "gw.document.link-is-live",
        "other-bytes",
        "no provider of a model says a document, so that none can be another one",
    ),
    (
        "gw.error.same-class-same-code",
        "no-answer",
        "a model has an answer for everybody whom it neither bans nor keeps waiting",
    ),
    (
        "gw.partial.one-source-fails-gives-206",
        "marked-in-part",
        "the lesser source of a model's aggregate says one value, so that there is no part of what it says",
    ),
];

/// Rules whose judges presume what only their trial makes sure of, and what that is.
pub(super) const PRESUMING: &[(&str, &str)] = &[
    (
        "gw.relay.fast-provider-gives-200",
        "every question is good and every provider well",
    ),
    (
        "gw.timeout.not-before-deadline",
        "a provider that says 200 says something good",
    ),
    ("gw.error.bad-syntax-is-400", GOOD_TOKEN),
    ("gw.error.malformed-is-422", GOOD_TOKEN),
    ("gw.error.own-fault-is-500", GOOD_TOKEN),
    ("gw.trace.missing-parameter-is-refused", GOOD_TOKEN),
    ("gw.trace.recipient-is-a-siret", GOOD_TOKEN),
    ("gw.version.old-and-new-live-together", GOOD_TOKEN),
    (
        "gw.document.link-is-live",
        "nothing but documents is asked for",
    ),
];
const GOOD_TOKEN: &str = "the token is good and may call";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doublure_rules::Role;

    use super::{super::broken::ALL, *};
    use crate::catalogue;

    #[test]
    fn every_reason_is_played_or_it_is_said_why_not() {
        let played: BTreeSet<(&str, &str)> = ALL
            .iter()
            .flat_map(|theme| theme.iter().map(|one| one.convicts))
            .collect();
        let listed: BTreeSet<(&str, &str)> = NOT_PLAYED
            .iter()
            .map(|(rule, reason, _)| (*rule, *reason))
            .collect();
        let known: BTreeSet<(&str, &str)> = catalogue::of(Role::Gateway)
            .flat_map(|rule| rule.reasons.iter().map(|reason| (rule.id, *reason)))
            .collect();

        let told: BTreeSet<_> = played.union(&listed).copied().collect();
        let both: Vec<_> = played.intersection(&listed).collect();

        assert_eq!(told, known);
        assert!(both.is_empty(), "{both:?}");
    }

    #[test]
    fn what_presumes_something_is_a_rule() {
        for (rule, _) in PRESUMING {
            assert!(catalogue::find(rule).is_some(), "{rule}");
        }
    }
}
