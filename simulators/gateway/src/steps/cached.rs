//! Is an answer kept for this path (facts 77–80)? All tokens share it; `Cache-Control: no-cache` goes past it.

use std::{ops::ControlFlow, time::Duration};

use doublure_fixtures::contract::CacheLife;
use doublure_journal::Moment;
use http::{HeaderMap, StatusCode, header};

use crate::{
    Gateway,
    answers::dates,
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
    let life = life.filter(|_| gateway.policy.cache)?;
    Some(length(life, gateway.now()))
}

/// How long a life is that begins now.
fn length(life: CacheLife, now: Moment) -> Duration {
    let today = dates::day_in_paris(now.unix_seconds());
    let (last_day, more) = match life {
        CacheLife::For(life) => return life,
        CacheLife::Day(more) => (today, more),
        CacheLife::Month => (today.last_of_month(), Duration::ZERO),
    };
    let end = dates::end_in_paris(last_day);
    end.map_or(more, |end| end.since(now) + more)
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
    fn a_life_ends_with_the_day_or_the_month_in_paris() {
        let left = |life, now: &str| length(life, now.parse().unwrap()).as_secs();
        let hour = Duration::from_secs(3_600);

        assert_eq!(left(CacheLife::For(hour), "2026-01-15T22:59:59Z"), 3_600);
        let day = CacheLife::Day(Duration::ZERO);
        assert_eq!(left(day, "2026-01-15T22:59:59Z"), 1);
        assert_eq!(left(day, "2026-07-15T21:00:00Z"), 3_600);
        assert_eq!(
            left(CacheLife::Day(8 * hour), "2026-01-15T22:00:00Z"),
            9 * 3_600
        );
        assert_eq!(left(CacheLife::Month, "2026-01-31T22:00:00Z"), 3_600);
        assert_eq!(left(CacheLife::Month, "2026-02-27T23:00:00Z"), 24 * 3_600);
    }

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
