//! Tokens for a gateway of somebody else, signed with the secret that it checks them by.

use std::{collections::BTreeMap, fmt};

use doublure_fixtures::{Contract, tokens};
use doublure_journal::Moment;
use serde::Deserialize;

use super::table::{Amiss, looked_up};

/// What tokens are minted with: HS256, and new ones for each trial, so that no two share a quota.
#[derive(Clone, PartialEq, Eq)]
pub struct Mint {
    /// What they are signed with.
    pub secret: String,
    /// What those open that open something.
    pub scopes: Vec<String>,
}

/// `[gateway.mint]`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MintTable {
    secret: String,
    scopes: Option<Vec<String>>,
}

impl Mint {
    /// What the table says.
    pub(super) fn read(
        table: MintTable,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Amiss> {
        let secret = looked_up("mint.secret", table.secret, env)?;
        if secret.is_empty() {
            let problem = "empty: name the secret that the gateway checks tokens by (HS256)";
            return Err(Amiss::at("mint.secret", problem));
        }
        let contract = Contract::built_in();
        let every = || contract.scopes().into_iter().map(str::to_owned).collect();
        let scopes = table.scopes.unwrap_or_else(every);
        Ok(Self { secret, scopes })
    }

    /// Tokens that nobody has shown yet, by name: made at this moment, for the world of this seed.
    ///
    /// None is on a list of revoked ones: nobody here can put it there.
    pub(super) fn tokens(&self, now: Moment, seed: u64) -> BTreeMap<String, String> {
        // No two sessions of one moment have the same seed.
        let nth = now.as_micros() * SEEDS + seed % SEEDS;
        let minted = tokens::minted_set(nth, now.unix_seconds(), &self.secret, &self.scopes);
        let named = minted.into_iter();
        named
            .map(|token| (token.name.to_owned(), token.raw))
            .collect()
    }
}

/// Never with its secret.
impl fmt::Debug for Mint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mint")
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// Never with its secret.
impl fmt::Debug for MintTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MintTable")
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// More than there are trials.
const SEEDS: u64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of the gateway under test";

    fn mint(text: &str) -> Result<Mint, Amiss> {
        let env = |name: &str| (name == "SECRET").then(|| SECRET.to_owned());
        Mint::read(toml::from_str(text).unwrap(), &env)
    }

    #[test]
    fn the_secret_may_come_from_the_environment_and_is_never_shown() {
        let mint = mint("secret = \"env:SECRET\"").unwrap();

        assert_eq!(mint.secret, SECRET);
        assert!(mint.scopes.len() > 5, "{mint:?}");
        assert!(!format!("{mint:?}").contains(SECRET));
    }

    #[test]
    fn a_secret_that_is_not_there_is_named() {
        let unset = mint("secret = \"env:NOTHING\"").unwrap_err();
        let empty = mint("secret = \"\"").unwrap_err();

        assert!(format!("{unset:?}").contains("no `NOTHING`"), "{unset:?}");
        assert!(format!("{empty:?}").contains("HS256"), "{empty:?}");
    }

    #[test]
    fn each_trial_gets_tokens_of_its_own_good_ones_and_bad_ones() {
        let mint = mint("secret = \"env:SECRET\"\nscopes = [\"some\"]").unwrap();
        let moment = Moment::from_micros(1_768_471_217_300_000);

        let (one, other) = (mint.tokens(moment, 1), mint.tokens(moment, 2));

        let names: Vec<&str> = one.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "expired",
                "forged",
                "sanity",
                "second",
                "standard",
                "third",
                "unprivileged"
            ]
        );
        let claims = tokens::verify(&one["standard"], SECRET).unwrap();
        assert_eq!(claims.scopes, ["some"]);
        assert!(tokens::verify(&one["forged"], SECRET).is_err());
        assert!(one.iter().all(|(name, raw)| other[name] != *raw));
    }
}
