//! What a gateway like this one answers about many companies: what its answers are like is drawn from them.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use bytes::Bytes;
use doublure_fixtures::{
    Contract, Edition, World,
    contract::{AnswerKind, Operation, Whom},
    tokens,
};
use doublure_gateway::{Gateway, GatewayConfig, Policy};
use doublure_journal::CaptureLevel;
use doublure_kernel::{ClockKind, Exchange, Place, Service, Session, SessionConfig, Upstream};
use doublure_scenarios::Scenario;
use http::{Request, StatusCode};

use super::{TRACING, served, shape::Shape};

/// What answers are like, by operation and status.
pub(crate) type Shapes = BTreeMap<String, BTreeMap<u16, Shape>>;

/// Draws what all operations of an edition answer.
pub(crate) async fn shapes(contract: &Arc<Contract>, edition: Edition) -> Shapes {
    let sitting = Sitting::new(contract, edition);
    let mut shapes = Shapes::new();
    for operation in served(contract) {
        let known = shapes.entry(operation.id.clone()).or_default();
        let companies = match operation.answer {
            AnswerKind::Json => COMPANIES,
            // They are all alike, and each has a document made for it.
            AnswerKind::Document => FEW_COMPANIES,
        };
        for whom in sitting.whom(companies) {
            if let Some((status, answer)) = sitting.ask(operation, whom).await {
                known.entry(status.as_u16()).or_default().see(&answer);
            }
            if operation.whom().is_none() {
                break;
            }
            // Others may have something to do meanwhile.
            tokio::task::yield_now().await;
        }
    }
    shapes
}

/// A gateway of its own that nobody else calls, with nothing that could go wrong.
struct Sitting {
    session: Session,
    gateway: Arc<Gateway>,
    world: Arc<World>,
    token: String,
}

impl Sitting {
    fn new(contract: &Arc<Contract>, edition: Edition) -> Self {
        let session = Session::new(SessionConfig {
            name: "samples".to_owned(),
            seed: SEED,
            clock: ClockKind::Real,
            capture: CaptureLevel::Meta,
            journal_capacity: 1,
            scenario: Scenario::default(),
            marks_answers: false,
            fault_header: None,
            fault_log: None,
            access_log: None,
        });
        let world = Arc::new(World::new(SEED, COMPANIES));
        let scopes: Vec<String> = contract.scopes().into_iter().map(str::to_owned).collect();
        let now = session.clock().now().unix_seconds();
        let tokens = tokens::starter_set(now, tokens::DEFAULT_SECRET, &scopes);
        let token = tokens.first().map(|token| token.raw.clone());
        let gateway = Gateway::new(GatewayConfig {
            session: session.clone(),
            contract: Arc::clone(contract),
            policy: patient(Policy::of(edition, contract)),
            upstreams: upstreams(&session, &world),
            secret: tokens::DEFAULT_SECRET.to_owned(),
            tokens,
            cases: None,
            cases_first: false,
            secured: false,
            pages: None,
        });
        Self {
            session,
            gateway,
            world,
            token: token.unwrap_or_default(),
        }
    }

    /// The well-known companies, then so many invented ones, each with its first establishment.
    fn whom(&self, companies: u32) -> impl Iterator<Item = Whom> {
        let known = World::well_known().iter();
        let known = known.filter_map(|known| known.siren.parse().ok());
        let invented = (0..companies).filter_map(|rank| self.world.siren_of(rank));
        known.chain(invented).map(|siren| {
            let company = self.world.company(siren);
            let office = company.and_then(|company| Some(company.establishments.first()?.siret));
            Whom {
                siret: office.unwrap_or(Whom::of(siren).siret),
                siren,
            }
        })
    }

    /// What is answered, if it is no refusal.
    async fn ask(
        &self,
        operation: &Operation,
        whom: Whom,
    ) -> Option<(StatusCode, serde_json::Value)> {
        let path = operation.path_for(whom);
        let [one, two, three] = TRACING.map(|(name, value)| format!("{name}={value}"));
        let mut request = Request::get(format!("{path}?{one}&{two}&{three}"))
            .header("host", "localhost")
            .header("authorization", format!("Bearer {}", self.token))
            .body(Bytes::new())
            .ok()?;
        let exchange = Exchange {
            id: self.session.next_exchange(),
            parent: None,
            labels: self.gateway.label(&mut request),
            request,
            peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            got: self.session.clock().now(),
        };
        let service = Arc::clone(&self.gateway) as Arc<dyn Service>;
        let answer = service.call(exchange).await.response;
        let status = answer.status();
        let body = serde_json::from_slice(answer.body()).ok();
        body.filter(|_| status.is_success())
            .map(|body| (status, body))
    }
}

/// Without the limits that would end the sitting.
fn patient(mut policy: Policy) -> Policy {
    policy
        .quota_limits
        .values_mut()
        .for_each(|limit| *limit = u32::MAX);
    policy.address_limit = u32::MAX;
    policy.cache = false;
    policy
}

fn upstreams(session: &Session, world: &Arc<World>) -> BTreeMap<String, Upstream> {
    doublure_providers::IDS
        .into_iter()
        .filter_map(|id| {
            let service = doublure_providers::provider(id, session, Arc::clone(world))?;
            let upstream = Upstream {
                provider: id.into(),
                place: Place::InProcess(service),
            };
            Some((id.to_owned(), upstream))
        })
        .collect()
}

/// Always the same, so that the document is; of those tried, one whose companies show every null that answers have.
const SEED: u64 = 7;
/// As many as show what one in a hundred has.
const COMPANIES: u32 = 300;
const FEW_COMPANIES: u32 = 10;
