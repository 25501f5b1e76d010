//! Target files: what is to be put to the test, in TOML.
//!
//! ```toml
//! [gateway]
//! kind = "simulated"            # Doublure's own, a session for each trial
//! edition = "documented"        # or documented-v2, observed
//! [gateway.overrides]           # what it is made to do otherwise; it still declares the edition
//! provider_deadline_ms = 20000
//! ```
//!
//! ```toml
//! [gateway]
//! kind = "url"                  # a gateway of somebody else, on the machine's clock
//! base_url = "http://127.0.0.1:3000"
//! authority = "authority.pem"   # for https: who is believed; whom the machine believes when missing
//! [gateway.tokens]
//! standard = "env:GATEWAY_TOKEN"  # or the token itself
//! second = "env:OTHER_TOKEN"      # may be missing; with it the limit is passed by a token not used before
//! [gateway.providers]           # where it looks for its providers: Doublure's will stand there
//! insee = "127.0.0.1:9101"
//! [gateway.clock]               # what moves its time forward
//! command = ["./advance-clock", "{seconds}"]
//! [gateway.declared]            # numbers it declares otherwise than its edition
//! provider_deadline_ms = 4000
//! ```

mod again;

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use doublure_control::{Client, Overrides, Trust};
use doublure_fixtures::{Contract, Edition};
use doublure_rules::Capability;
use serde::Deserialize;

use super::{
    ForeignGateway, GatewayUnderTest, Offer, SimulatedGateway,
    ban::BanTable,
    clock::{ClockTable, ForeignClock, Hook},
    mint::{Mint, MintTable},
    offer::OperationsTable,
    table::{self, Amiss, TargetError, look_up},
};
use crate::{
    Callers, Patience,
    declared::{self, DeclaredOtherwise},
    probe::Endpoint,
};

/// A target file that was read and is sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    gateway: GatewayTable,
    edition: Edition,
    offer: Offer,
    mint: Option<Mint>,
    hook: Option<Hook>,
    callers: Callers,
    variables: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    gateway: GatewayTable,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct GatewayTable {
    kind: Kind,
    edition: Option<String>,
    base_url: Option<String>,
    authority: Option<PathBuf>,
    #[serde(skip)]
    trust: Option<Trust>,
    #[serde(default)]
    tokens: BTreeMap<String, String>,
    mint: Option<MintTable>,
    #[serde(default)]
    providers: BTreeMap<String, SocketAddr>,
    #[serde(default)]
    source_addresses: Vec<IpAddr>,
    forwarded_for: Option<String>,
    clock: Option<ClockTable>,
    ban: Option<BanTable>,
    #[serde(default)]
    patience: Patience,
    #[serde(default)]
    supports: Vec<String>,
    #[serde(default)]
    unsupported: Vec<String>,
    #[serde(default)]
    operations: OperationsTable,
    #[serde(default)]
    overrides: Overrides,
    #[serde(default)]
    declared: DeclaredOtherwise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Simulated,
    Url,
}

impl Target {
    /// A target file with every field explained, to start from.
    pub const TEMPLATE: &str = include_str!("template.toml");

    /// Reads a target file; `env` looks up what `env:NAME` refers to.
    ///
    /// # Errors
    /// What cannot be used, by line or field.
    pub fn read(path: &Path, env: impl Fn(&str) -> Option<String>) -> Result<Self, TargetError> {
        let text = table::text(path)?;
        Self::parse(path, &text, env)
    }

    /// The edition it follows.
    pub const fn edition(&self) -> Edition {
        self.edition
    }

    /// What it is, for people.
    pub fn name(&self) -> String {
        match &self.gateway.base_url {
            Some(base_url) => base_url.clone(),
            None => "simulated gateway".to_owned(),
        }
    }

    /// Where it has to look for its providers, by their ids.
    pub fn upstreams(&self) -> impl Iterator<Item = (&str, SocketAddr)> {
        let providers = self.gateway.providers.iter();
        providers.map(|(id, address)| (id.as_str(), *address))
    }

    /// Whether a session of its own stands behind each trial, so that trials may run side by side.
    pub const fn runs_side_by_side(&self) -> bool {
        matches!(self.gateway.kind, Kind::Simulated)
    }

    /// The gateway that it describes; `control` creates the sessions.
    pub fn gateway(&self, control: Client) -> Arc<dyn GatewayUnderTest> {
        if let Some(foreign) = self.foreign(control.clone()) {
            return Arc::new(foreign);
        }
        Arc::new(SimulatedGateway {
            control,
            edition: self.edition,
            overrides: self.gateway.overrides.clone(),
            declared: self.gateway.declared.clone(),
            offer: self.offer.clone(),
        })
    }

    /// The gateway of somebody else, where it is one.
    fn foreign(&self, control: Client) -> Option<ForeignGateway> {
        let table = self.gateway.clone();
        Some(ForeignGateway {
            control,
            base_url: table.base_url?,
            trust: table.trust,
            edition: self.edition,
            tokens: table.tokens,
            mint: self.mint.clone(),
            callers: self.callers.clone(),
            patience: table.patience,
            providers: table.providers,
            clock: self.clock().map(Arc::new),
            declared: table.declared,
            offer: self.offer.clone(),
        })
    }

    /// What moves its clock, where something does.
    fn clock(&self) -> Option<ForeignClock> {
        let table = &self.gateway;
        let endpoint = Endpoint::parse(table.base_url.as_deref()?).ok()?;
        Some(ForeignClock::new(
            self.hook.clone()?,
            endpoint.believed_by(table.trust.clone()),
            table.patience.advance(),
            table.patience.answer(),
        ))
    }

    fn parse(
        path: &Path,
        text: &str,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TargetError> {
        let File { mut gateway } = table::tables(path, text)?;
        let unsound = |amiss| TargetError::unsound(path, text, "gateway", amiss);
        let edition = gateway.check().map_err(unsound)?;
        gateway.check_providers().map_err(unsound)?;
        let variables = gateway.variables();
        gateway.trust = table::trust(gateway.authority.as_deref()).map_err(unsound)?;
        look_up("tokens", &mut gateway.tokens, &env).map_err(unsound)?;
        let offer = gateway.offer(edition).map_err(unsound)?;
        let callers = gateway.callers().map_err(unsound)?;
        if let Some(ban) = &gateway.ban {
            let moves_clock = gateway.clock.is_some();
            let window = gateway.address_window_ms(edition);
            let term = ban.term_ms(moves_clock, window).map_err(unsound)?;
            gateway.declared.ban_term_ms = term.or(gateway.declared.ban_term_ms);
        }
        let mint = gateway.mint.take().map(|table| Mint::read(table, &env));
        let mint = mint.transpose().map_err(unsound)?;
        let hook = gateway.clock.take().map(|table| table.read(&env));
        let hook = hook.transpose().map_err(unsound)?;
        Ok(Self {
            gateway,
            edition,
            offer,
            mint,
            hook,
            callers,
            variables,
        })
    }
}

impl GatewayTable {
    fn offer(&self, edition: Edition) -> Result<Offer, Amiss> {
        let names = (&self.supports[..], &self.unsupported[..]);
        let behind = self.providers.keys().map(String::as_str).collect();
        let mut offer = Offer::read(edition, names, &self.operations, &behind)?;
        let ban = self.ban.iter().flat_map(|ban| ban.offers().iter().copied());
        let clock = self.clock.is_some().then_some(Capability::Clock);
        let several = self.sees_callers().then_some(Capability::Addresses);
        let more = ban.chain(several).chain(clock);
        offer
            .supports
            .extend(more.filter(|one| !offer.unsupported.contains(one)));
        Ok(offer)
    }

    /// Whether calls can come from several addresses: of this machine to this machine, listed ones, or told ones.
    fn sees_callers(&self) -> bool {
        let local = |url: &String| Endpoint::parse(url).is_ok_and(|endpoint| endpoint.is_local());
        !self.source_addresses.is_empty()
            || self.forwarded_for.is_some()
            || self.base_url.as_ref().is_some_and(local)
    }

    /// The window that requests of an address are counted over: declared, or else its edition's.
    fn address_window_ms(&self, edition: Edition) -> u64 {
        let of_edition = || declared::gateway(&Contract::built_in(), edition).address_window_ms;
        self.declared.address_window_ms.unwrap_or_else(of_edition)
    }

    fn has_what_only_others_need(&self) -> bool {
        self.ban.is_some()
            || self.clock.is_some()
            || !self.source_addresses.is_empty()
            || self.forwarded_for.is_some()
            || self.patience != Patience::default()
    }

    fn callers(&self) -> Result<Callers, Amiss> {
        match (&self.source_addresses[..], &self.forwarded_for) {
            ([], None) => Ok(Callers::AsTrialsSay),
            ([], Some(header)) if !header.is_empty() && header.bytes().all(is_in_a_header) => {
                Ok(Callers::Forwarded {
                    header: header.clone(),
                    net: 0,
                })
            }
            ([], Some(header)) => {
                let problem =
                    format!("`{header}` is no name of a header: write it as X-Forwarded-For");
                Err(Amiss::at("forwarded_for", problem))
            }
            (_, Some(_)) => Err(Amiss::at(
                "forwarded_for",
                "callers stand in a header or have addresses of their own: leave this or `source_addresses` out",
            )),
            (listed, None) if listed.len() < Callers::NEEDED => {
                let problem = format!(
                    "{} listed, {} needed: who calls as usual, two that are banned, and one beside each",
                    listed.len(),
                    Callers::NEEDED
                );
                Err(Amiss::at("source_addresses", problem))
            }
            (listed, None) => Ok(Callers::Listed(listed.to_vec())),
        }
    }

    /// Its edition, if every field goes with its kind.
    fn check(&self) -> Result<Edition, Amiss> {
        let amiss = |field: &str, problem: &str| Err(Amiss::at(field, problem));
        match (self.kind, &self.base_url) {
            (Kind::Url, None) => {
                return amiss("base_url", "missing: a target of kind `url` is somewhere");
            }
            (Kind::Url, Some(base_url)) => {
                Endpoint::parse(base_url).map_err(|problem| Amiss::at("base_url", problem))?;
            }
            (Kind::Simulated, Some(_)) => {
                return amiss(
                    "base_url",
                    "a simulated gateway gets its own: use kind = \"url\", or leave it out",
                );
            }
            (Kind::Simulated, None) => {}
        }
        if self.kind == Kind::Url && self.overrides != Overrides::default() {
            return amiss(
                "overrides",
                "only a simulated gateway can be overridden; numbers go to `declared`",
            );
        }
        if self.kind == Kind::Simulated && self.mint.is_some() {
            return amiss(
                "mint",
                "a simulated gateway mints its own tokens: leave it out",
            );
        }
        if self.kind == Kind::Url && self.mint.is_none() && !self.tokens.contains_key("standard") {
            return amiss(
                "tokens.standard",
                "missing: probes show the token of this name; or give the secret in `mint.secret`",
            );
        }
        if self.kind == Kind::Simulated && self.has_what_only_others_need() {
            return amiss(
                "kind",
                "a simulated gateway bans, sees callers and is waited for as it is: leave out `ban`, `clock`, \
                 `source_addresses`, `forwarded_for` and `patience`, or say kind = \"url\"",
            );
        }
        if let Some(field) = self.patience.nothing() {
            return amiss(
                &format!("patience.{field}"),
                "0 waits for nothing: say at least 1, or leave it out",
            );
        }
        match &self.edition {
            None => Ok(Edition::default()),
            Some(text) => text
                .parse()
                .map_err(|problem| Amiss::at("edition", problem)),
        }
    }
}

const fn is_in_a_header(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

#[cfg(test)]
mod tests;
