//! A call on its way through the gateway, and what becomes of it.

use std::{net::IpAddr, ops::ControlFlow};

use bytes::Bytes;
use doublure_kernel::Exchange;
use doublure_scenarios::{Damage, WireFault};
use http::{HeaderValue, Response, StatusCode, header};

use crate::{
    query::Query,
    quota::{Arrival, Draw},
    refusal::{Refusal, Shape},
    route::{Destination, Target},
    running::Running,
    tokens::Access,
};

/// A call, and what the steps found out about it so far.
pub(crate) struct Call {
    /// The exchange.
    pub(crate) exchange: Exchange,
    /// When it came.
    pub(crate) arrival: Arrival,
    /// What its ids are made of.
    pub(crate) lot: u64,
    /// Whose it is.
    pub(crate) from: IpAddr,
    /// Its parameters.
    pub(crate) query: Query,
    /// Where its path leads.
    pub(crate) destination: Destination,
    /// What its token gives access to.
    pub(crate) access: Access,
    /// What it drew from its quota.
    pub(crate) draw: Option<Draw>,
    /// Keeps the same call from running twice.
    pub(crate) running: Option<Running>,
    /// Media type of what is answered from here on.
    pub(crate) media: Media,
    /// Whether the answer comes from the cache; none: it did not get that far.
    pub(crate) cached: Option<Cached>,
    /// What is wrong with the answer once it is there.
    pub(crate) damage: Option<Damage>,
    /// What breaks below HTTP once the answer is there.
    pub(crate) wire: Option<WireFault>,
}

/// What a step decides: go on, or this is what becomes of the call.
pub(crate) type Flow = ControlFlow<Verdict>;

/// What becomes of a call.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Nothing is ever answered.
    Silence,
    /// Something breaks below HTTP instead of an answer.
    Breaks(WireFault),
    /// This answer.
    Answer(Response<Bytes>),
    /// A refusal; v2 tells whether the gateway failed.
    Refused {
        /// Why.
        refusals: Vec<Refusal>,
        /// `gateway_error`, where it stands in the body.
        gateway_error: Option<bool>,
    },
}

/// Media types of JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/json`.
    #[default]
    Json,
    /// `application/vnd.api+json`: the running service, from some step on (facts 31).
    JsonApi,
}

/// Whether an answer comes from the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cached {
    /// It does not.
    Fresh,
    /// It does, and will for so many seconds more.
    Kept(u64),
}

impl Call {
    /// The operation and entity, also where the path asks for a version that does not exist.
    pub(crate) const fn target(&self) -> Option<&Target> {
        self.destination.target()
    }

    /// Path of the request.
    pub(crate) fn path(&self) -> &str {
        self.exchange.request.uri().path()
    }

    /// Address it came from.
    pub(crate) const fn address(&self) -> IpAddr {
        self.from
    }

    /// How its errors are written: v2 has texts unless it asks for objects (facts 121).
    pub(crate) fn shape(&self) -> Shape {
        let wants_objects = self.query.value("error_format") == Some("json_api");
        match self.is_v_two() && !wants_objects {
            true => Shape::Texts,
            false => Shape::Objects,
        }
    }

    /// Whether its path is one of v2.
    pub(crate) fn is_v_two(&self) -> bool {
        self.path().starts_with("/v2/")
    }

    /// Where links lead: the host that the caller reached us under, in TLS or not.
    pub(crate) fn base(&self, secured: bool) -> String {
        let host = self.exchange.request.headers().get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        let scheme = if secured { "https" } else { "http" };
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    }
}

impl Verdict {
    /// One refusal.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self::Refused {
            refusals: vec![refusal],
            gateway_error: None,
        }
    }

    /// A refusal of the gateway's own.
    pub(crate) fn code(code: &'static str) -> Self {
        Self::refused(Refusal::of(code))
    }
}

/// Goes on unless there is a refusal.
pub(crate) fn unless(refusal: Option<Refusal>) -> Flow {
    refusal.map_or(ControlFlow::Continue(()), |refusal| {
        ControlFlow::Break(Verdict::refused(refusal))
    })
}

/// An answer with a body in JSON.
pub(crate) fn json(status: StatusCode, media: Media, body: Bytes) -> Response<Bytes> {
    let media = match media {
        Media::Json => "application/json",
        Media::JsonApi => "application/vnd.api+json",
    };
    answer(status, media, body)
}

/// An answer with a body of any type.
pub(crate) fn answer(status: StatusCode, media: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let media = HeaderValue::from_static(media);
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

/// Media type of plain text.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
