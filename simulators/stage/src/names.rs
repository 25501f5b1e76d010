//! What a scenario may name: asked of the contract tables, the providers and the tokens.

use std::sync::Arc;

use doublure_fixtures::{Contract, Siren, Siret, contract::ParameterKind, tokens};
use doublure_scenarios::{Names, Symptom};

/// The names of this house: what a scenario may speak of.
#[derive(Clone, Debug)]
pub struct House {
    contract: Arc<Contract>,
    tokens: Vec<&'static str>,
}

impl House {
    /// The names of these tables.
    pub fn new(contract: Arc<Contract>) -> Self {
        let starters = tokens::starter_set(0, tokens::DEFAULT_SECRET, &[]);
        Self {
            contract,
            tokens: starters.into_iter().map(|token| token.name).collect(),
        }
    }
}

impl Names for House {
    fn operations(&self) -> Vec<&str> {
        let operations = self.contract.operations().iter();
        operations.map(|operation| operation.id.as_str()).collect()
    }

    fn providers(&self) -> Vec<&str> {
        doublure_providers::IDS.to_vec()
    }

    fn calls(&self, provider: &str) -> Vec<&str> {
        doublure_providers::calls(provider).to_vec()
    }

    fn tokens(&self) -> Vec<&str> {
        self.tokens.clone()
    }

    fn speaks(&self, provider: &str, symptom: Symptom) -> bool {
        doublure_providers::speaks(provider, symptom)
    }

    fn entity_problem(&self, entity: &str) -> Option<String> {
        let is_another = OTHER_NUMBERS
            .iter()
            .any(|kind| kind.refusal(entity, 0).is_none());
        let problem = match entity.len() {
            _ if is_another => None,
            SIRET_LENGTH => entity.parse::<Siret>().err(),
            _ => entity.parse::<Siren>().err(),
        };
        problem.map(|problem| problem.to_string())
    }
}

/// What names one that is asked about and is no number of INSEE's.
const OTHER_NUMBERS: [ParameterKind; 2] = [ParameterKind::SiretOrRna, ParameterKind::SiretOrEori];

const SIRET_LENGTH: usize = 14;

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> House {
        House::new(Contract::built_in())
    }

    #[test]
    fn every_provider_has_calls_and_words_for_being_out_of_service() {
        let known = known();

        for provider in known.providers() {
            assert!(!known.calls(provider).is_empty(), "{provider}");
            assert!(known.speaks(provider, Symptom::Unavailable), "{provider}");
        }
    }

    #[test]
    fn the_providers_are_those_of_the_contract() {
        let known = known();
        let mut providers: Vec<&str> = known.providers();
        providers.sort_unstable();

        let contract: Vec<&str> = known
            .contract
            .providers()
            .map(|row| row.id.as_str())
            .collect();

        assert_eq!(providers, contract);
    }

    #[test]
    fn the_tokens_are_those_a_session_starts_with() {
        let known = known();

        for token in [
            "standard",
            "second",
            "unprivileged",
            "expired",
            "revoked",
            "forged",
        ] {
            assert!(known.tokens().contains(&token), "{token}");
        }
    }

    #[test]
    fn an_entity_is_checked_as_the_identifiers_are() {
        let known = known();

        assert_eq!(known.entity_problem("418166096"), None);
        assert_eq!(known.entity_problem("13002526500013"), None);
        assert_eq!(known.entity_problem("W353999998"), None);
        assert_eq!(known.entity_problem("W751135389"), None);
        assert_eq!(known.entity_problem("FR13002526500013"), None);
        assert!(
            known
                .entity_problem("418166097")
                .unwrap()
                .contains("check digit")
        );
        assert!(
            known
                .entity_problem("13002526500014")
                .unwrap()
                .contains("SIRET")
        );
    }
}
