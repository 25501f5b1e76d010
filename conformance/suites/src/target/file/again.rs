//! What a target file tells of the time before and after the trials.

use std::collections::BTreeMap;

use doublure_control::Client;
use doublure_fixtures::Contract;
use doublure_rules::Repeat;
use doublure_scenarios::instead;

use super::{GatewayTable, Target};
use crate::{
    TrialError,
    target::{greeting, offer::PLAIN, table::Amiss},
};

impl Target {
    /// How what was asked of it is asked again, when the run is over.
    pub fn again(&self) -> Repeat {
        let authority = self.gateway.authority.as_ref();
        Repeat {
            base_url: self.gateway.base_url.clone(),
            variables: self.variables.clone(),
            authority: authority.map(|path| path.display().to_string()),
        }
    }

    /// Looks whether anything can be put to the test, before the first trial.
    ///
    /// # Errors
    /// What keeps every trial from its work, with the field to look at.
    pub async fn greet(&self, control: &Client) -> Result<(), TrialError> {
        greeting::greet(self.foreign(control.clone())).await
    }
}

impl GatewayTable {
    /// The variables that its tokens come from, by their names.
    pub(super) fn variables(&self) -> BTreeMap<String, String> {
        let named = self.tokens.iter();
        named
            .filter_map(|(name, value)| {
                Some((name.clone(), value.strip_prefix("env:")?.to_owned()))
            })
            .collect()
    }

    /// Refuses a provider that there is none of.
    pub(super) fn check_providers(&self) -> Result<(), Amiss> {
        let contract = Contract::built_in();
        let known: Vec<&str> = contract
            .providers()
            .map(|provider| provider.id.as_str())
            .chain([PLAIN])
            .collect();
        let mut named = self.providers.keys();
        match named.find(|id| !known.contains(&id.as_str())) {
            None => Ok(()),
            Some(id) => {
                let problem = format!("no provider `{id}`{}", instead(id, &known));
                Err(Amiss::at(format!("providers.{id}"), problem))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(more: &str) -> Result<Target, String> {
        let text = format!(
            "[gateway]\nkind = \"url\"\nbase_url = \"http://gateway.test\"\n\
             [gateway.tokens]\nstandard = \"env:MINE\"\nsecond = \"literal\"\n{more}"
        );
        let env = |_: &str| Some("secret".to_owned());
        Target::parse(Path::new("target.toml"), &text, env).map_err(|error| error.to_string())
    }

    #[test]
    fn what_asks_again_names_variables_and_never_holds_a_token() {
        let again = read("").unwrap().again();

        assert_eq!(again.base_url.as_deref(), Some("http://gateway.test"));
        let standard = ("standard".to_owned(), "MINE".to_owned());
        assert_eq!(again.variables, BTreeMap::from([standard]));
        assert!(!format!("{again:?}").contains("secret"));
    }

    #[test]
    fn a_provider_with_a_typo_is_told_before_anything_runs() {
        let problem = read("[gateway.providers]\ninseee = \"127.0.0.1:9101\"\n").unwrap_err();

        assert!(
            problem.contains(
                "`gateway.providers.inseee`: no provider `inseee`, did you mean `insee`?"
            ),
            "{problem}"
        );
        assert!(read("[gateway.providers]\nplain = \"127.0.0.1:9100\"\n").is_ok());
    }
}
