//! A gateway of somebody else, in front of Doublure's providers.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use doublure_control::{Client, ClockSetting, NewSession, Trust};
use doublure_fixtures::Edition;
use doublure_journal::Moment;
use doublure_rules::{Capability, Profile};

use super::{ForeignClock, GatewayUnderTest, Mint, Offer, Starting};
use crate::{
    Callers, Patience, Started, TrialError,
    declared::{self, DeclaredOtherwise},
    probe::Endpoint,
};

/// A gateway of somebody else that runs somewhere, on the machine's clock or ahead of it.
#[derive(Clone, Debug)]
pub struct ForeignGateway {
    /// The control server that creates the sessions of our providers.
    pub control: Client,
    /// Where it is.
    pub base_url: String,
    /// Who is believed, where it speaks TLS; none: whom the machine believes.
    pub trust: Option<Trust>,
    /// The edition it follows.
    pub edition: Edition,
    /// Tokens that it knows, by name; they stand before minted ones.
    pub tokens: BTreeMap<String, String>,
    /// What tokens are minted with, where its secret is known.
    pub mint: Option<Mint>,
    /// Where it looks for its providers, by id; empty: ours do not stand behind it.
    pub providers: BTreeMap<String, SocketAddr>,
    /// What moves its clock, where something does.
    pub clock: Option<Arc<ForeignClock>>,
    /// How it sees several callers.
    pub callers: Callers,
    /// How long the harness waits for it.
    pub patience: Patience,
    /// What it declares otherwise than the edition.
    pub declared: DeclaredOtherwise,
    /// What it offers beyond the edition, does not offer, and serves.
    pub offer: Offer,
}

impl ForeignGateway {
    /// A gateway that is not there breaks no rule: the harness says so instead.
    async fn create(&self, wish: &NewSession) -> Result<Started, TrialError> {
        let endpoint = Endpoint::parse(&self.base_url)
            .map_err(TrialError::Target)?
            .believed_by(self.trust.clone());
        endpoint
            .reach(self.patience.reach())
            .await
            .map_err(TrialError::Target)?;
        let wanted = NewSession {
            clock: ClockSetting::Real,
            without_gateway: true,
            // Who stands behind it as `plain` answers with the statuses of its edition.
            edition: Some(self.edition.to_string()),
            // The trial may wish for TLS: that is for the gateway to speak.
            tls: false,
            provider_addresses: self.providers.clone(),
            ..wish.clone()
        };
        let (session, mut view) = self.control.create(&wanted).await?;
        let profile = self.profile(&endpoint);
        if let Some(clock) = &self.clock {
            // What earlier trials used of windows is over, and who looks sees that the clock moves.
            let put = clock.put_in_step(&session, windows(&profile)).await;
            if let Err(why) = put {
                session.end().await?;
                return Err(why);
            }
            view.clock = session.clock().await?;
        }
        let mut tokens = match &self.mint {
            Some(mint) => mint.tokens(view.clock.now, view.seed),
            None => BTreeMap::new(),
        };
        tokens.extend(self.tokens.clone());
        Ok(Started {
            session,
            seed: view.seed,
            base_url: self.base_url.clone(),
            trust: self.trust.clone(),
            tokens,
            fresh_tokens: self.mint.is_some() && self.tokens.is_empty(),
            callers: self.callers_at(view.clock.now),
            patience: self.patience.clone(),
            profile,
            clock: self.clock.clone(),
            keep: Vec::new(),
        })
    }

    /// Where addresses of ours may be banned, each trial has others.
    fn callers_at(&self, now: Moment) -> Callers {
        match self.offer.supports.contains(&Capability::Ban) {
            true => self.callers.fresh_at(now),
            false => self.callers.clone(),
        }
    }

    /// Its clock runs by itself, also where it can be moved.
    fn profile(&self, endpoint: &Endpoint) -> Profile {
        let mut offer = self.offer.clone();
        if !self.providers.is_empty() {
            offer.supports.insert(Capability::Providers);
        }
        if self.base_url.starts_with("https:") {
            offer.supports.insert(Capability::Tls);
        }
        let mut profile = declared::profile(self.edition, &self.declared, &offer);
        profile.gateway.runs_on = self.clock.is_some();
        let names = &mut profile.gateway.host_names;
        if names.is_empty() {
            names.push(endpoint.host().to_owned());
        }
        profile
    }
}

/// How many seconds pass until every window is over that is open now.
fn windows(profile: &Profile) -> u64 {
    let gateway = &profile.gateway;
    let longest = gateway.quota_window().max(gateway.address_window());
    longest.as_secs() + ROUNDED
}

impl GatewayUnderTest for ForeignGateway {
    fn start<'a>(&'a self, wish: &'a NewSession) -> Starting<'a> {
        Box::pin(self.create(wish))
    }
}

/// Part of a second, and what the end of a window may have been rounded by.
const ROUNDED: u64 = 2;
