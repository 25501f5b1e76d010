//! A gateway on its bench.

use std::{
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use doublure_fixtures::{
    Contract, Edition,
    cases::Cases,
    contract::{Operation, Whom},
    tokens,
};
use doublure_journal::{CaptureLevel, Moment};
use doublure_kernel::{
    ClockKind, Exchange, Labels, Order, Place, Reply, Sent, Service, Session, SessionConfig, Task,
    Upstream, When,
};
use doublure_scenarios::Scenario;
use http::{Request, Response};
use serde_json::Value;

use super::usual::{self, Usual};
use crate::{Gateway, GatewayConfig, Policy};

/// 2026-01-15T10:00:00Z.
pub(super) const TEN: Moment = Moment::from_unix_seconds(1_768_471_200);

pub(super) const UNITE: &str = "/v3/insee/sirene/unites_legales/418166096";
pub(super) const ETABLISSEMENT: &str = "/v3/insee/sirene/etablissements/41816609600069";
pub(super) const EXTRAIT: &str = "/v3/infogreffe/rcs/unites_legales/418166096/extrait_kbis";
pub(super) const VIGILANCE: &str = "/v3/urssaf/unites_legales/418166096/attestation_vigilance";
pub(super) const FISCALE: &str = "/v3/dgfip/unites_legales/418166096/attestation_fiscale";
pub(super) const ENTREPRISE: &str = "/v2/entreprises/418166096";

/// The path of an operation about the company that providers usually know.
pub(super) fn path_of(operation: &Operation) -> String {
    operation.path_for(Whom {
        siren: "418166096".parse().unwrap(),
        siret: "41816609600069".parse().unwrap(),
    })
}

/// A gateway, its session, and its providers.
pub(super) struct Bench {
    pub(super) session: Session,
    pub(super) gateway: Arc<Gateway>,
    pub(super) providers: Arc<Providers>,
    tokens: Vec<tokens::NamedToken>,
}

/// What a bench is made from.
pub(super) struct Setting {
    pub(super) policy: Policy,
    pub(super) scenario: Scenario,
    pub(super) cases: Option<Arc<Cases>>,
    pub(super) cases_first: bool,
}

/// What a provider does when it is asked.
#[derive(Clone)]
pub(super) enum Says {
    /// Answers.
    This(u16, Bytes),
    /// Answers with one header more.
    With(u16, (&'static str, &'static str), Bytes),
    /// Answers after a while.
    Late(Duration, Bytes),
    /// Never answers.
    Nothing,
}

/// All providers in one: each call says the usual thing until it is told another.
#[derive(Default)]
pub(super) struct Providers {
    told: Mutex<Vec<(String, Says)>>,
    asked: Mutex<Vec<String>>,
    session: Mutex<Option<Session>>,
}

/// A call to be made.
#[derive(Clone)]
pub(super) struct Asking {
    path: String,
    query: String,
    method: &'static str,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
    from: Ipv4Addr,
}

/// An answer as tests look at it.
pub(super) struct Answered {
    pub(super) reply: Reply,
}

impl Setting {
    pub(super) fn of(edition: Edition) -> Self {
        Self {
            policy: Policy::of(edition, &Contract::built_in()),
            scenario: Scenario::default(),
            cases: None,
            cases_first: false,
        }
    }
}

impl Bench {
    /// As documented.
    pub(super) fn new() -> Self {
        Self::with(Setting::of(Edition::Documented))
    }

    /// In an edition.
    pub(super) fn of(edition: Edition) -> Self {
        Self::with(Setting::of(edition))
    }

    /// With a policy that differs.
    pub(super) fn where_(edition: Edition, change: impl FnOnce(&mut Policy)) -> Self {
        let mut setting = Setting::of(edition);
        change(&mut setting.policy);
        Self::with(setting)
    }

    pub(super) fn with(setting: Setting) -> Self {
        let session = session(setting.scenario);
        let contract = Contract::built_in();
        let scopes: Vec<String> = contract.scopes().into_iter().map(str::to_owned).collect();
        let tokens = tokens::starter_set(TEN.unix_seconds(), SECRET, &scopes);
        let providers = Arc::new(Providers::default());
        *providers.session.lock().unwrap() = Some(session.clone());
        let upstream = |id: &str| Upstream {
            provider: id.into(),
            place: Place::InProcess(providers.clone()),
        };
        let gateway = Gateway::new(GatewayConfig {
            session: session.clone(),
            upstreams: usual::providers()
                .map(|id| (id.to_owned(), upstream(id)))
                .collect(),
            contract,
            policy: setting.policy,
            secret: SECRET.to_owned(),
            tokens: tokens.clone(),
            cases: setting.cases,
            cases_first: setting.cases_first,
            secured: false,
            pages: None,
        });
        Self {
            session,
            gateway,
            providers,
            tokens,
        }
    }

    /// The raw token of this name.
    pub(super) fn token(&self, name: &str) -> String {
        let named = self.tokens.iter().find(|token| token.name == name);
        named.unwrap().raw.clone()
    }

    /// A call with all it takes, made with the token `standard`.
    pub(super) fn asking(&self, path: &str) -> Asking {
        Asking {
            path: path.to_owned(),
            query: TRACED.to_owned(),
            method: "GET",
            token: Some(self.token("standard")),
            headers: Vec::new(),
            from: Ipv4Addr::new(192, 0, 2, 1),
        }
    }

    /// Makes a call in a task of its own.
    pub(super) fn start(&self, asking: Asking) -> Task<Reply> {
        let mut request = asking.request();
        let exchange = Exchange {
            id: self.session.next_exchange(),
            parent: None,
            labels: self.gateway.label(&mut request),
            request,
            peer: SocketAddr::from((asking.from, 40_000)),
            got: self.session.clock().now(),
        };
        self.session.spawn(self.gateway.clone().call(exchange))
    }

    /// Makes a call and waits for its answer.
    pub(super) async fn ask(&self, asking: Asking) -> Answered {
        Answered::of(self.start(asking)).await
    }

    /// The usual call to a path.
    pub(super) async fn get(&self, path: &str) -> Answered {
        self.ask(self.asking(path)).await
    }

    /// Moves the clock on.
    pub(super) async fn wait(&self, by: Duration) {
        let patience = Duration::from_secs(30);
        let clock = self.session.clock();
        clock.advance(by, When::default(), patience).await.unwrap();
    }
}

impl Asking {
    pub(super) fn query(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }

    pub(super) fn and(mut self, more: &str) -> Self {
        self.query = format!("{}&{more}", self.query);
        self
    }

    pub(super) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(super) fn token(mut self, token: Option<String>) -> Self {
        self.token = token;
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn from(mut self, last: u8) -> Self {
        self.from = Ipv4Addr::new(192, 0, 2, last);
        self
    }

    /// What is asked, for people.
    pub(super) fn told(&self) -> String {
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!(" {name}={value}"))
            .collect();
        let nobody = if self.token.is_none() {
            " no token"
        } else {
            ""
        };
        format!("{} {}{headers}{nobody}", self.method, self.path)
    }

    fn request(&self) -> Request<Bytes> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(format!("{}?{}", self.path, self.query))
            .header("host", "gateway:8080");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.body(Bytes::new()).unwrap()
    }
}

impl Answered {
    pub(super) async fn of(task: Task<Reply>) -> Self {
        let mut answered = Self::unsent(task).await;
        answered.send();
        answered
    }

    /// An answer of which the last byte is not out yet.
    pub(super) async fn unsent(task: Task<Reply>) -> Self {
        let reply = task.await.expect("a call does not panic");
        Self { reply }
    }

    /// Its last byte is out.
    pub(super) fn send(&mut self) {
        self.reply.sent.take().into_iter().for_each(Sent::tell);
    }

    pub(super) fn status(&self) -> u16 {
        self.reply.response.status().as_u16()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.reply.response.headers().get(name)?.to_str().ok()
    }

    pub(super) fn number(&self, name: &str) -> u64 {
        self.header(name).unwrap().parse().unwrap()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.reply.response.body()).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(self.reply.response.body()).unwrap()
    }

    /// Status and codes of a refusal.
    pub(super) fn refusal(&self) -> (u16, Vec<String>) {
        let body = self.json();
        let errors = body["errors"].as_array().unwrap().iter();
        let code = |error: &Value| error["code"].as_str().unwrap().to_owned();
        (self.status(), errors.map(code).collect())
    }

    /// Whether nothing was answered.
    pub(super) fn is_silence(&self) -> bool {
        self.reply.wire == Some(doublure_scenarios::WireFault::Silence)
    }
}

impl Providers {
    /// From now on a call says this.
    pub(super) fn tell(&self, call: &str, says: Says) {
        let mut told = self.told.lock().unwrap();
        told.retain(|(known, _)| known != call);
        told.push((call.to_owned(), says));
    }

    /// From now on a call answers with this status and body.
    pub(super) fn answer(&self, call: &str, status: u16, body: &str) {
        let body = Bytes::copy_from_slice(body.as_bytes());
        self.tell(call, Says::This(status, body));
    }

    /// How often a call was made.
    pub(super) fn asked(&self, call: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|known| *known == call).count()
    }

    fn says(&self, usual: &Usual) -> Says {
        let told = self.told.lock().unwrap();
        let says = told.iter().find(|(known, _)| known == usual.call);
        says.map_or_else(|| Says::This(200, (usual.says)()), |(_, says)| says.clone())
    }
}

impl Service for Providers {
    fn label(&self, _: &mut Request<Bytes>) -> Labels {
        Labels::default()
    }

    fn call(self: Arc<Self>, exchange: Exchange) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        let usual = usual::call_of(&exchange.request);
        self.asked.lock().unwrap().push(usual.call.to_owned());
        let says = self.says(usual);
        let session = self.session.lock().unwrap().clone().unwrap();
        Box::pin(async move {
            let (status, header, body) = match says {
                Says::This(status, body) => (status, None, body),
                Says::With(status, header, body) => (status, Some(header), body),
                Says::Late(after, body) => {
                    session.clock().sleep(after, Order::Delivery).await;
                    (200, None, body)
                }
                Says::Nothing => std::future::pending().await,
            };
            let mut response = Response::builder().status(status);
            if let Some((name, value)) = header {
                response = response.header(name, value);
            }
            Reply::from(response.body(body).unwrap())
        })
    }
}

fn session(scenario: Scenario) -> Session {
    Session::new(SessionConfig {
        name: "bench".to_owned(),
        seed: 1,
        clock: ClockKind::Manual(TEN),
        capture: CaptureLevel::Meta,
        journal_capacity: 10_000,
        scenario,
        marks_answers: false,
        access_log: None,
        fault_header: None,
        fault_log: None,
    })
}

pub(super) const PDF: &str = "%PDF-1.7 a document";

/// The tracing parameters of the usual call.
pub(super) const TRACED: &str = "context=test&recipient=13002526500013&object=bench";

const SECRET: &str = "the bench signs its tokens with this secret of its own";
