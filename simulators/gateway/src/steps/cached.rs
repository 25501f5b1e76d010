//! Is an answer kept for this question (facts 77–80)? All tokens share it; `Cache-Control: no-cache` goes past it.

use std::{ops::ControlFlow, time::Duration};

use doublure_fixtures::contract::CacheLife;
use doublure_journal::Moment;
use http::{HeaderMap, StatusCode, header};

use crate::{
    Gateway,
    answers::dates,
    cache::Kept,
    call::{self, Cached, Call, Flow, Verdict},
};

/// Answers from the cache.
pub(crate) fn step(gateway: &Gateway, call: &mut Call, now: Moment) -> Flow {
    if life(gateway, call).is_none() || goes_past(call.exchange.request.headers()) {
        return ControlFlow::Continue(());
    }
    let Some((kept, left)) = gateway.answers.find(&key(call), now) else {
        return ControlFlow::Continue(());
    };
    call.cached = Some(Cached::Kept(left.as_secs()));
    ControlFlow::Break(match kept {
        Kept::Answer(body) => Verdict::Answer(call::json(StatusCode::OK, call.media, body)),
        Kept::Refusal(refusal) => Verdict::refused(refusal),
    })
}

/// Keeps what a call is answered, if answers to it are kept at all.
pub(crate) fn keep(gateway: &Gateway, call: &Call, kept: impl FnOnce() -> Kept) {
    if let Some(life) = life(gateway, call) {
        gateway.answers.keep(key(call), kept(), life, gateway.now());
    }
}

/// The path, and those parameters of the query that the operation has (facts 78).
fn key(call: &Call) -> String {
    let arguments = call.target().map(|target| {
        let declared = |name: &str| target.operation.query.iter().any(|one| one.name == name);
        target
            .arguments
            .iter()
            .filter(move |(name, _)| declared(name))
    });
    let path = call.path().to_owned();
    arguments
        .into_iter()
        .flatten()
        .fold(path, |key, (name, value)| format!("{key}?{name}={value}"))
}

/// How long an answer to this call is kept; none: it is not.
fn life(gateway: &Gateway, call: &Call) -> Option<Duration> {
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
