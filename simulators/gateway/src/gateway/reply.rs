//! From a verdict to the reply: the headers that stand on every answer.

use std::sync::Arc;

use bytes::Bytes;
use doublure_kernel::{Reply, Sent};
use doublure_scenarios::WireFault;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use crate::{
    Gateway,
    call::{self, Cached, Call, Verdict},
    quota::{Draw, Warning},
    refusal::{self, Refusal},
    uuid::uuid,
};

impl Gateway {
    /// What is sent for a verdict. A 429 counts as sent once its last byte is out.
    pub(super) fn reply(self: &Arc<Self>, call: &Call, verdict: Verdict) -> Reply {
        let mut response = match verdict {
            Verdict::Silence => return Reply::silence(),
            Verdict::Breaks(wire) => return broken(wire),
            Verdict::Answer(response) => response,
            Verdict::Refused {
                refusals,
                gateway_error,
            } => self.refused(call, &refusals, gateway_error),
        };
        let headers = response.headers_mut();
        if let Some(draw) = &call.draw {
            rate_limit(headers, draw);
        }
        if let Some(cached) = call.cached {
            caching(headers, cached);
        }
        always(headers, &self.request_id(call));
        if let Some(target) = call.target() {
            let status = response.status().as_u16();
            self.pings
                .remember(&target.operation.id, status, self.now());
        }
        if let Some(damage) = &call.damage {
            self.session.damage(call.exchange.id, damage, &mut response);
        }
        Reply {
            response,
            wire: call.wire.clone(),
            sent: self.warning(call),
        }
    }

    fn refused(
        &self,
        call: &Call,
        refusals: &[Refusal],
        gateway_error: Option<bool>,
    ) -> Response<Bytes> {
        let edition = self.policy.edition;
        let status = refusals
            .first()
            .map_or(StatusCode::INTERNAL_SERVER_ERROR, |refusal| {
                refusal.status(&self.contract, edition)
            });
        let body = refusal::body(refusals, &self.contract, call.shape(), gateway_error);
        call::json(status, call.media, body)
    }

    /// From when on calls of this token ignore a 429: none, where this is none.
    fn warning(self: &Arc<Self>, call: &Call) -> Option<Sent> {
        let draw = call.draw.as_ref()?;
        let (opened, over) = (draw.opened, draw.refusal?.over);
        let (holder, group, _) = self.counter(call)?;
        let (gateway, jti, group) = (Arc::clone(self), Arc::clone(&holder.jti), group.to_owned());
        Some(Sent::new(move || {
            let mut quotas = gateway.quotas_locked();
            let sent = gateway.calls_so_far();
            let warning = Warning { opened, sent, over };
            quotas.warn(&jti, &group, warning);
        }))
    }

    /// A UUID for people to name a call by; the same in each run.
    fn request_id(&self, call: &Call) -> String {
        let dice = self.session.dice();
        uuid(
            [0, 1].map(|half| dice.bits("request id", call.lot.wrapping_mul(2).wrapping_add(half))),
        )
    }
}

fn broken(wire: WireFault) -> Reply {
    Reply {
        response: Response::new(Bytes::new()),
        wire: Some(wire),
        sent: None,
    }
}

fn rate_limit(headers: &mut HeaderMap, draw: &Draw) {
    headers.insert(LIMIT, HeaderValue::from(draw.limit));
    headers.insert(REMAINING, HeaderValue::from(draw.remaining));
    headers.insert(RESET, HeaderValue::from(draw.reset));
    if let Some(over) = draw.refusal {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(over.retry_after));
    }
}

fn caching(headers: &mut HeaderMap, cached: Cached) {
    let (is_cached, left) = match cached {
        Cached::Fresh => ("false", HeaderValue::from_static("")),
        Cached::Kept(seconds) => ("true", HeaderValue::from(seconds)),
    };
    headers.insert(IS_CACHED, HeaderValue::from_static(is_cached));
    headers.insert(CACHED_FOR, left);
}

/// Those of facts 74 that tell something here; nobody may read them from another origin (002:18).
fn always(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Origin"));
}

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const IS_CACHED: HeaderName = HeaderName::from_static("x-response-cached");
const CACHED_FOR: HeaderName = HeaderName::from_static("x-cache-expires-in");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
