//! One request, from its head to the reply that the service gives.

use std::{
    future::Future,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use doublure_journal::{Event, ExchangeId, Hop, Moment, ResponseSeen};
use doublure_scenarios::{Effect, WireFault};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use tokio::runtime::Handle;

use super::{AccessLine, fault_header};
use crate::{
    Arrived, Clock, Exchange, Fingerprint, Labels, Reply, Service, Subject,
    clock::InProgress,
    gate::{Fate, Keeper},
    recorder::Edge,
    session::{Core, Origin},
};

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) hop: Hop,
    pub(crate) peer: SocketAddr,
    /// The exchange of ours that it belongs to; none: a foreign caller's.
    pub(crate) origin: Option<Origin>,
}

impl Arrival {
    pub(crate) const fn is_foreign(&self) -> bool {
        self.origin.is_none()
    }
}

/// An exchange as the asked side sees it, until it is over.
pub(crate) struct Call {
    core: Arc<Core>,
    exchange: ExchangeId,
    hop: Hop,
    /// The exchange in which this one's answer is only passed on.
    passed_on_in: Option<ExchangeId>,
    foreign: Option<Foreign>,
}

/// What only the call of a foreign caller has.
struct Foreign {
    _progress: InProgress,
    line: Option<AccessLine>,
}

/// A service at work on a request. It goes on, in a task of its own, when this is dropped.
///
/// Until then it runs where it is awaited: most callers stay, and most calls need no task.
pub(crate) struct Working {
    call: Option<Call>,
    work: Option<Pin<Box<dyn Future<Output = Reply> + Send>>>,
    keeper: Option<Keeper>,
}

/// Reads a request whole and has the service work on it.
pub(crate) async fn work(
    core: &Arc<Core>,
    arrival: Arrival,
    service: &Arc<dyn Service>,
    keeper: &Keeper,
    request: Request<Incoming>,
) -> (Call, Reply) {
    let (head, body) = request.into_parts();
    match read(body).await {
        Ok(body) => {
            let request = Request::from_parts(head, body);
            receive(core, arrival, service, Some(keeper.clone()), request).await
        }
        Err(status) => {
            let mut request = Request::from_parts(head, Bytes::new());
            let labels = service.label(&mut request);
            let (call, _) = Call::open(core, arrival, &labels, &request);
            (call, empty(status))
        }
    }
}

/// Has the service work on a request.
pub(crate) fn receive(
    core: &Arc<Core>,
    arrival: Arrival,
    service: &Arc<dyn Service>,
    keeper: Option<Keeper>,
    mut request: Request<Bytes>,
) -> Working {
    let labels = service.label(&mut request);
    let (call, got) = Call::open(core, arrival, &labels, &request);
    let exchange = Exchange {
        id: call.exchange,
        parent: arrival.origin.map(|origin| origin.parent.exchange()),
        request,
        labels,
        peer: arrival.peer,
        got,
    };
    let service = Arc::clone(service);
    let may_ask = arrival.is_foreign() && arrival.hop == Hop::Client;
    let refused = may_ask
        .then(|| fault_header::ask(core, &exchange))
        .flatten();
    let work = if let Some(refusal) = refused {
        Box::pin(std::future::ready(refusal))
    } else if arrival.is_foreign() && is_decided_late(core, arrival.hop, &exchange) {
        Box::pin(unless_refused(
            Arc::clone(core),
            service,
            arrival.hop,
            exchange,
        ))
    } else {
        service.call(exchange)
    };
    Working {
        call: Some(call),
        work: Some(work),
        keeper,
    }
}

impl Call {
    /// Writes a request down that has been got.
    fn open(
        core: &Arc<Core>,
        arrival: Arrival,
        labels: &Labels,
        request: &Request<Bytes>,
    ) -> (Self, Moment) {
        let exchange = arrival
            .origin
            .map_or_else(|| core.next_exchange(), |origin| origin.exchange);
        let got = core.clock.now();
        let foreign = arrival.is_foreign().then(|| Foreign {
            _progress: core.clock.ledger().call(),
            line: core.access_log.as_ref().map(|_| AccessLine {
                exchange,
                at: got,
                peer: arrival.peer,
                method: request.method().to_string(),
                target: core.journal.target(request),
                status: None,
                took: Duration::ZERO,
                faults: Vec::new(),
            }),
        });
        core.journal.request(
            Edge::Got,
            exchange,
            arrival.hop,
            request,
            labels,
            Some(arrival.peer),
        );
        let call = Self {
            core: Arc::clone(core),
            exchange,
            hop: arrival.hop,
            passed_on_in: arrival.origin.and_then(|origin| origin.parent.passes_on()),
            foreign,
        };
        (call, got)
    }

    pub(crate) const fn exchange(&self) -> ExchangeId {
        self.exchange
    }

    pub(crate) const fn is_foreign(&self) -> bool {
        self.foreign.is_some()
    }

    pub(crate) const fn passed_on_in(&self) -> Option<ExchangeId> {
        self.passed_on_in
    }

    /// Writes down that the whole answer has been handed over.
    pub(crate) fn answered(mut self, response: ResponseSeen) {
        if let Some(line) = self
            .foreign
            .as_mut()
            .and_then(|foreign| foreign.line.as_mut())
        {
            line.status = Some(response.status);
        }
        self.core.journal.record(Event::ResponseSent {
            exchange: self.exchange,
            hop: self.hop,
            response,
        });
    }
}

/// The exchange is over, answered or not.
impl Drop for Call {
    fn drop(&mut self) {
        let Some(foreign) = &mut self.foreign else {
            return;
        };
        self.core.engine.call_is_over(self.exchange);
        // Of a call that is never answered nothing breaks any more.
        drop(self.core.handed_on.take(self.exchange));
        let faults = self.core.fired.take(self.exchange);
        if let (Some(mut line), Some(log)) = (foreign.line.take(), &self.core.access_log) {
            line.took = self.core.clock.now().since(line.at);
            line.faults = faults;
            log(&line);
        }
    }
}

impl Future for Working {
    type Output = (Call, Reply);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<(Call, Reply)> {
        let this = &mut *self;
        let work = this.work.as_mut().expect("work is polled until it is done");
        // A service that panics fails one call, not the connection and those that follow on it.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        let reply = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(reply)) => Some(reply),
            Err(_) => None,
        };
        this.work = None;
        let call = this.call.take().expect("a call is as long as its work");
        let reply = reply.unwrap_or_else(|| {
            let text = "the service panicked; the call is answered with 500".to_owned();
            call.core.note(Some(call.exchange), "panic", text);
            empty(StatusCode::INTERNAL_SERVER_ERROR)
        });
        Poll::Ready((call, reply))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let (Some(work), Some(call)) = (self.work.take(), self.call.take()) else {
            return;
        };
        let core = Arc::clone(&call.core);
        if core.closing.is_closed() || Handle::try_current().is_err() {
            return;
        }
        // Where we broke off ourselves, the caller may still be there.
        let broken_off = self
            .keeper
            .as_ref()
            .is_some_and(|keeper| keeper.fate() != Fate::Open);
        if !broken_off {
            core.journal.record(Event::CallerLeft {
                exchange: call.exchange,
            });
        }
        core.spawn(async move {
            work.await;
            drop(call);
        });
    }
}

/// The body of a request, or the status that says why it is not read to its end.
async fn read(body: Incoming) -> Result<Bytes, StatusCode> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let whole = Limited::new(body, MOST_OF_A_REQUEST).collect();
    match Clock::patience(LONGEST_OF_A_BODY, whole).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        // The caller left in the middle of its request: nobody is there to be answered, and HTTP
        // is about to notice.
        Ok(Err(_)) => std::future::pending().await,
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Whether a fault at connect can strike a connection that stands: one from before the door was shut, or one of
/// which only the request tells whether it is spared.
fn is_decided_late(core: &Core, hop: Hop, exchange: &Exchange) -> bool {
    let provider = exchange.labels.provider.as_deref();
    let standing = core.engine.standing(hop, provider, exchange.got);
    standing.by_request || standing.shut.is_some()
}

/// A fault that refuses connections strikes a foreign caller once it has said what it wants.
async fn unless_refused(
    core: Arc<Core>,
    service: Arc<dyn Service>,
    hop: Hop,
    exchange: Exchange,
) -> Reply {
    let subject = Subject {
        hop,
        labels: &exchange.labels,
        address: Some(exchange.peer.ip()),
        fingerprint: Fingerprint::of(
            hop,
            &exchange.request,
            exchange.labels.token_name.as_deref(),
        ),
        connecting: true,
    };
    let arrived = Arrived {
        at: exchange.got,
        headers: Some(exchange.request.headers()),
    };
    let struck = core.strike(&subject, Some(exchange.id), exchange.parent, arrived);
    match struck.await {
        Some(Effect::Wire(fault)) if fault != WireFault::SlowTls => Reply {
            response: Response::default(),
            wire: Some(fault),
            sent: None,
        },
        // What is slow has been waited for; no other effect strikes while connecting.
        _ => service.call(exchange).await,
    }
}

fn empty(status: StatusCode) -> Reply {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    Reply::from(response)
}

const MOST_OF_A_REQUEST: usize = 1024 * 1024;
/// On real time, as all guards of sockets.
const LONGEST_OF_A_BODY: Duration = Duration::from_secs(75);
