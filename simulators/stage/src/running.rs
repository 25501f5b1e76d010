//! A session that listens, and what can be done with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use doublure_control::{
    AccountView, AddressView, Advance, ClockView, Declared, NewToken, ProviderView, QuotaView,
    SessionView, TokenTerms, TokenView,
};
use doublure_fixtures::tokens::{self, NamedToken};
use doublure_gateway::Gateway;
use doublure_journal::Moment;
use doublure_kernel::{AdvanceError, ClockKind, Host, Session, When, lock::locked};
use doublure_providers::Provider;
use doublure_scenarios::Overrides;
use http::StatusCode;
use tokio::sync::watch;

use crate::{
    journal_writer::Writing,
    problem::{Refusal, no_such},
};

/// A session and all that belongs to it.
pub(crate) struct Running {
    pub(crate) session: Session,
    pub(crate) edition: String,
    pub(crate) declared: Declared,
    /// What the scenario that it was made with overrides.
    pub(crate) scenario_overrides: Overrides,
    pub(crate) gateway: Option<Arc<Gateway>>,
    pub(crate) gateway_url: Option<String>,
    pub(crate) provider_urls: BTreeMap<String, String>,
    /// Each provider by id.
    pub(crate) providers: Vec<(&'static str, Arc<dyn Provider>)>,
    /// Certificate of the authority, where TLS is spoken.
    pub(crate) authority: Option<String>,
    /// Every scope there is.
    pub(crate) scopes: Vec<String>,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) hosts: Mutex<Vec<Host>>,
    /// Whether it is over, for those who follow its journal.
    pub(crate) ended: watch::Sender<bool>,
    /// The journal's file, where there is one.
    pub(crate) writing: Mutex<Option<Writing>>,
}

/// The tokens of a session.
pub(crate) struct Tokens {
    /// Those it started with.
    pub(crate) starters: Vec<NamedToken>,
    /// Those that were minted since.
    pub(crate) minted: Vec<NamedToken>,
    /// Ids of those that were revoked since.
    pub(crate) revoked: BTreeSet<String>,
}

impl Running {
    pub(crate) fn name(&self) -> &str {
        self.session.name()
    }

    pub(crate) fn view(&self) -> SessionView {
        let tokens = locked(&self.tokens);
        SessionView {
            name: self.name().to_owned(),
            seed: self.session.seed(),
            edition: self.edition.clone(),
            scenario: self.session.engine().scenario().name.clone(),
            clock: self.clock(),
            gateway: self.gateway_url.clone(),
            providers: self.provider_urls.clone(),
            authority: self.authority.clone(),
            tokens: tokens
                .starters
                .iter()
                .map(|token| (token.name.to_owned(), token.raw.clone()))
                .collect(),
            declared: self.declared.clone(),
        }
    }

    pub(crate) fn clock(&self) -> ClockView {
        let clock = self.session.clock();
        ClockView {
            now: clock.now(),
            manual: matches!(clock.kind(), ClockKind::Manual(_)),
            calls_in_progress: self.session.calls_in_progress(),
        }
    }

    pub(crate) async fn advance(&self, advance: &Advance) -> Result<ClockView, Refusal> {
        let when = When {
            parked: advance.parked,
        };
        let patience = advance.patience_ms.map_or(PATIENCE, Duration::from_millis);
        self.session
            .clock()
            .advance(Duration::from_millis(advance.by_ms), when, patience)
            .await
            .map_err(not_moved)?;
        Ok(self.clock())
    }

    pub(crate) fn quotas(&self) -> Result<Vec<QuotaView>, Refusal> {
        let tokens = locked(&self.tokens);
        let quotas = self.gateway()?.quotas().into_iter();
        Ok(quotas
            .map(|quota| QuotaView {
                token: tokens.name_of(&quota.jti).unwrap_or(quota.jti),
                group: quota.group,
                limit: quota.limit,
                remaining: quota.remaining,
                reset: quota.reset,
            })
            .collect())
    }

    pub(crate) fn addresses(&self) -> Result<Vec<AddressView>, Refusal> {
        let addresses = self.gateway()?.addresses().into_iter();
        Ok(addresses
            .map(|address| AddressView {
                address: address.address,
                requests: address.requests,
                ignored_429: address.ignored_429,
                banned_until: address.banned_until,
                because: address.because.map(str::to_owned),
            })
            .collect())
    }

    pub(crate) fn account(&self) -> Result<AccountView, Refusal> {
        Ok(AccountView {
            tokens: self.quotas()?,
            addresses: self.addresses()?,
            address_limit: self.declared.address_limit,
            ignored_429_limit: self.declared.ignored_429_limit,
        })
    }

    /// The gateway; a session of providers only has none.
    pub(crate) fn gateway(&self) -> Result<&Gateway, Refusal> {
        self.gateway.as_deref().ok_or_else(|| {
            Refusal::conflict(format!(
                "session `{}` has no gateway of ours: it was created with `without_gateway`",
                self.name()
            ))
        })
    }

    /// Mints a token that no call was made with yet.
    pub(crate) fn mint(&self, new: &NewToken) -> TokenView {
        let mut tokens = locked(&self.tokens);
        let nth = tokens.minted.len() as u64 + 1;
        let now = self.session.clock().now().unix_seconds();
        let scopes = new.scopes.as_ref().unwrap_or(&self.scopes);
        let mut token = tokens::nth_token(nth, now, tokens::DEFAULT_SECRET, scopes);
        if let Some(life) = new.life_seconds {
            token.claims.exp = now.saturating_add(life);
            token.raw = tokens::mint(&token.claims, tokens::DEFAULT_SECRET);
        }
        if let Some(gateway) = &self.gateway {
            let terms = TokenTerms {
                quota_limit: new.quota_limit,
                allowed_addresses: new.allowed_addresses.clone(),
            };
            gateway.learn_token(token.clone(), terms);
        }
        let view = viewed(minted_name(nth), &token, false);
        tokens.minted.push(token);
        view
    }

    /// Every token, starters first.
    pub(crate) fn tokens(&self) -> Vec<TokenView> {
        let tokens = locked(&self.tokens);
        let named = tokens.named();
        named
            .map(|(name, token)| {
                let born_so = token.name == "revoked";
                let revoked = born_so || tokens.revoked.contains(&token.claims.jti);
                viewed(name, token, revoked)
            })
            .collect()
    }

    /// Revokes the token of this name.
    pub(crate) fn revoke(&self, name: &str) -> Result<(), Refusal> {
        let gateway = self.gateway()?;
        let mut tokens = locked(&self.tokens);
        let found = tokens.named().find(|(known, _)| known == name);
        let Some(jti) = found.map(|(_, token)| token.claims.jti.clone()) else {
            let known: Vec<String> = tokens.named().map(|(name, _)| name).collect();
            let known = known.iter().map(String::as_str);
            return Err(Refusal::missing(no_such("token", name, known)));
        };
        if !gateway.revoke_token(&jti) {
            return Err(Refusal::conflict(format!(
                "`{name}` was not signed here: there is nothing to revoke"
            )));
        }
        tokens.revoked.insert(jti);
        Ok(())
    }

    /// Every provider, and what it remembers.
    pub(crate) fn providers(&self) -> Vec<ProviderView> {
        let viewed = |(id, provider): &(&str, Arc<dyn Provider>)| {
            let memory = provider.memory();
            ProviderView {
                id: (*id).to_owned(),
                url: self.provider_urls.get(*id).cloned(),
                logins: memory.logins,
                answers: memory.answers,
            }
        };
        self.providers.iter().map(viewed).collect()
    }

    /// Closes every listener and connection.
    pub(crate) async fn end(&self) {
        let hosts = std::mem::take(&mut *locked(&self.hosts));
        for host in hosts {
            host.stop().await;
        }
        self.ended.send_replace(true);
        let writing = locked(&self.writing).take();
        if let Some(writing) = writing {
            writing.end().await;
        }
    }
}

impl Tokens {
    /// Every token and its name.
    fn named(&self) -> impl Iterator<Item = (String, &NamedToken)> {
        let starters = self.starters.iter();
        let starters = starters.map(|token| (token.name.to_owned(), token));
        let minted = (1..).zip(&self.minted);
        starters.chain(minted.map(|(nth, token)| (minted_name(nth), token)))
    }

    fn name_of(&self, jti: &str) -> Option<String> {
        let mut named = self.named();
        let found = named.find(|(_, token)| token.claims.jti == jti)?;
        Some(found.0)
    }
}

fn viewed(name: String, token: &NamedToken, revoked: bool) -> TokenView {
    TokenView {
        name,
        token: token.raw.clone(),
        expires: Moment::from_unix_seconds(token.claims.exp),
        revoked,
    }
}

fn minted_name(nth: u64) -> String {
    format!("minted-{nth}")
}

fn not_moved(error: AdvanceError) -> Refusal {
    match error {
        AdvanceError::Real | AdvanceError::NotParked { .. } => Refusal::conflict(error.to_string()),
        AdvanceError::Unsettled { .. } => {
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        }
    }
}

/// How long an advance waits for calls to be parked, when it does not say.
const PATIENCE: Duration = Duration::from_secs(10);
