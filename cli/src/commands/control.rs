//! `doublure control`: commands a session that is running somewhere.

mod clock;
mod journal;
mod scenario;
mod state;

use std::{
    fmt,
    net::{SocketAddr, ToSocketAddrs},
    str::FromStr,
};

use clap::{Args, Subcommand};
use doublure_control::{Client, SessionClient};
use serde::Serialize;

use crate::{
    exit::{Exit, Failure, Outcome},
    session_args::SESSION,
    terminal::Terminal,
};

/// Command a running session: clock, scenario, journal, quotas, bans, tokens
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
    /// Show or move the clock
    #[command(subcommand)]
    Clock(clock::ClockWish),
    /// Show the scenario, or put another in force
    #[command(subcommand)]
    Scenario(scenario::ScenarioWish),
    /// Print the journal, an entry a line
    Journal(journal::JournalArgs),
    /// Show the calls of each token, and how near a ban each address is
    Account,
    /// Show the quota counters
    Quotas(state::QuotasArgs),
    /// Show the addresses it has seen, and their bans
    Bans(state::BansArgs),
    /// List the tokens, or mint a fresh one
    Tokens(state::TokensArgs),
}

/// `127.0.0.1:8601`, `localhost:8601`, `http://127.0.0.1:8601`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ControlAddress(SocketAddr);

/// A session, and how to speak of it.
struct Spoken<'a> {
    session: SessionClient,
    json: bool,
    terminal: &'a Terminal,
}

impl ControlArgs {
    pub(crate) async fn exec(self, terminal: &Terminal) -> Outcome {
        let client = Client::new(self.control.0);
        let spoken = Spoken {
            session: client.session(&self.session),
            json: self.json,
            terminal,
        };
        match self.wish {
            Wish::Sessions => state::sessions(&client, &spoken).await,
            Wish::Clock(wish) => wish.exec(&spoken).await,
            Wish::Scenario(wish) => wish.exec(&spoken).await,
            Wish::Journal(args) => args.exec(&spoken).await,
            Wish::Account => state::account(&spoken).await,
            Wish::Quotas(args) => args.exec(&spoken).await,
            Wish::Bans(args) => args.exec(&spoken).await,
            Wish::Tokens(args) => args.exec(&spoken).await,
        }
    }
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

impl FromStr for ControlAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix("http://").unwrap_or(text);
        let mut found = bare
            .trim_end_matches('/')
            .to_socket_addrs()
            .map_err(|error| {
                format!("`{text}` is no address ({error}): write it as 127.0.0.1:8601")
            })?;
        let first = found
            .next()
            .ok_or_else(|| format!("`{text}` has no address"))?;
        Ok(Self(first))
    }
}

const WHICH: &str = "Which session, and how";

const EXAMPLES: &str = "\
Examples:
  doublure control clock advance 10s --parked 1
  doublure control scenario set acoss-under-analysis
  doublure control scenario calm
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
            let ControlAddress(address) = text.parse().unwrap();

            assert_eq!(address.to_string(), "127.0.0.1:8601");
        }
    }

    #[test]
    fn a_text_that_is_no_address_is_refused_with_an_example() {
        let refusal = "8601".parse::<ControlAddress>().unwrap_err();

        assert!(refusal.contains("127.0.0.1:8601"), "{refusal}");
    }
}
