//! Which names a scenario may use: asked of the contract tables, so that a typo is found before it strikes nothing.

use crate::Symptom;

/// What the tables know. The stage implements it.
pub trait Names {
    /// Ids of the operations of the gateway.
    fn operations(&self) -> Vec<&str>;

    /// Ids of the providers.
    fn providers(&self) -> Vec<&str>;

    /// Names of the calls of one provider.
    fn calls(&self, provider: &str) -> Vec<&str>;

    /// Names of the tokens of a session.
    fn tokens(&self) -> Vec<&str>;

    /// Whether a provider has words for a symptom.
    fn speaks(&self, provider: &str, symptom: Symptom) -> bool;

    /// What is wrong with a SIREN or SIRET, if anything; 9 or 14 digits, unless the tables know better.
    fn entity_problem(&self, entity: &str) -> Option<String> {
        let digits = entity.bytes().all(|byte| byte.is_ascii_digit());
        if digits && matches!(entity.len(), 9 | 14) {
            return None;
        }
        Some(format!(
            "`{entity}` is no SIREN (9 digits) and no SIRET (14 digits)"
        ))
    }
}

/// The names of the first tables, for tests.
#[cfg(test)]
pub(crate) struct Sample;

#[cfg(test)]
impl Names for Sample {
    fn operations(&self) -> Vec<&str> {
        vec![
            "api_entreprise_v3_insee_unites_legales",
            "api_entreprise_v3_insee_etablissements",
            "api_entreprise_v3_infogreffe_extraits_rcs",
        ]
    }

    fn providers(&self) -> Vec<&str> {
        vec!["insee", "infogreffe", "urssaf", "dgfip", "inpi"]
    }

    fn calls(&self, provider: &str) -> Vec<&str> {
        match provider {
            "insee" => vec!["login", "unite-legale", "etablissement", "siege"],
            "infogreffe" => vec!["extrait"],
            "urssaf" => vec!["login", "attestation"],
            "dgfip" => vec!["login", "attestation-fiscale"],
            "inpi" => vec!["login", "attachments", "acte", "bilan"],
            _ => Vec::new(),
        }
    }

    fn tokens(&self) -> Vec<&str> {
        vec![
            "standard",
            "second",
            "unprivileged",
            "expired",
            "revoked",
            "forged",
        ]
    }

    fn speaks(&self, provider: &str, symptom: Symptom) -> bool {
        match symptom {
            Symptom::UnderAnalysis => provider == "urssaf",
            Symptom::Partial => provider == "infogreffe",
            Symptom::BadFile(_) => matches!(provider, "urssaf" | "dgfip" | "inpi"),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_is_nine_or_fourteen_digits() {
        for (entity, right) in [
            ("418166096", true),
            ("41816609600069", true),
            ("41816609", false),
            ("4181660960", false),
            ("41816609x", false),
            ("", false),
        ] {
            assert_eq!(Sample.entity_problem(entity).is_none(), right, "{entity}");
        }
    }
}
