//! The gateway: what it is made from, its state, and its doors.

use std::{
    collections::BTreeMap,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use doublure_fixtures::{Contract, cases::Cases, contract::Operation, tokens::NamedToken};
use doublure_journal::{Hop, Moment};
use doublure_kernel::{
    Admission, Exchange, Fingerprint, Labels, Reply, Service, Session, ShutOut, Upstream,
};
use doublure_scenarios::{BanManner, TokenTerms};
use http::{Method, Request};

use crate::{
    Policy,
    ban::{self, Addresses},
    cache::{Answers, Mapped},
    call::{Call, Media},
    caller,
    documents::Documents,
    locked,
    lots::Lots,
    pages::Pages,
    pings::Pings,
    query::Query,
    quota::{Arrival, Quotas, Rule},
    route::{Destination, Routes},
    running::RunningCalls,
    sources::login::Logins,
    steps,
    tokens::{Keyring, Presented, Valid},
};

mod reply;

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
    /// Whether callers reach it in TLS: its links begin so.
    pub secured: bool,
    /// What stands beside the operations.
    pub pages: Option<Arc<dyn Pages>>,
}

/// The simulated gateway.
pub struct Gateway {
    pub(crate) session: Session,
    pub(crate) contract: Arc<Contract>,
    pub(crate) policy: Policy,
    pub(crate) ban_rules: ban::Rules,
    pub(crate) upstreams: BTreeMap<String, (Upstream, Logins)>,
    pub(crate) cases: Option<Arc<Cases>>,
    pub(crate) cases_first: bool,
    pub(crate) secured: bool,
    pub(crate) pages: Option<Arc<dyn Pages>>,
    pub(crate) running: RunningCalls,
    pub(crate) answers: Answers,
    pub(crate) mapped: Mapped,
    pub(crate) pings: Pings,
    keyring: Keyring,
    routes: Routes,
    addresses: Mutex<Addresses>,
    quotas: Mutex<Quotas>,
    documents: Mutex<Documents>,
    lots: Mutex<Lots>,
    arrivals: AtomicU64,
}

/// What stands in the target of a request. Read once: it is left in the request until the call begins.
#[derive(Clone)]
struct Read {
    query: Query,
    destination: Destination,
}

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
        let upstreams = config.upstreams.into_iter();
        Arc::new(Self {
            ban_rules: ban::Rules::of(&config.policy),
            routes: Routes::of(&config.contract),
            pings: Pings::of(&config.contract),
            keyring: Keyring::new(config.secret, config.tokens, &config.policy.tokens),
            upstreams: upstreams
                .map(|(id, upstream)| (id, (upstream, Logins::default())))
                .collect(),
            session: config.session,
            contract: config.contract,
            policy: config.policy,
            cases: config.cases,
            cases_first: config.cases_first,
            secured: config.secured,
            pages: config.pages,
            running: RunningCalls::default(),
            answers: Answers::default(),
            mapped: Mapped::default(),
            addresses: Mutex::default(),
            quotas: Mutex::default(),
            documents: Mutex::default(),
            lots: Mutex::default(),
            arrivals: AtomicU64::new(0),
        })
    }

    /// Its quota counters.
    pub fn quotas(&self) -> Vec<QuotaState> {
        self.quotas_locked().view(self.now())
    }

    /// Sets every quota counter back.
    pub fn reset_quotas(&self) {
        self.quotas_locked().reset();
    }

    /// The addresses it has seen, and their bans.
    pub fn addresses(&self) -> Vec<AddressState> {
        self.addresses_locked().view(self.ban_rules, self.now())
    }

    /// Lifts every ban and forgets every address.
    pub fn lift_bans(&self) {
        self.addresses_locked().forget();
        self.session.doors_changed();
    }

    /// Makes a token known under a name, so that scenarios and the journal can name it, and what holds for it alone.
    pub fn learn_token(&self, token: NamedToken, terms: TokenTerms) {
        self.keyring.learn(token, terms);
    }

    /// Revokes the token with this id, which was made known, from the next call on; whether it was.
    pub fn revoke_token(&self, jti: &str) -> bool {
        self.keyring.revoke(jti)
    }

    /// Where a call counts, and how; none: it does not.
    pub(crate) fn counter<'a>(&self, call: &'a Call) -> Option<(&'a Valid, &'a str, Rule)> {
        let (holder, target) = (call.access.holder()?, call.target()?);
        let quota = target.operation.quota.of(self.policy.edition).as_ref()?;
        let (group, limit) = match holder.terms.quota_limit {
            Some(own) => (OWN, own),
            None => {
                let set = self.policy.quota_limits.get(&quota.group);
                (quota.group.as_str(), *set.unwrap_or(&quota.limit))
            }
        };
        Some((holder, group, self.rule(limit)))
    }

    /// Whether an address is on the list of those that are never banned.
    pub(crate) fn spares(&self, address: IpAddr) -> bool {
        self.policy.never_banned.contains(&address)
    }

    /// How long an operation's providers have.
    pub(crate) fn deadline(&self, operation: &Operation) -> std::time::Duration {
        let set = self.policy.provider_deadlines.get(&operation.id);
        *set.unwrap_or_else(|| operation.deadline.of(self.policy.edition))
    }

    pub(crate) fn addresses_locked(&self) -> MutexGuard<'_, Addresses> {
        locked(&self.addresses)
    }

    pub(crate) fn quotas_locked(&self) -> MutexGuard<'_, Quotas> {
        locked(&self.quotas)
    }

    pub(crate) fn documents_locked(&self) -> MutexGuard<'_, Documents> {
        locked(&self.documents)
    }

    /// How many calls have come.
    pub(crate) fn calls_so_far(&self) -> u64 {
        self.arrivals.load(Ordering::Acquire)
    }

    pub(crate) fn now(&self) -> Moment {
        self.session.clock().now()
    }

    const fn rule(&self, limit: u32) -> Rule {
        Rule {
            limit,
            window: self.policy.quota_window,
            start: self.policy.quota_window_start,
        }
    }

    /// The path leads somewhere only for GET: there is no other verb (facts 48).
    fn read(&self, request: &Request<Bytes>) -> Read {
        let query = Query::of(request.uri().query());
        let destination = match *request.method() {
            Method::GET => self.routes.find(request.uri().path(), &query),
            _ => Destination::Nowhere,
        };
        Read { query, destination }
    }

    fn lot(&self, exchange: &Exchange) -> u64 {
        let token = exchange.labels.token_name.as_deref();
        let question = Fingerprint::of(Hop::Client, &exchange.request, token);
        locked(&self.lots).draw(self.session.dice(), question)
    }

    fn admit(&self, mut exchange: Exchange) -> Call {
        let arrival = Arrival {
            at: exchange.got,
            ordinal: self.arrivals.fetch_add(1, Ordering::AcqRel),
        };
        let lot = self.lot(&exchange);
        let read = exchange.request.extensions_mut().remove();
        let Read { query, destination } = read.unwrap_or_else(|| self.read(&exchange.request));
        let presented = Presented::in_request(exchange.request.headers(), &query);
        Call {
            arrival,
            lot,
            from: caller::address(
                exchange.peer,
                exchange.request.headers(),
                self.policy.trusts_forwarded_for,
            ),
            destination,
            access: self.keyring.access(presented, arrival.at),
            query,
            exchange,
            draw: None,
            running: None,
            media: Media::default(),
            cached: None,
            damage: None,
            wire: None,
        }
    }
}

/// Id of the provider that speaks the gateway's own shape, where one is asked for.
pub const PLAIN: &str = "plain";

impl Service for Gateway {
    /// Under a ban nothing is served; where calls prolong a ban, so does this one.
    fn admits(&self, peer: SocketAddr) -> Admission {
        // Where callers are behind a proxy, a connection says nothing of them.
        if self.policy.ban_manner == BanManner::Refusal || self.policy.trusts_forwarded_for {
            return Admission::Serve;
        }
        let now = self.now();
        let banned =
            self.addresses_locked()
                .is_banned(self.ban_rules, peer.ip().to_canonical(), now);
        match banned {
            true => Admission::Silence,
            false => Admission::Serve,
        }
    }

    fn shuts_out(&self, now: Moment) -> ShutOut {
        if self.policy.ban_manner != BanManner::Unreachable || self.policy.trusts_forwarded_for {
            return ShutOut::default();
        }
        self.addresses_locked().shut_out(now)
    }

    fn provider(&self) -> Option<Arc<str>> {
        self.policy.plain.then(|| PLAIN.into())
    }

    fn label(&self, request: &mut Request<Bytes>) -> Labels {
        let read = self.read(request);
        let token = Presented::in_request(request.headers(), &read.query)
            .first()
            .map(|raw| self.keyring.read(raw));
        let target = read.destination.target();
        let labels = Labels {
            provider: self.provider(),
            operation: target.map(|target| target.operation.id.as_str().into()),
            entity: target
                .map(|target| Arc::clone(&target.entity))
                .filter(|entity| !entity.is_empty()),
            token: token.as_ref().map(|token| Arc::clone(&token.raw)),
            token_name: token.and_then(|token| token.name.clone()),
            ..Labels::default()
        };
        request.extensions_mut().insert(read);
        labels
    }

    fn call(self: Arc<Self>, exchange: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        Box::pin(async move {
            let mut call = self.admit(exchange);
            let verdict = steps::walk(&self, &mut call).await;
            self.reply(&call, verdict)
        })
    }
}

/// Group of a token that has a limit of its own.
const OWN: &str = "own";
