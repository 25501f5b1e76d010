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
//! [gateway.declared]            # numbers it declares otherwise than its edition
//! provider_deadline_ms = 4000
//! ```

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use doublure_control::{Client, Overrides, Trust};
use doublure_fixtures::Edition;
use doublure_rules::Capability;
use serde::Deserialize;

use super::{
    ForeignGateway, GatewayUnderTest, Offer, SimulatedGateway,
    ban::BanTable,
    mint::{Mint, MintTable},
    offer::OperationsTable,
    table::{self, Amiss, TargetError, look_up},
};
use crate::{Callers, Patience, declared::DeclaredOtherwise, probe::Endpoint};

/// A target file that was read and is sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    gateway: GatewayTable,
    edition: Edition,
    offer: Offer,
    mint: Option<Mint>,
    callers: Callers,
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
        let table = self.gateway.clone();
        match (table.kind, table.base_url) {
            (Kind::Url, Some(base_url)) => Arc::new(ForeignGateway {
                control,
                base_url,
                trust: table.trust,
                edition: self.edition,
                tokens: table.tokens,
                mint: self.mint.clone(),
                callers: self.callers.clone(),
                patience: table.patience,
                providers: table.providers,
                declared: table.declared,
                offer: self.offer.clone(),
            }),
            _ => Arc::new(SimulatedGateway {
                control,
                edition: self.edition,
                overrides: table.overrides,
                declared: table.declared,
                offer: self.offer.clone(),
            }),
        }
    }

    fn parse(
        path: &Path,
        text: &str,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TargetError> {
        let File { mut gateway } = table::tables(path, text)?;
        let unsound = |amiss| TargetError::unsound(path, "gateway", amiss);
        let edition = gateway.check().map_err(unsound)?;
        gateway.trust = table::trust(gateway.authority.as_deref()).map_err(unsound)?;
        look_up("tokens", &mut gateway.tokens, &env).map_err(unsound)?;
        let offer = gateway.offer(edition).map_err(unsound)?;
        let callers = gateway.callers().map_err(unsound)?;
        if let Some(ban) = &gateway.ban {
            let term = ban.term_ms().map_err(unsound)?;
            gateway.declared.ban_term_ms = term.or(gateway.declared.ban_term_ms);
        }
        let mint = gateway.mint.take().map(|table| Mint::read(table, &env));
        let mint = mint.transpose().map_err(unsound)?;
        Ok(Self {
            gateway,
            edition,
            offer,
            mint,
            callers,
        })
    }
}

impl GatewayTable {
    fn offer(&self, edition: Edition) -> Result<Offer, Amiss> {
        let names = (&self.supports[..], &self.unsupported[..]);
        let behind = self.providers.keys().map(String::as_str).collect();
        let mut offer = Offer::read(edition, names, &self.operations, &behind)?;
        let ban = self.ban.iter().flat_map(|ban| ban.offers().iter().copied());
        let several = self.sees_callers().then_some(Capability::Addresses);
        let more = ban.chain(several);
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

    fn has_what_only_others_need(&self) -> bool {
        self.ban.is_some()
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
                "a simulated gateway bans, sees callers and is waited for as it is: leave out `ban`, \
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
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Target, TargetError> {
        let env = |name: &str| (name == "TOKEN").then(|| "secret".to_owned());
        Target::parse(Path::new("target.toml"), text, env)
    }

    fn refusal(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn the_simulated_gateway_needs_one_line() {
        let target = read("[gateway]\nkind = \"simulated\"\n").unwrap();

        assert_eq!(target.edition(), Edition::Documented);
        assert!(target.runs_side_by_side());
    }

    #[test]
    fn the_template_is_a_target_file_and_explains_every_field() {
        let env = |_: &str| Some("secret".to_owned());
        let with_all = Target::TEMPLATE
            .lines()
            .map(|line| {
                line.strip_prefix("# ")
                    .filter(|rest| rest.contains(" = ") || rest.starts_with('['))
                    .unwrap_or(line)
            })
            // There is no such file, and callers are told in one way only.
            .filter(|line| !line.starts_with("authority") && !line.starts_with("forwarded_for"))
            .collect::<Vec<_>>()
            .join("\n");

        let as_it_is = Target::parse(Path::new("template.toml"), Target::TEMPLATE, env).unwrap();
        let all = Target::parse(Path::new("template.toml"), &with_all, env).unwrap();

        assert_eq!(as_it_is.upstreams().count(), 3);
        let edition = as_it_is.edition();
        let numbers = crate::declared::gateway(&doublure_fixtures::Contract::built_in(), edition);
        let declared = &all.gateway.declared;
        // The term that is waited for outweighs the one that only is declared.
        assert_eq!(declared.ban_term_ms, Some(20_000));
        assert_eq!(declared.address_limit, Some(numbers.address_limit));
        assert_eq!(declared.address_window_ms, Some(numbers.address_window_ms));
        assert_eq!(declared.ignored_429_limit, Some(numbers.ignored_429_limit));
        assert_eq!(declared.quota_window_ms, Some(numbers.quota_window_ms));
        assert_eq!(
            declared.quota_window_start,
            Some(numbers.quota_window_start)
        );
        assert_eq!(declared.quota_limits["json"], numbers.quota_limits["json"]);
        assert_eq!(declared.never_banned.len(), 1);
        assert!(declared.own_fault_path.is_some());
        assert_eq!(declared.long_run_calls, Some(1_000));
        assert_eq!(declared.host_names.len(), 1);
        assert_eq!(all.gateway.tokens.len(), 3);
        assert_eq!(all.mint.unwrap().secret, "secret");
        // What it shows is what holds where nothing is said.
        assert_eq!(all.gateway.patience, Patience::default());
        assert!(all.offer.supports.contains(&Capability::BanTerm));
        assert_eq!(all.callers, Callers::Listed(all.gateway.source_addresses));
    }

    #[test]
    fn overrides_and_declared_numbers_are_read() {
        let target = read(
            "[gateway]\nkind = \"simulated\"\nedition = \"observed\"\n\
             [gateway.overrides]\nprovider_deadline_ms = 20000\n\
             [gateway.declared]\nban_term_ms = 1000\n",
        )
        .unwrap();

        assert_eq!(target.edition(), Edition::Observed);
        assert_eq!(target.gateway.overrides.provider_deadline_ms, Some(20_000));
        assert_eq!(target.gateway.declared.ban_term_ms, Some(1_000));
    }

    #[test]
    fn tokens_come_from_the_environment() {
        let target = read(
            "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\n\
             tokens = { standard = \"env:TOKEN\", other = \"plain\" }\n",
        )
        .unwrap();

        assert_eq!(target.gateway.tokens["standard"], "secret");
        assert_eq!(target.gateway.tokens["other"], "plain");
        assert!(!target.runs_side_by_side());
    }

    #[test]
    fn who_knows_the_secret_names_no_token() {
        let url = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\n";
        let minting = "[gateway.mint]\nsecret = \"env:TOKEN\"\n";

        let target = read(&format!("{url}{minting}")).unwrap();

        assert_eq!(target.mint.unwrap().secret, "secret");
        insta::assert_snapshot!(refusal(&format!("[gateway]\nkind = \"simulated\"\n{minting}")), @"target.toml, `gateway.mint`: a simulated gateway mints its own tokens: leave it out");
    }

    #[test]
    fn who_calls_and_what_of_a_ban_is_seen_is_checked_by_field() {
        let url = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\ntokens.standard = \"x\"\n";
        let refusal = |more: &str| refusal(&format!("{url}{more}"));

        let local = read(&format!("{url}ban.mode = \"onset-only\"\n")).unwrap();

        assert!(local.offer.supports.contains(&Capability::Addresses));
        assert!(!local.offer.supports.contains(&Capability::BanTerm));
        insta::assert_snapshot!(refusal("source_addresses = [\"127.0.0.2\"]\n"), @"target.toml, `gateway.source_addresses`: 1 listed, 5 needed: who calls as usual, two that are banned, and one beside each");
        insta::assert_snapshot!(refusal("forwarded_for = \"X Forwarded\"\n"), @"target.toml, `gateway.forwarded_for`: `X Forwarded` is no name of a header: write it as X-Forwarded-For");
        insta::assert_snapshot!(refusal("ban = { mode = \"scaled\" }\n"), @"target.toml, `gateway.ban.term_ms`: missing: a ban of mode `scaled` lasts a declared time, as term_ms = 20000");
        insta::assert_snapshot!(refusal("patience.silence_ms = 0\n"), @"target.toml, `gateway.patience.silence_ms`: 0 waits for nothing: say at least 1, or leave it out");
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        insta::assert_snapshot!(refusal("[gateway]\nkind = \"simulated\"\nedtion = \"observed\"\n"), @r#"
        target.toml: TOML parse error at line 3, column 1
          |
        3 | edtion = "observed"
          | ^^^^^^
        unknown field `edtion`, expected one of `kind`, `edition`, `base_url`, `authority`, `tokens`, `mint`, `providers`, `source_addresses`, `forwarded_for`, `ban`, `patience`, `supports`, `unsupported`, `operations`, `overrides`, `declared`
        "#);
    }

    #[test]
    fn an_unknown_kind_is_told_with_those_there_are() {
        insta::assert_snapshot!(refusal("[gateway]\nkind = \"real\"\n"), @r#"
        target.toml: TOML parse error at line 2, column 8
          |
        2 | kind = "real"
          |        ^^^^^^
        unknown variant `real`, expected `simulated` or `url`
        "#);
    }

    #[test]
    fn what_does_not_go_together_is_named_by_field() {
        let url = "[gateway]\nkind = \"url\"\nbase_url = \"http://127.0.0.1:3000\"\n";

        insta::assert_snapshot!(refusal("[gateway]\nkind = \"url\"\n"), @"target.toml, `gateway.base_url`: missing: a target of kind `url` is somewhere");
        insta::assert_snapshot!(refusal(url), @"target.toml, `gateway.tokens.standard`: missing: probes show the token of this name; or give the secret in `mint.secret`");
        insta::assert_snapshot!(refusal(&format!("{url}tokens.standard = \"env:NONE\"\n")), @"target.toml, `gateway.tokens.standard`: the environment has no `NONE`");
        insta::assert_snapshot!(refusal("[gateway]\nkind = \"simulated\"\nedition = \"v4\"\n"), @"target.toml, `gateway.edition`: no edition `v4`: use documented, documented-v2 or observed");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let refusal = Target::read(Path::new("/nowhere/target.toml"), |_| None).unwrap_err();

        assert!(refusal.to_string().starts_with("/nowhere/target.toml: "));
    }
}
