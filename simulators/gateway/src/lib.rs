//! API Entreprise as a black box in front of the providers.

pub mod policy;

use std::{collections::BTreeMap, future::Future, net::IpAddr, pin::Pin, sync::Arc};

use bytes::Bytes;
use doublure_fixtures::{Contract, cases::Cases, tokens::NamedToken};
use doublure_journal::Moment;
use doublure_kernel::{Exchange, Labels, Reply, Service, Session, Upstream};
use http::Request;

pub use policy::{BanManner, Policy, WindowStart};

/// What a gateway is made from.
pub struct GatewayConfig {
    /// The session it belongs to.
    pub session: Session,
    /// The tables.
    pub contract: Arc<Contract>,
    /// The numbers and manners in force: the edition's, with overrides.
    pub policy: Policy,
    /// The way to each provider, by id.
    pub upstreams: BTreeMap<String, Upstream>,
    /// What tokens are signed with.
    pub secret: String,
    /// The session's own tokens.
    pub tokens: Vec<NamedToken>,
    /// Answers given as files.
    pub cases: Option<Arc<Cases>>,
    /// Whether those are looked for before any check.
    pub cases_first: bool,
}

/// The simulated gateway.
pub struct Gateway {}

/// A quota counter as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaState {
    /// `jti` of the token.
    pub jti: String,
    /// Quota group.
    pub group: String,
    /// Calls a window.
    pub limit: u32,
    /// Calls left.
    pub remaining: u32,
    /// End of the window.
    pub reset: Moment,
}

/// An address as the gateway sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressState {
    /// The address.
    pub address: IpAddr,
    /// Requests in this window.
    pub requests: u32,
    /// Ignored 429 in this window.
    pub ignored_429: u32,
    /// End of its ban.
    pub banned_until: Option<Moment>,
    /// Why: `volume`, `ignored-429`.
    pub because: Option<&'static str>,
}

impl Gateway {
    /// A gateway that has seen nothing yet.
    pub fn new(config: GatewayConfig) -> Arc<Self> {
        let _ = config;
        todo!()
    }

    /// Its quota counters.
    pub fn quotas(&self) -> Vec<QuotaState> {
        todo!()
    }

    /// Sets every quota counter back.
    pub fn reset_quotas(&self) {
        todo!()
    }

    /// The addresses it has seen, and their bans.
    pub fn addresses(&self) -> Vec<AddressState> {
        todo!()
    }

    /// Lifts every ban and forgets every address.
    pub fn lift_bans(&self) {
        todo!()
    }

    /// Makes a token known under a name, so that scenarios and the journal can name it.
    pub fn learn_token(&self, token: NamedToken) {
        let _ = token;
        todo!()
    }
}

impl Service for Gateway {
    fn label(&self, request: &Request<Bytes>) -> Labels {
        todo!("{request:?}")
    }

    fn call(self: Arc<Self>, exchange: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        todo!("{exchange:?}")
    }
}
