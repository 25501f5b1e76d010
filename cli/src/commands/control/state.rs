//! `doublure control account`, `quotas`, `bans`, `tokens`, `providers`.

use std::net::IpAddr;

use clap::Args;
use doublure_control::{AddressView, NewToken, QuotaView, TokenView};

use super::Spoken;
use crate::{
    exit::{Exit, Outcome},
    spans::{self, Span},
    table::Table,
};

/// Quota counters, or all of them back to the start.
#[derive(Args, Debug)]
pub(super) struct QuotasArgs {
    /// Set every counter back instead
    #[arg(long)]
    reset: bool,
}

/// Addresses, or none of them banned any more.
#[derive(Args, Debug)]
pub(super) struct BansArgs {
    /// Lift every ban and forget every address instead
    #[arg(long)]
    lift: bool,
}

/// Tokens, or a fresh one.
#[derive(Args, Debug)]
pub(super) struct TokensArgs {
    /// Mint a fresh token, with a quota of its own, instead
    #[arg(long)]
    mint: bool,

    /// Revoke the token of this name instead, from the next call on
    #[arg(long, value_name = "NAME", conflicts_with = "mint")]
    revoke: Option<String>,

    /// What the fresh token opens, separated by commas; default: everything
    #[arg(long, value_name = "SCOPE,…", value_delimiter = ',', requires = "mint")]
    scopes: Option<Vec<String>>,

    /// How long the fresh token lives, as 1h; default: 18 months
    #[arg(long, value_name = "DURATION", value_parser = spans::parse, requires = "mint")]
    expires_in: Option<Span>,

    /// Calls that the fresh token may make in a window over all operations; default: its groups' limits
    #[arg(long, value_name = "N", requires = "mint")]
    quota_limit: Option<u32>,

    /// An address that the fresh token may be used from, and no other; may be given several times
    #[arg(long, value_name = "ADDRESS", requires = "mint")]
    from: Option<Vec<IpAddr>>,
}

/// Providers and what they remember, or nothing of it any more.
#[derive(Args, Debug)]
pub(super) struct ProvidersArgs {
    /// Let them forget log-ins and the answers that they keep instead
    #[arg(long)]
    reset: bool,
}

pub(super) async fn account(spoken: &Spoken<'_>) -> Outcome {
    let account = spoken.session.account().await?;
    let mut tokens = Table::new(QUOTAS);
    let quotas = account.tokens.iter();
    quotas.for_each(|quota| tokens.row(quota_row(quota)));
    let mut addresses = Table::new(ADDRESSES);
    for address in &account.addresses {
        let mut row = address_row(address);
        row[1] = format!("{} of {}", address.requests, account.address_limit);
        row[2] = format!("{} of {}", address.ignored_429, account.ignored_429_limit);
        addresses.row(row);
    }
    spoken.show(&account, format_args!("{tokens}\n\n{addresses}"))
}

impl QuotasArgs {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        if self.reset {
            spoken.session.reset_quotas().await?;
            spoken.terminal.note("every quota is back at its limit");
            return Ok(Exit::DONE);
        }
        let quotas = spoken.session.quotas().await?;
        let mut table = Table::new(QUOTAS);
        quotas.iter().for_each(|quota| table.row(quota_row(quota)));
        spoken.show(&quotas, table)
    }
}

impl BansArgs {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        if self.lift {
            spoken.session.lift_bans().await?;
            spoken.terminal.note("no address is banned");
            return Ok(Exit::DONE);
        }
        let addresses = spoken.session.bans().await?;
        let mut table = Table::new(ADDRESSES);
        addresses
            .iter()
            .for_each(|address| table.row(address_row(address)));
        spoken.show(&addresses, table)
    }
}

impl TokensArgs {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        if self.mint {
            let new = NewToken {
                scopes: self.scopes,
                life_seconds: self.expires_in.map(|Span(life)| life.as_secs()),
                quota_limit: self.quota_limit,
                allowed_addresses: self.from,
            };
            let minted = spoken.session.mint(&new).await?;
            return spoken.show(&minted, &minted.token);
        }
        if let Some(name) = self.revoke {
            spoken.session.revoke(&name).await?;
            spoken.terminal.note(format_args!("{name} is revoked"));
            return Ok(Exit::DONE);
        }
        let tokens = spoken.session.tokens().await?;
        let mut table = Table::new(["name", "expires", "revoked", "token"]);
        tokens.iter().for_each(|token| table.row(token_row(token)));
        spoken.show(&tokens, table)
    }
}

impl ProvidersArgs {
    pub(super) async fn exec(self, spoken: &Spoken<'_>) -> Outcome {
        if self.reset {
            spoken.session.reset_providers().await?;
            spoken.terminal.note("no provider remembers anything");
            return Ok(Exit::DONE);
        }
        let providers = spoken.session.providers().await?;
        let mut table = Table::new(["provider", "log-ins", "answers kept", "listens at"]);
        for provider in &providers {
            table.row([
                provider.id.clone(),
                provider.logins.to_string(),
                provider.answers.to_string(),
                provider.url.clone().unwrap_or_default(),
            ]);
        }
        spoken.show(&providers, table)
    }
}

fn token_row(token: &TokenView) -> [String; 4] {
    let revoked = if token.revoked { "revoked" } else { "" };
    [
        token.name.clone(),
        token.expires.to_string(),
        revoked.to_owned(),
        token.token.clone(),
    ]
}

fn quota_row(quota: &QuotaView) -> [String; 5] {
    [
        quota.token.clone(),
        quota.group.clone(),
        quota.limit.to_string(),
        quota.remaining.to_string(),
        quota.reset.to_string(),
    ]
}

fn address_row(address: &AddressView) -> [String; 5] {
    [
        address.address.to_string(),
        address.requests.to_string(),
        address.ignored_429.to_string(),
        address
            .banned_until
            .map_or_else(|| "not banned".to_owned(), |until| until.to_string()),
        address.because.clone().unwrap_or_default(),
    ]
}

const QUOTAS: [&str; 5] = ["token", "group", "limit", "remaining", "reset"];

const ADDRESSES: [&str; 5] = [
    "address",
    "requests",
    "ignored 429",
    "banned until",
    "because",
];
