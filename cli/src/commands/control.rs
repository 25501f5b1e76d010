//! `doublure control`: commands a session that is running somewhere.

mod clock;
mod faults;
mod journal;
mod scenario;
mod sessions;
mod state;

use std::{
    fmt,
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{Args, Subcommand};
use doublure_control::{Client, SessionClient, Trust};
use serde::Serialize;

use crate::{
    exit::{Exit, Failure, Outcome},
    session_args::SESSION,
    terminal::Terminal,
};

/// Command a running session: clock, scenario, faults, journal, quotas, bans, tokens
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ControlArgs {
    /// Where the control API listens
    #[arg(
        long,
        global = true,
        help_heading = WHICH,
        env = "DOUBLURE_CONTROL",
        hide_env_values = true,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8601"
    )]
    control: ControlAddress,

    /// Believe the authorities of this PEM file where the control API is behind https; those of the machine when missing
    #[arg(long, global = true, help_heading = WHICH, value_name = "FILE")]
    authority: Option<PathBuf>,

    /// Which session
    #[arg(
        long,
        global = true,
        help_heading = WHICH,
        env = "DOUBLURE_SESSION",
        hide_env_values = true,
        value_name = "NAME",
        default_value = SESSION
    )]
    session: String,

    /// Print JSON
    #[arg(long, global = true, help_heading = WHICH)]
    json: bool,

    #[command(subcommand)]
    wish: Wish,
}

/// What is wanted of the session.
#[derive(Subcommand, Debug)]
enum Wish {
    /// List the sessions
    Sessions,
    /// Create a session beside those that run, under the name that --session gives
    Create(Box<sessions::CreateArgs>),
    /// End the session
    End,
    /// Show or move the clock
    #[command(subcommand)]
    Clock(clock::ClockWish),
    /// Show the scenario, or put another in force
    #[command(subcommand)]
    Scenario(scenario::ScenarioWish),
    /// Ask for a fault beside the scenario: it strikes the next exchange that it fits, and is gone
    Fault(faults::FaultArgs),
    /// Print the journal, an entry a line
    Journal(journal::JournalArgs),
    /// Show the calls of each token, and how near a ban each address is
    Account,
    /// Show the quota counters
    Quotas(state::QuotasArgs),
    /// Show the addresses it has seen, and their bans
    Bans(state::BansArgs),
    /// List the tokens, mint a fresh one, or revoke one
    Tokens(state::TokensArgs),
    /// Show what the providers remember
    Providers(state::ProvidersArgs),
    /// Print the control API as an OpenAPI document
    Openapi,
}

/// `127.0.0.1:8601`, `localhost:8601`, `http://127.0.0.1:8601`, `https://doublure.test:8601`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ControlAddress {
    address: SocketAddr,
    /// The name that its certificate is for; none: plain text is spoken.
    secured: Option<String>,
}

/// A session, and how to speak of it.
struct Spoken<'a> {
    session: SessionClient,
    json: bool,
    terminal: &'a Terminal,
}

impl ControlArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        let client = self.control.client(self.authority.as_deref())?;
        let spoken = Spoken {
            session: client.session(&self.session),
            json: self.json,
            terminal,
        };
        match self.wish {
            Wish::Sessions => sessions::list(&client, &spoken).await,
            Wish::Create(args) => args.exec(&client, &spoken).await,
            Wish::End => sessions::end(&spoken).await,
            Wish::Clock(wish) => wish.exec(&spoken).await,
            Wish::Scenario(wish) => wish.exec(&spoken).await,
            Wish::Fault(args) => args.exec(&spoken).await,
            Wish::Journal(args) => args.exec(&spoken).await,
            Wish::Account => state::account(&spoken).await,
            Wish::Quotas(args) => args.exec(&spoken).await,
            Wish::Bans(args) => args.exec(&spoken).await,
            Wish::Tokens(args) => args.exec(&spoken).await,
            Wish::Providers(args) => args.exec(&spoken).await,
            Wish::Openapi => describe(&client, terminal).await,
        }
    }
}

async fn describe(client: &Client, terminal: &Terminal) -> Outcome {
    let document = client.openapi().await?;
    terminal.answer(serde_json::to_string_pretty(&document).map_err(Failure::new)?)?;
    Ok(Exit::DONE)
}

impl Spoken<'_> {
    /// Prints a value for a program, or a text for a person.
    fn show(&self, value: &impl Serialize, text: impl fmt::Display) -> Outcome {
        if self.json {
            let json = serde_json::to_string(value).map_err(Failure::new)?;
            self.terminal.answer(json)?;
        } else {
            self.terminal.answer(text)?;
        }
        Ok(Exit::DONE)
    }
}

impl ControlAddress {
    fn client(&self, authority: Option<&Path>) -> Result<Client, Failure> {
        let Some(name) = &self.secured else {
            return Ok(Client::new(self.address));
        };
        let trust = match authority {
            Some(file) => Trust::of_file(file),
            None => Trust::of_the_machine(),
        };
        let trust = trust.map_err(|error| Failure::new(format!("nobody to believe: {error}")))?;
        Ok(Client::secured(self.address, name, trust))
    }
}

impl FromStr for ControlAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let secured = text.strip_prefix("https://");
        let bare = secured.or(text.strip_prefix("http://")).unwrap_or(text);
        let bare = bare.trim_end_matches('/');
        let mut found = bare.to_socket_addrs().map_err(|error| {
            format!("`{text}` is no address ({error}): write it as 127.0.0.1:8601")
        })?;
        let first = found
            .next()
            .ok_or_else(|| format!("`{text}` has no address"))?;
        let name = |_| bare.rsplit_once(':').map(|(name, _)| name.to_owned());
        Ok(Self {
            address: first,
            secured: secured.and_then(name),
        })
    }
}

const WHICH: &str = "Which session, and how";

const EXAMPLES: &str = "\
Examples:
  doublure control clock advance 10s --parked 1
  doublure control create --session second --clock manual --edition observed
  doublure control scenario set acoss-under-analysis
  doublure control scenario calm
  doublure control fault 'when: { provider: insee }, then: silence' --times 2
  doublure control journal --event fault_fired --follow
  doublure control account
  doublure control quotas --reset
  doublure control bans --lift
  DOUBLURE_CONTROL=127.0.0.1:9001 doublure control sessions";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_written_as_a_url() {
        for text in [
            "127.0.0.1:8601",
            "http://127.0.0.1:8601",
            "http://127.0.0.1:8601/",
        ] {
            let ControlAddress { address, secured } = text.parse().unwrap();

            assert_eq!(address.to_string(), "127.0.0.1:8601");
            assert_eq!(secured, None);
        }
    }

    #[test]
    fn behind_https_its_name_is_kept() {
        let control: ControlAddress = "https://localhost:8601/".parse().unwrap();

        assert_eq!(control.secured.as_deref(), Some("localhost"));
    }

    #[test]
    fn a_text_that_is_no_address_is_refused_with_an_example() {
        let refusal = "8601".parse::<ControlAddress>().unwrap_err();

        assert!(refusal.contains("127.0.0.1:8601"), "{refusal}");
    }
}
