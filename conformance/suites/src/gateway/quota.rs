//! How many calls a token may make, and when it may make more.

mod apart;
mod counted;
mod groups;
mod oracle;
mod wait;

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

use doublure_journal::{Hop, Moment};
use doublure_rules::{
    Capability, Exchange, GatewayProfile, History, Level, Role, Rule, Verdict, WindowStart,
};

use crate::{
    judging::{codes, each, header_of, operation},
    trials::names,
};

pub use apart::{EXCEPTION_HAS_OWN_COUNTER, PER_GROUP, PER_TOKEN, VERSIONS_SHARE};
pub use counted::{HEADERS_ON_EVERY_ANSWER, WHAT_COUNTS};
pub use groups::{
    DOCUMENT_GROUP, EXACT_UNDER_CONCURRENCY, JSON_GROUP, REMAINING_COUNTS_DOWN, STRICT_ENDPOINT,
};
pub use oracle::HISTORY_IS_EXPLAINED;
pub use wait::{RETRY_AFTER_IS_THE_TRUTH, WINDOW_ENDS};

/// Where a window starts and ends.
pub static WINDOW_OPENS_AT_FIRST_CALL: Rule = Rule {
    id: "gw.quota.window-opens-at-first-call",
    role: Role::Gateway,
    theme: "quota",
    level: Level::Must,
    sentence: "The first call opens a window of a minute: Reset is its start and a minute, rounded up, \
               and stays so (edition `observed`: the next whole minute).",
    source: "002:58, facts 60",
    needs: &[Capability::Quota],
    trial: names::QUOTA_WINDOW,
    reasons: &[NO_RESET, ALIGNED, NOT_ALIGNED, SLIDES, OTHER_RESET],
    judge: window,
};

/// What comes after the limit.
pub static OVER_LIMIT_GIVES_429: Rule = Rule {
    id: "gw.quota.over-limit-gives-429",
    role: Role::Gateway,
    theme: "quota",
    level: Level::Must,
    sentence: "Call limit + 1 and those that follow in the window give 429 with code 00429, none before does.",
    source: "002:66",
    needs: &[Capability::Quota],
    trial: names::OVER_LIMIT,
    reasons: &[REFUSED_TOO_EARLY, ACCEPTED_OVER_LIMIT, WRONG_CODE],
    judge: over_limit,
};

fn window(history: &History) -> Verdict {
    let counted = by_counter(history);
    each(
        counted
            .values()
            .filter_map(|calls| judge_window(&history.profile.gateway, calls)),
        "no two calls of one window were answered",
    )
}

/// What is said of the first window of a counter; none: it saw one call, and what that says is right.
fn judge_window(gateway: &GatewayProfile, calls: &[Exchange<'_>]) -> Option<Verdict> {
    let first = calls.first()?;
    first.status()?;
    if was_used_before(gateway, first) {
        return Some(Verdict::inconclusive(USED_BEFORE));
    }
    let resets = Resets::of(gateway, first.began_at(), first.ended_at()?);
    let expected = format!("RateLimit-Reset is {}", resets.in_words());
    let Some(reset) = reset(first) else {
        let actual = header_of(first, RESET);
        return Some(Verdict::fail(NO_RESET, expected, actual, first.proof()));
    };
    if let Err(reason) = resets.place(reset) {
        let actual = format!("RateLimit-Reset is {reset}");
        return Some(Verdict::fail(reason, expected, actual, first.proof()));
    }
    if resets.is_ambiguous(reset) {
        let why = "the first call fell on the start of a minute: both readings explain its Reset";
        return Some(Verdict::inconclusive(why));
    }
    let within = |call: &&Exchange<'_>| {
        // Reset is rounded up: the window ends within the second before it.
        let ended = call.ended_at();
        call.status().is_some() && ended.is_some_and(|at| at.unix_seconds() + 1 < reset)
    };
    let later = calls[1..].iter().filter(within);
    let stays = later.map(|call| same_reset(first, call, reset));
    let stays: Vec<Verdict> = stays.collect();
    (!stays.is_empty()).then(|| Verdict::all(stays))
}

fn same_reset(first: &Exchange<'_>, later: &Exchange<'_>, wanted: u64) -> Verdict {
    let proof = first.proof().and(later.proof());
    if reset(later) == Some(wanted) {
        return Verdict::pass(proof);
    }
    let expected = format!("RateLimit-Reset stays {wanted} within the window");
    let actual = header_of(later, RESET);
    Verdict::fail(SLIDES, expected, actual, proof)
}

/// The Resets that fit a first call which was counted between two moments.
struct Resets {
    wanted: WindowStart,
    by_call: RangeInclusive<u64>,
    by_clock: RangeInclusive<u64>,
}

impl Resets {
    fn of(gateway: &GatewayProfile, sent: Moment, answered: Moment) -> Self {
        let length = gateway.quota_window();
        Self {
            wanted: gateway.quota_window_start,
            by_call: (sent + length).unix_seconds_up()..=(answered + length).unix_seconds_up(),
            by_clock: aligned(sent, length)..=aligned(answered, length),
        }
    }

    const fn expected(&self) -> &RangeInclusive<u64> {
        match self.wanted {
            WindowStart::FirstCall => &self.by_call,
            WindowStart::Aligned => &self.by_clock,
        }
    }

    /// Whether a Reset is where it should be; else in which way it is not.
    fn place(&self, reset: u64) -> Result<(), &'static str> {
        match self.wanted {
            _ if self.expected().contains(&reset) => Ok(()),
            WindowStart::FirstCall if self.by_clock.contains(&reset) => Err(ALIGNED),
            WindowStart::Aligned if self.by_call.contains(&reset) => Err(NOT_ALIGNED),
            _ => Err(OTHER_RESET),
        }
    }

    fn is_ambiguous(&self, reset: u64) -> bool {
        self.by_call.contains(&reset) && self.by_clock.contains(&reset)
    }

    fn in_words(&self) -> String {
        let (earliest, latest) = (self.expected().start(), self.expected().end());
        if earliest == latest {
            earliest.to_string()
        } else {
            format!("{earliest} to {latest}")
        }
    }
}

/// The end of the window that a moment falls into, where windows are multiples of their length.
fn aligned(at: Moment, length: Duration) -> u64 {
    let length = length.as_secs().max(1);
    (at.unix_seconds() / length + 1) * length
}

fn over_limit(history: &History) -> Verdict {
    let gateway = &history.profile.gateway;
    let counted = by_counter(history);
    each(
        counted
            .values()
            .filter_map(|calls| judge_limit(gateway, calls)),
        "no token passed a limit",
    )
}

/// What is said of the first window of a counter; none: its limit was not passed.
fn judge_limit(gateway: &GatewayProfile, all: &[Exchange<'_>]) -> Option<Verdict> {
    let calls = of_one_window(gateway, all);
    let (_, limit) = gateway.quota(operation(calls.first()?)?)?;
    let limit = limit as usize;
    (calls.len() > limit).then(|| judge_passed(gateway, (all, &calls), limit))
}

fn judge_passed(
    gateway: &GatewayProfile,
    (all, calls): (&[Exchange<'_>], &[Exchange<'_>]),
    limit: usize,
) -> Verdict {
    if calls
        .first()
        .is_some_and(|first| was_used_before(gateway, first))
    {
        return Verdict::inconclusive(USED_BEFORE);
    }
    if let Some(unanswered) = calls[..limit].iter().find(|call| call.status().is_none()) {
        return Verdict::inconclusive(format!(
            "{}: {}, so that it is not known what was counted",
            unanswered.asked(),
            unanswered.summary()
        ));
    }
    // Of calls at once any may be counted first.
    let may_be_before = |call: &Exchange<'_>| {
        let until = call.ended.map_or(u64::MAX, |ended| ended.index);
        all.iter()
            .filter(|other| other.opened.index < until)
            .count()
    };
    let is_early =
        |call: &&Exchange<'_>| call.status() == Some(429) && may_be_before(call) <= limit;
    if let Some(early) = calls.iter().find(is_early) {
        let expected =
            format!("the first {limit} calls of a window are not refused for their number");
        return Verdict::fail(REFUSED_TOO_EARLY, expected, early.summary(), early.proof());
    }
    let is_over = |call: &&Exchange<'_>| {
        let index = call.opened.index;
        let before = calls
            .iter()
            .filter(|other| other.opened.index < index && !other.is_open_at(index));
        before.count() >= limit
    };
    each(
        calls
            .iter()
            .filter(is_over)
            .map(|call| judge_over(limit, call)),
        "no call was made when the limit had certainly been passed",
    )
}

fn judge_over(limit: usize, call: &Exchange<'_>) -> Verdict {
    let proof = call.proof();
    let expected = format!("after {limit} calls of a window, 429 with code {CODE}");
    match call.status() {
        // Version 2 has no codes.
        Some(429) if call.request.target.starts_with("/v2") => Verdict::pass(proof),
        Some(429) if codes(call).iter().any(|code| code == CODE) => Verdict::pass(proof),
        Some(429) => {
            let actual = format!("429 with the codes {:?}", codes(call));
            Verdict::fail(WRONG_CODE, expected, actual, proof)
        }
        // Who goes on may be banned for it.
        None => Verdict::inconclusive(format!("{}: {}", call.asked(), call.summary())),
        _ => Verdict::fail(ACCEPTED_OVER_LIMIT, expected, call.summary(), proof),
    }
}

/// The calls that fall into the window of the first.
fn of_one_window<'a>(gateway: &GatewayProfile, calls: &[Exchange<'a>]) -> Vec<Exchange<'a>> {
    let length = gateway.quota_window();
    let Some(first) = calls.first().map(Exchange::began_at) else {
        return Vec::new();
    };
    let same = |call: &&Exchange<'_>| {
        let last = call.ended_at().unwrap_or_else(|| call.began_at());
        match gateway.quota_window_start {
            WindowStart::FirstCall => last < first + length,
            WindowStart::Aligned => aligned(last, length) == aligned(first, length),
        }
    };
    calls.iter().filter(same).copied().collect()
}

/// The probes that one counter counts, by token and group, in the order they were sent.
fn by_counter(history: &History) -> BTreeMap<(String, String), Vec<Exchange<'_>>> {
    let mut counters: BTreeMap<_, Vec<Exchange<'_>>> = BTreeMap::new();
    let probes = history.sent(Hop::Client).into_iter();
    // What a token that is not good is answered is counted for nobody.
    for probe in probes.filter(|probe| probe.status() != Some(401)) {
        let quota = operation(&probe).and_then(|id| history.profile.gateway.quota(id));
        if let (Some((group, _)), Some(token)) = (quota, &probe.request.token) {
            let counter = counters.entry((token.clone(), group.to_owned()));
            counter.or_default().push(probe);
        }
    }
    counters
}

/// Whether a first call of ours was by its own headers not the first of its window: the token is shared.
fn was_used_before(gateway: &GatewayProfile, first: &Exchange<'_>) -> bool {
    let quota = operation(first).and_then(|id| gateway.quota(id));
    let (Some((_, limit)), Some(told), Some(left)) =
        (quota, number(first, LIMIT), number(first, REMAINING))
    else {
        return false;
    };
    let limit = u64::from(limit);
    // A gateway with another limit is judged, not excused.
    told == limit && left + 1 < limit
}

/// The number in a header of an answer.
fn number(call: &Exchange<'_>, header: &str) -> Option<u64> {
    call.header(header)?.trim().parse().ok()
}

/// Where calls were answered and no answer bears a header, what it would have said cannot be known, however often it is
/// asked: that it is missing is another rule's.
fn unless_untold(verdict: Verdict, history: &History, header: &str) -> Verdict {
    let calls = by_counter(history);
    let mut answers = calls
        .values()
        .flatten()
        .filter(|call| call.status().is_some());
    let is_untold =
        answers.clone().next().is_some() && answers.all(|call| call.header(header).is_none());
    match verdict {
        Verdict::Inconclusive { .. } if is_untold => {
            Verdict::not_applicable(format!("no answer of this target says {header}"))
        }
        told => told,
    }
}

fn reset(call: &Exchange<'_>) -> Option<u64> {
    number(call, RESET)
}

const LIMIT: &str = "RateLimit-Limit";
const REMAINING: &str = "RateLimit-Remaining";
const RESET: &str = "RateLimit-Reset";
const USED_BEFORE: &str = "the token had been used in this window before the trial (a target file may name a token `second`)";
const CODE: &str = "00429";
const NO_RESET: &str = "no-reset";
const ALIGNED: &str = "aligned-on-the-minute";
const NOT_ALIGNED: &str = "opens-at-first-call";
const SLIDES: &str = "slides";
const OTHER_RESET: &str = "other-reset";
const REFUSED_TOO_EARLY: &str = "refused-too-early";
const ACCEPTED_OVER_LIMIT: &str = "accepted-over-limit";
const WRONG_CODE: &str = "wrong-code";

#[cfg(test)]
mod tests;
