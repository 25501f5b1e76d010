//! An event as the store keeps it: small, and sharing what can be shared, until somebody reads it.
//!
//! Six edges a call are written and few are ever read; what an entry holds is what a busy server
//! pays for, in memory that is never in the cache.

use std::{net::SocketAddr, sync::Arc};

use doublure_journal::{
    Body, Entry, Event, ExchangeId, Header, Hop, Moment, RequestSeen, ResponseSeen,
};
use http::Method;

use super::mask::Mask;
use crate::Labels;

/// An event of the journal.
#[derive(Debug)]
pub(super) enum Kept {
    /// As it is.
    Plain(Box<Event>),
    /// A request that was sent or got.
    Request(Box<KeptRequest>),
    /// An answer that was sent or got.
    Answer(KeptAnswer),
}

/// Which way an exchange goes past the side that wrote it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Out.
    Sent,
    /// In.
    Got,
}

#[derive(Debug)]
pub(super) struct KeptRequest {
    pub(super) edge: Edge,
    pub(super) exchange: ExchangeId,
    pub(super) hop: Hop,
    pub(super) method: Method,
    pub(super) target: Box<str>,
    pub(super) address: Option<SocketAddr>,
    /// Without the raw token, which must not be kept.
    pub(super) labels: Labels,
    pub(super) token: Option<Mask>,
    pub(super) captured: Captured,
}

#[derive(Debug)]
pub(super) struct KeptAnswer {
    edge: Edge,
    exchange: ExchangeId,
    hop: Hop,
    status: u16,
    captured: Captured,
}

/// Headers and body, from the levels on that capture them.
#[derive(Debug)]
pub(super) struct Captured(Option<Box<(Vec<Header>, Option<Body>)>>);

impl Kept {
    pub(super) fn new(event: Event) -> Self {
        match event {
            Event::ResponseSent {
                exchange,
                hop,
                response,
            } => Self::Answer(KeptAnswer::new(Edge::Sent, exchange, hop, response)),
            Event::ResponseGot {
                exchange,
                hop,
                response,
            } => Self::Answer(KeptAnswer::new(Edge::Got, exchange, hop, response)),
            other => Self::Plain(Box::new(other)),
        }
    }

    pub(super) fn entry(&self, index: u64, at: Moment) -> Entry {
        let event = match self {
            Self::Plain(event) => Event::clone(event),
            Self::Request(request) => request.event(),
            Self::Answer(answer) => answer.event(),
        };
        Entry { index, at, event }
    }

    /// Bytes of headers, bodies and texts: what else it holds is small.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Plain(event) => text_of(event),
            Self::Request(request) => request.captured.weight(),
            Self::Answer(answer) => answer.captured.weight(),
        }
    }
}

/// Bytes of what somebody else may make as long as they like.
fn text_of(event: &Event) -> usize {
    match event {
        Event::DriverSaid { line } => line.len(),
        Event::DriverSpawned { command } => command.len(),
        Event::Noted { text, .. } => text.len(),
        Event::Commanded { path, body, .. } => path.len() + body.len(),
        Event::ExchangeFailed {
            response: Some(seen),
            ..
        } => seen_weight(&seen.headers, seen.body.as_ref()),
        _ => 0,
    }
}

fn seen_weight(headers: &[Header], body: Option<&Body>) -> usize {
    let headers = headers.iter().map(|(name, value)| name.len() + value.len());
    headers.sum::<usize>() + body.map_or(0, |body| body.text.len())
}

impl KeptRequest {
    fn event(&self) -> Event {
        let text = |label: &Option<Arc<str>>| label.as_deref().map(str::to_owned);
        let (headers, body) = self.captured.copies();
        let request = RequestSeen {
            method: self.method.to_string(),
            target: self.target.to_string(),
            address: self.address,
            operation: text(&self.labels.operation),
            provider: text(&self.labels.provider),
            call: text(&self.labels.call),
            entity: text(&self.labels.entity),
            token: self.token.map(|mask| mask.to_string()),
            headers,
            body,
        };
        let (exchange, hop) = (self.exchange, self.hop);
        match self.edge {
            Edge::Sent => Event::RequestSent {
                exchange,
                hop,
                request,
            },
            Edge::Got => Event::RequestGot {
                exchange,
                hop,
                request,
            },
        }
    }
}

impl KeptAnswer {
    fn new(edge: Edge, exchange: ExchangeId, hop: Hop, response: ResponseSeen) -> Self {
        Self {
            edge,
            exchange,
            hop,
            status: response.status,
            captured: Captured::new(response.headers, response.body),
        }
    }

    fn event(&self) -> Event {
        let (headers, body) = self.captured.copies();
        let response = ResponseSeen {
            status: self.status,
            headers,
            body,
        };
        let (exchange, hop) = (self.exchange, self.hop);
        match self.edge {
            Edge::Sent => Event::ResponseSent {
                exchange,
                hop,
                response,
            },
            Edge::Got => Event::ResponseGot {
                exchange,
                hop,
                response,
            },
        }
    }
}

impl Captured {
    pub(super) fn new(headers: Vec<Header>, body: Option<Body>) -> Self {
        let nothing = headers.is_empty() && body.is_none();
        Self((!nothing).then(|| Box::new((headers, body))))
    }

    fn copies(&self) -> (Vec<Header>, Option<Body>) {
        self.0.as_deref().cloned().unwrap_or_default()
    }

    fn weight(&self) -> usize {
        let captured = self.0.as_deref();
        captured.map_or(0, |(headers, body)| seen_weight(headers, body.as_ref()))
    }
}
