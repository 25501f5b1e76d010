//! Is an answer kept for this path (facts 77–80)? All tokens share it; `Cache-Control: no-cache` goes past it.

use std::{ops::ControlFlow, time::Duration};

use doublure_journal::Moment;
use http::{HeaderMap, StatusCode, header};

use crate::{
    Gateway,
    call::{self, Cached, Call, Flow, Verdict},
};

/// Answers from the cache.
pub(crate) fn step(gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
    if life(gateway, call).is_none() || goes_past(call.exchange.request.headers()) {
        return ControlFlow::Continue(());
    }
    let Some((body, left)) = gateway.answers.find(call.path(), now) else {
        return ControlFlow::Continue(());
    };
    call.cached = Some(Cached::Kept(left.as_secs()));
    let answer = call::json(StatusCode::OK, call.media, body);
    ControlFlow::Break(Verdict::Answer(answer))
}

/// How long an answer to this call is kept; none: it is not.
pub(crate) fn life(gateway: &Gateway, call: &Call) -> Option<Duration> {
    let operation = &call.target()?.operation;
    let life = *operation.cache.of(gateway.policy.edition);
    life.filter(|_| gateway.policy.cache)
}

fn goes_past(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_goes_past_the_cache_by_saying_so() {
        let says = |value: &'static str| {
            let value = http::HeaderValue::from_static(value);
            goes_past(&[(header::CACHE_CONTROL, value)].into_iter().collect())
        };

        assert!(says("no-cache"));
        assert!(says("max-age=0, No-Cache"));
        assert!(!says("max-age=0"));
        assert!(!goes_past(&HeaderMap::new()));
    }
}
