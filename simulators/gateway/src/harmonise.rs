//! From a provider's trouble to the code that all providers share.

use bytes::Bytes;
use doublure_fixtures::{Edition, contract::ProviderRow};

use crate::{
    refusal::Refusal,
    trouble::{Class, Trouble},
};

/// The refusal that a provider's trouble leads to. `leaks`: the provider's words stand in it (a mutant's defect).
pub(crate) fn refusal(
    trouble: &Trouble,
    provider: &ProviderRow,
    edition: Edition,
    leaks: bool,
) -> Refusal {
    let words = trouble.words.as_ref().filter(|_| leaks);
    Refusal {
        told: trouble.told.clone(),
        retry_in: trouble.retry_in,
        detail: words.map(spelled),
        ..Refusal::by(provider, subcode(trouble.class, edition))
    }
}

/// The last three digits of a class's code: the same class, the same digits (002:120, errors.md 3).
pub(crate) const fn subcode(class: Class, edition: Edition) -> &'static str {
    match class {
        Class::Internal => "000",
        Class::Unavailable => "001",
        Class::Late => "002",
        Class::NotFound => "003",
        Class::Unresolvable => "004",
        Class::Undisclosed => "005",
        Class::RateLimited => "008",
        Class::Passing => "011",
        Class::Maintenance => "020",
        Class::NotBase64 => "051",
        Class::NotAPdf => "055",
        Class::EmptyFile => "056",
        Class::Unknown => "999",
        // To the documents that is a provider out of service; the running service calls it passing (facts 151).
        Class::RuntimeError => match edition {
            Edition::Observed => "011",
            Edition::Documented | Edition::DocumentedV2 => "001",
        },
        // The documents keep 504 for those who let the time pass; the running service files both together (facts 90).
        Class::HungUp => match edition {
            Edition::Observed => "002",
            Edition::Documented | Edition::DocumentedV2 => "001",
        },
        Class::Own(digits) => digits,
    }
}

fn spelled(words: &Bytes) -> String {
    String::from_utf8_lossy(words).into_owned()
}

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;
    use serde_json::json;

    use super::*;

    const CLASSES: [Class; 13] = [
        Class::NotFound,
        Class::Undisclosed,
        Class::Late,
        Class::Unavailable,
        Class::Unresolvable,
        Class::Internal,
        Class::Passing,
        Class::RateLimited,
        Class::Maintenance,
        Class::NotBase64,
        Class::NotAPdf,
        Class::EmptyFile,
        Class::Unknown,
    ];

    #[test]
    fn every_class_has_a_row_for_every_provider_in_every_edition() {
        let contract = Contract::built_in();

        for provider in contract.providers() {
            for class in CLASSES {
                let refusal = refusal(&class.into(), provider, Edition::Documented, false);
                assert!(contract.error(&refusal.code).is_some(), "{refusal:?}");
                assert!(refusal.code.starts_with(&provider.number));
            }
        }
    }

    #[test]
    fn classes_are_told_apart_by_their_digits() {
        let mut digits = CLASSES
            .map(|class| subcode(class, Edition::Documented))
            .to_vec();
        digits.sort_unstable();
        digits.dedup();

        assert_eq!(digits.len(), CLASSES.len());
    }

    #[test]
    fn what_the_documents_call_an_outage_the_running_service_files_elsewhere() {
        let both =
            |class| [Edition::Documented, Edition::Observed].map(|edition| subcode(class, edition));

        assert_eq!(both(Class::HungUp), ["001", "002"]);
        assert_eq!(both(Class::RuntimeError), ["001", "011"]);
    }

    #[test]
    fn a_providers_words_stay_inside_unless_the_mutant_lets_them_out() {
        let contract = Contract::built_in();
        let insee = contract.provider("insee").unwrap();
        let words = Bytes::from_static(b"<h1>oracle at db-07</h1>");
        let trouble = Trouble::said(Class::Internal, &words);

        let kept = refusal(&trouble, insee, Edition::Documented, false);
        let leaked = refusal(&trouble, insee, Edition::Documented, true);

        assert_eq!(kept.detail, None);
        assert_eq!(leaked.detail.as_deref(), Some("<h1>oracle at db-07</h1>"));
    }

    #[test]
    fn what_the_caller_may_be_told_is_passed_on() {
        let contract = Contract::built_in();
        let urssaf = contract.provider("urssaf").unwrap();
        let trouble = Trouble::from(Class::NotFound).telling("provider_errors", json!([]));

        let refusal = refusal(&trouble, urssaf, Edition::Documented, false);

        assert_eq!(refusal.code, "04003");
        assert_eq!(
            refusal.told.as_deref(),
            Some(&("provider_errors", json!([])))
        );
    }
}
