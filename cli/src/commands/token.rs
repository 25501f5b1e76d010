//! `doublure token`: a token without a server, from the fixed secret.

use clap::Args;
use doublure_fixtures::{
    Contract,
    tokens::{self, DEFAULT_SECRET, NamedToken},
};
use doublure_journal::Moment;
use doublure_kernel::{Clock, ClockKind};

use crate::{
    exit::{Exit, Failure, Outcome},
    spans::{self, Span},
    terminal::{FAINT, Terminal},
};

/// Mint a token that every Doublure accepts: they all sign with one public secret
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TokenArgs {
    /// Which of the tokens that a session starts with: standard, second, unprivileged, expired, revoked, forged
    #[arg(long, value_name = "NAME", default_value = "standard")]
    name: String,

    /// What it opens, separated by commas; default: what the named token opens
    #[arg(long, value_name = "SCOPE,…", value_delimiter = ',')]
    scopes: Option<Vec<String>>,

    /// How long it lives, as 1h or 90s; default: as the named token
    #[arg(long, value_name = "DURATION", value_parser = spans::parse)]
    expires_in: Option<Span>,

    /// When it is made, as 2026-01-15T10:00:00Z; default: now
    #[arg(long, value_name = "INSTANT")]
    at: Option<Moment>,

    /// Print what the token says on standard error
    #[arg(long)]
    verbose: bool,
}

impl TokenArgs {
    pub(crate) fn exec(&self, terminal: &Terminal) -> Outcome {
        let now = self.at.unwrap_or_else(|| Clock::new(ClockKind::Real).now());
        let token = self.minted(now)?;
        if self.verbose {
            let claims = serde_json::to_string(&token.claims).map_err(Failure::new)?;
            terminal.note(format_args!("{}: {FAINT}{claims}{FAINT:#}", token.shows));
        }
        terminal.answer(&token.raw)?;
        Ok(Exit::DONE)
    }

    fn minted(&self, now: Moment) -> Result<NamedToken, Failure> {
        let starters = tokens::starter_set(now.unix_seconds(), DEFAULT_SECRET, &every_scope());
        let names: Vec<_> = starters.iter().map(|token| token.name).collect();
        let Some(mut token) = starters.into_iter().find(|token| token.name == self.name) else {
            return Err(Failure::new(format!("no token `{}`", self.name))
                .help(format!("there are: {}", names.join(", "))));
        };
        if self.scopes.is_none() && self.expires_in.is_none() {
            return Ok(token);
        }
        if tokens::verify(&token.raw, DEFAULT_SECRET).is_err() {
            return Err(Failure::new(format!(
                "token `{}` is signed with another key: what it says does not matter",
                token.name
            ))
            .help("leave --scopes and --expires-in out, or choose another --name"));
        }
        if let Some(scopes) = &self.scopes {
            token.claims.scopes.clone_from(scopes);
        }
        if let Some(Span(life)) = self.expires_in {
            token.claims.exp = now.unix_seconds().saturating_add(life.as_secs());
        }
        token.raw = tokens::mint(&token.claims, DEFAULT_SECRET);
        Ok(token)
    }
}

/// Every scope that opens something, each once.
fn every_scope() -> Vec<String> {
    let contract = Contract::built_in();
    let scopes = contract
        .operations()
        .iter()
        .flat_map(|operation| operation.scopes.iter().cloned());
    scopes
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

const EXAMPLES: &str = "\
Examples:
  doublure token
  doublure token --name expired
  doublure token --scopes unites_legales_etablissements_insee --expires-in 1h
  doublure token --at 2026-01-15T10:00:00Z --verbose";

#[cfg(test)]
mod tests {
    use super::*;

    fn minted(line: &[&str]) -> Result<NamedToken, Failure> {
        use clap::Parser;

        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            token: TokenArgs,
        }
        let line = Line::try_parse_from([&["test"], line].concat()).unwrap();
        line.token.minted(Moment::from_unix_seconds(1_768_471_200))
    }

    #[test]
    fn the_standard_token_opens_everything_and_is_signed_as_every_doublure_signs() {
        let token = minted(&[]).unwrap();

        let claims = tokens::verify(&token.raw, DEFAULT_SECRET).unwrap();
        assert_eq!(claims.scopes, every_scope());
        assert_eq!(claims.iat, 1_768_471_200);
    }

    #[test]
    fn scopes_and_life_are_what_was_asked_for() {
        let token = minted(&["--scopes=a,b", "--expires-in=1h"]).unwrap();

        let claims = tokens::verify(&token.raw, DEFAULT_SECRET).unwrap();
        assert_eq!(claims.scopes, ["a", "b"]);
        assert_eq!(claims.exp, 1_768_471_200 + 3_600);
    }

    #[test]
    fn a_name_that_no_token_has_is_refused_beside_those_that_are() {
        let failure = minted(&["--name=gold"]).unwrap_err().to_string();

        assert!(failure.contains("no token `gold`"), "{failure}");
        assert!(failure.contains("standard, second"), "{failure}");
    }

    #[test]
    fn what_a_forged_token_says_cannot_be_chosen() {
        let failure = minted(&["--name=forged", "--scopes=a"]).unwrap_err();

        assert!(failure.to_string().contains("another key"), "{failure}");
    }
}
