//! Every rule, in the order of the documentation: help, reports, `RULES.md` and tests are derived from it.

mod mends;
mod page;

use doublure_rules::{Role, Rule};

pub use mends::mend;
pub use page::page;

use crate::{
    client,
    gateway::{
        auth, availability, ban, cache, classes, conflict, document, error, gaps, leak, own_fault,
        partial, questions, quota, relay, shape, status, timeout, tls, trace,
    },
    provider,
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &relay::FAST_PROVIDER_GIVES_200,
    &relay::VALUES_UNALTERED,
    &timeout::SILENT_PROVIDER_GIVES_504,
    &timeout::NOT_BEFORE_DEADLINE,
    &timeout::NOT_MUCH_AFTER_DEADLINE,
    &timeout::SLOW_DRIP_IS_BOUNDED,
    &timeout::AT_MOST_ONE_DATA_REQUEST,
    &timeout::SLOW_PROVIDER_HARMS_NO_OTHER,
    &quota::HEADERS_ON_EVERY_ANSWER,
    &quota::WINDOW_OPENS_AT_FIRST_CALL,
    &quota::REMAINING_COUNTS_DOWN,
    &quota::JSON_GROUP,
    &quota::DOCUMENT_GROUP,
    &quota::STRICT_ENDPOINT,
    &quota::EXCEPTION_HAS_OWN_COUNTER,
    &quota::OVER_LIMIT_GIVES_429,
    &quota::EXACT_UNDER_CONCURRENCY,
    &quota::RETRY_AFTER_IS_THE_TRUTH,
    &quota::WINDOW_ENDS,
    &quota::PER_TOKEN,
    &quota::PER_GROUP,
    &quota::VERSIONS_SHARE,
    &quota::WHAT_COUNTS,
    &quota::HISTORY_IS_EXPLAINED,
    &ban::ADDRESS_LIMIT,
    &ban::IGNORED_429,
    &ban::IS_SILENCE,
    &ban::COVERS_ALL_TOKENS,
    &ban::SPARES_OTHER_ADDRESSES,
    &ban::ALLOW_LISTED_IS_SPARED,
    &ban::LASTS_ITS_TERM,
    &shape::ONE_SHAPE,
    &classes::SAME_CLASS_SAME_CODE,
    &classes::INTERNAL_IS_502,
    &classes::UNAVAILABLE_IS_503,
    &classes::LATE_IS_504,
    &error::ACOSS_UNDER_ANALYSIS,
    &questions::BAD_SYNTAX_IS_400,
    &questions::MALFORMED_IS_422,
    &questions::NOT_FOUND_IS_404,
    &questions::OUT_OF_PERIMETER_IS_404,
    &questions::UNDISCLOSED_IS_451,
    &leak::PROVIDER_WORDS_DO_NOT_LEAK,
    &own_fault::OWN_FAULT_IS_500,
    &partial::ONE_SOURCE_FAILS_GIVES_206,
    &partial::ALL_WELL_GIVES_200,
    &partial::MAIN_SOURCE_FAILS_GIVES_ITS_ERROR,
    &auth::MISSING_OR_FORGED_GIVES_401,
    &auth::EXPIRED_GIVES_401,
    &auth::REVOKED_GIVES_401,
    &auth::NO_RIGHT_GIVES_403,
    &auth::PRIVILEGES_ARE_LISTED,
    &auth::NEVER_ECHOED,
    &trace::MISSING_PARAMETER_IS_REFUSED,
    &trace::RECIPIENT_IS_A_SIRET,
    &trace::V_TWO_VALUES_ARE_NOT_JUDGED,
    &gaps::V_TWO_DGFIP_NEEDS_USER_ID,
    &trace::NO_BROWSER_CALL,
    &conflict::SAME_CALL_RUNNING_GIVES_409,
    &document::LINK_IS_LIVE,
    &document::LINK_IS_LIVE_THEN_EXPIRES,
    &cache::IS_ANNOUNCED,
    &cache::ERRORS_ARE_NOT_KEPT,
    &trace::OLD_AND_NEW_LIVE_TOGETHER,
    &availability::DECLARED,
    &status::NEEDS_NO_TOKEN,
    &status::TELLS_THE_TRUTH,
    &gaps::STATUS_COUNTS_DAYS,
    &status::OBEYS_THE_ADDRESS_LIMIT,
    &tls::MODERN_AND_MULTI_DOMAIN,
    &client::works::PLAIN_CALL,
    &client::timeout::GIVES_UP,
    &client::quota::WAITS_RETRY_AFTER,
    &client::retry::WAITS_RETRY_IN,
    &provider::works::KNOWN_ENTITY,
    &provider::works::UNKNOWN_ENTITY,
    &provider::works::MALFORMED_IDENTIFIER,
    &provider::latency::WITHIN_DEADLINE,
    &provider::error::MACHINE_READABLE,
];

/// The rules of one role.
pub fn of(role: Role) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().filter(move |rule| rule.role == role)
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::trials;

    #[test]
    fn no_id_is_given_twice() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();

        assert_eq!(ids.len(), RULES.len());
    }

    #[test]
    fn an_id_tells_its_role_and_its_theme() {
        for rule in RULES {
            let role = match rule.role {
                Role::Gateway => "gw",
                Role::Client => "cl",
                Role::Provider => "pr",
            };
            let parts: Vec<&str> = rule.id.split('.').collect();
            assert_eq!(parts[..2], [role, rule.theme], "{}", rule.id);
            assert_eq!(parts.len(), 3, "{}", rule.id);
        }
    }

    #[test]
    fn each_rule_has_a_sentence_a_source_and_reasons_to_fail() {
        for rule in RULES {
            assert!(rule.sentence.ends_with(['.', ')']), "{}", rule.id);
            assert!(!rule.source.is_empty(), "{}", rule.id);
            // What cannot be put to the test yet cannot fail either.
            let is_gap = rule.trial == trials::names::NOT_YET;
            assert_eq!(rule.reasons.is_empty(), is_gap, "{}", rule.id);
        }
    }

    #[test]
    fn every_rule_has_its_trial_and_every_trial_serves_a_rule() {
        let wanted: BTreeSet<&str> = of(Role::Gateway).map(|rule| rule.trial).collect();
        let there: BTreeSet<&str> = trials::GATEWAY.iter().map(|trial| trial.name).collect();

        assert_eq!(wanted, there);
    }

    #[test]
    fn a_rule_is_found_by_its_id() {
        assert_eq!(
            find("gw.ban.is-silence").map(|rule| rule.theme),
            Some("ban")
        );
        assert!(find("gw.ban").is_none());
    }
}
