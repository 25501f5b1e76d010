//! Doublure's own gateway, a session for each trial.

use std::net::{IpAddr, Ipv4Addr};

use doublure_control::{Client, NewSession, Overrides, Trust};
use doublure_fixtures::{Edition, contract::OFFICIAL_HOSTS};
use doublure_rules::Capability;

use super::{GatewayUnderTest, Offer, Starting};
use crate::{
    Callers, Patience, Started, TrialError,
    declared::{self, DeclaredOtherwise},
};

/// Doublure's own gateway. What it declares is the edition's, whatever its overrides make of it.
#[derive(Clone, Debug)]
pub struct SimulatedGateway {
    /// The control server that creates its sessions.
    pub control: Client,
    /// The edition it follows.
    pub edition: Edition,
    /// In what it differs from the edition: it still declares the edition's numbers.
    pub overrides: Overrides,
    /// What it declares otherwise than the edition.
    pub declared: DeclaredOtherwise,
    /// What it is declared to offer, beyond what all of ours do.
    pub offer: Offer,
}

impl SimulatedGateway {
    /// As the edition says.
    pub fn new(control: Client, edition: Edition) -> Self {
        Self {
            control,
            edition,
            overrides: Overrides::default(),
            declared: DeclaredOtherwise::default(),
            offer: Offer::default(),
        }
    }

    async fn create(&self, wish: &NewSession) -> Result<Started, TrialError> {
        let declared = self.declared();
        let spared = Overrides {
            never_banned: declared.never_banned.clone(),
            ..Overrides::default()
        };
        let wanted = NewSession {
            edition: Some(self.edition.to_string()),
            overrides: self.overrides.over(&spared),
            ..wish.clone()
        };
        let (session, view) = self.control.create(&wanted).await?;
        let base_url = view
            .gateway
            .ok_or_else(|| TrialError::Target("the session has no gateway".to_owned()))?;
        let authority = view.authority.as_deref();
        let trust = authority.map(|pem| Trust::of_pem(pem.as_bytes()));
        let trust = trust.transpose();
        let trust = trust.map_err(|error| TrialError::Target(error.to_string()))?;
        let secured = trust.is_some();
        Ok(Started {
            session,
            seed: view.seed,
            base_url,
            trust,
            tokens: view.tokens,
            fresh_tokens: true,
            callers: Callers::default(),
            patience: Patience::default(),
            profile: declared::profile(self.edition, &declared, &self.offer(secured)),
            clock: None,
            keep: Vec::new(),
        })
    }

    fn offer(&self, secured: bool) -> Offer {
        let mut offer = self.offer.clone();
        offer.supports.extend(OFFERED);
        if secured {
            offer.supports.insert(Capability::Tls);
        }
        offer
    }

    /// What it declares otherwise than the edition; in any case what no edition names: an address that is never banned,
    /// the official names, and how often it may be called.
    fn declared(&self) -> DeclaredOtherwise {
        let mut declared = self.declared.clone();
        if declared.never_banned.is_empty() {
            declared.never_banned.push(SPARED);
        }
        declared.long_run_calls.get_or_insert(LONG_RUN);
        if declared.host_names.is_empty() {
            declared.host_names = OFFICIAL_HOSTS.map(str::to_owned).to_vec();
        }
        declared
    }
}

impl GatewayUnderTest for SimulatedGateway {
    fn start<'a>(&'a self, wish: &'a NewSession) -> Starting<'a> {
        Box::pin(self.create(wish))
    }
}

/// The address that it never bans.
const SPARED: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 8));
/// The fewest calls that tell a rate.
const LONG_RUN: u32 = 1_000;
/// All of it is ours: its clock, its providers, and the harm that a ban would do.
const OFFERED: [Capability; 7] = [
    Capability::Clock,
    Capability::Ban,
    Capability::BanTerm,
    Capability::Addresses,
    Capability::Providers,
    Capability::OwnFault,
    Capability::StatusServices,
];
