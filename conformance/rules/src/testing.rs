//! Hand-made histories, for the tests of judges: each test tells what happened, line by line.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use doublure_journal::{
    Body, Entry, Event, ExchangeId, Failure, Header, Hop, Moment, RequestSeen, ResponseSeen,
};

use crate::{
    ClientProfile, GatewayProfile, History, OperationProfile, Profile, ProviderProfile, Role,
    Verdict, profile::Shape,
};

/// Tells a history from its start, 2026-01-15T10:00:17.300Z, to its end.
#[derive(Clone, Debug)]
pub struct HistoryBuilder {
    profile: Profile,
    entries: Vec<Entry>,
    now: Moment,
    caller: IpAddr,
    token: String,
    names: BTreeMap<String, (ExchangeId, Hop)>,
}

impl HistoryBuilder {
    /// For rules of a gateway: operation `op`, group `json` of 3 calls a minute,
    /// deadline 10 s, 4 requests a minute and address, ban of 12 h.
    pub fn gateway() -> Self {
        Self::new(Role::Gateway)
    }

    /// For rules of a client: it must give up within 30 s.
    pub fn client() -> Self {
        Self::new(Role::Client)
    }

    /// For rules of a provider: 10 s, `111` known, `222` unknown (404), `x` malformed (400), JSON.
    pub fn provider() -> Self {
        Self::new(Role::Provider)
    }

    /// Declares something else.
    #[must_use]
    pub fn declaring(mut self, change: impl FnOnce(&mut Profile)) -> Self {
        change(&mut self.profile);
        self
    }

    /// Lets time pass.
    #[must_use]
    pub fn wait(mut self, duration: Duration) -> Self {
        self.now = self.now + duration;
        self
    }

    /// Lets milliseconds pass.
    #[must_use]
    pub fn wait_ms(self, millis: u64) -> Self {
        self.wait(Duration::from_millis(millis))
    }

    /// From here on the caller has the address 127.0.0.`last`.
    #[must_use]
    pub const fn from_address(mut self, last: u8) -> Self {
        self.caller = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
        self
    }

    /// From here on the caller shows this token.
    #[must_use]
    pub fn with_token(mut self, name: &str) -> Self {
        name.clone_into(&mut self.token);
        self
    }

    /// The asking side of the client hop sends a request; `name` stands for the exchange.
    #[must_use]
    pub fn ask(self, name: &str, operation: &str, entity: &str) -> Self {
        self.ask_with(name, operation, entity, &[])
    }

    /// The asking side of the client hop sends a request with headers.
    #[must_use]
    pub fn ask_with(
        mut self,
        name: &str,
        operation: &str,
        entity: &str,
        headers: &[(&str, &str)],
    ) -> Self {
        let exchange = self.open(name, Hop::Client);
        let mut request = self.request(operation, entity);
        request.headers = headers.iter().map(owned).collect();
        self.event(Event::RequestSent {
            exchange,
            hop: Hop::Client,
            request,
        })
    }

    /// The asking side follows a link, without a token.
    #[must_use]
    pub fn follow(mut self, name: &str, url: &str) -> Self {
        let exchange = self.open(name, Hop::Client);
        let request = RequestSeen {
            method: "GET".to_owned(),
            target: url.to_owned(),
            address: Some(SocketAddr::new(self.caller, 40_000)),
            ..RequestSeen::default()
        };
        self.event(Event::RequestSent {
            exchange,
            hop: Hop::Client,
            request,
        })
    }

    /// The asked side of the client hop gets a request.
    #[must_use]
    pub fn got(mut self, name: &str, operation: &str, entity: &str) -> Self {
        let exchange = self.open(name, Hop::Client);
        let request = self.request(operation, entity);
        self.event(Event::RequestGot {
            exchange,
            hop: Hop::Client,
            request,
        })
    }

    /// A provider gets a call.
    #[must_use]
    pub fn provider_call(mut self, name: &str, provider: &str, call: &str, entity: &str) -> Self {
        let exchange = self.open(name, Hop::Provider);
        let request = RequestSeen {
            method: "GET".to_owned(),
            target: format!("/{provider}/{call}/{entity}"),
            provider: Some(provider.to_owned()),
            call: Some(call.to_owned()),
            entity: Some(entity.to_owned()),
            ..RequestSeen::default()
        };
        self.event(Event::RequestGot {
            exchange,
            hop: Hop::Provider,
            request,
        })
    }

    /// The asking side receives a whole answer.
    #[must_use]
    pub fn answer(self, name: &str, status: u16, body: &str) -> Self {
        self.answer_with(name, status, &[], body)
    }

    /// The asking side receives a whole answer with headers.
    #[must_use]
    pub fn answer_with(
        self,
        name: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Self {
        let (exchange, hop) = self.exchange(name);
        self.event(Event::ResponseGot {
            exchange,
            hop,
            response: response(status, headers, body),
        })
    }

    /// The asked side sends a whole answer.
    #[must_use]
    pub fn reply(self, name: &str, status: u16, body: &str) -> Self {
        self.reply_with(name, status, &[], body)
    }

    /// The asked side sends a whole answer with headers.
    #[must_use]
    pub fn reply_with(self, name: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let (exchange, hop) = self.exchange(name);
        self.event(Event::ResponseSent {
            exchange,
            hop,
            response: response(status, headers, body),
        })
    }

    /// The asking side gets no whole answer.
    #[must_use]
    pub fn fail(self, name: &str, failure: Failure) -> Self {
        let (exchange, hop) = self.exchange(name);
        self.event(Event::ExchangeFailed {
            exchange,
            hop,
            failure,
            response: None,
        })
    }

    /// Anything else happens.
    #[must_use]
    pub fn event(mut self, event: Event) -> Self {
        self.entries.push(Entry {
            index: self.entries.len() as u64 + 1,
            at: self.now,
            event,
        });
        self
    }

    /// The trial ends.
    pub fn end(self) -> History {
        let told = self.event(Event::TrialEnded {
            trial: "by hand".to_owned(),
        });
        History {
            profile: told.profile,
            entries: told.entries,
        }
    }

    fn new(role: Role) -> Self {
        Self {
            profile: profile(role),
            entries: Vec::new(),
            now: Moment::from_micros(START_MICROS),
            caller: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)),
            token: "standard".to_owned(),
            names: BTreeMap::new(),
        }
    }

    fn open(&mut self, name: &str, hop: Hop) -> ExchangeId {
        let exchange = ExchangeId(self.names.len() as u64 + 1);
        self.names.insert(name.to_owned(), (exchange, hop));
        exchange
    }

    fn exchange(&self, name: &str) -> (ExchangeId, Hop) {
        *self
            .names
            .get(name)
            .expect("an exchange is opened before it is answered")
    }

    fn request(&self, operation: &str, entity: &str) -> RequestSeen {
        RequestSeen {
            method: "GET".to_owned(),
            target: format!("/{operation}/{entity}"),
            address: Some(SocketAddr::new(self.caller, 40_000)),
            operation: Some(operation.to_owned()),
            entity: Some(entity.to_owned()),
            token: Some(self.token.clone()),
            ..RequestSeen::default()
        }
    }
}

/// The reason of a verdict that convicts, the outcome of any other: what tables of tests compare.
pub fn in_a_word(verdict: &Verdict) -> String {
    verdict
        .reason()
        .map_or_else(|| verdict.outcome().to_string(), ToString::to_string)
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> ResponseSeen {
    ResponseSeen {
        status,
        headers: headers.iter().map(owned).collect(),
        body: Some(Body {
            text: body.to_owned(),
            length: body.len() as u64,
            cut: false,
        }),
    }
}

fn owned((name, value): &(&str, &str)) -> Header {
    ((*name).to_owned(), (*value).to_owned())
}

fn profile(role: Role) -> Profile {
    Profile {
        role,
        edition: "documented".to_owned(),
        capabilities: BTreeSet::new(),
        gateway: gateway(),
        client: ClientProfile {
            patience_ms: 30_000,
        },
        provider: provider(),
    }
}

fn gateway() -> GatewayProfile {
    let operation = OperationProfile {
        version: 3,
        group: Some("json".to_owned()),
        deadline_ms: 10_000,
        providers: vec!["insee".to_owned()],
        scopes: Vec::new(),
    };
    GatewayProfile {
        operations: [("op".to_owned(), operation)].into(),
        quota_limits: [("json".to_owned(), 3)].into(),
        quota_window_ms: 60_000,
        address_limit: 4,
        address_window_ms: 60_000,
        ignored_429_limit: 2,
        ban_term_ms: 43_200_000,
        ..GatewayProfile::default()
    }
}

fn provider() -> ProviderProfile {
    let status = |status| Shape {
        status: Some(status),
        contains: None,
    };
    ProviderProfile {
        deadline_ms: 10_000,
        media_type: "application/json".to_owned(),
        known: "111".to_owned(),
        unknown: "222".to_owned(),
        malformed: "x".to_owned(),
        not_found: status(404),
        refused: status(400),
        error_media_types: vec!["application/json".to_owned()],
    }
}

/// 2026-01-15T10:00:17.300Z: off the minute, and off the second.
const START_MICROS: u64 = 1_768_471_217_300_000;
