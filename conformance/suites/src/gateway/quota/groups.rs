//! The limit of each group, also for calls that come at once.

use std::collections::BTreeSet;

use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};

use super::{LIMIT, REMAINING, USED_BEFORE, by_counter, number, of_one_window};
use crate::{
    judging::{each, header_of},
    trials::names,
};

/// The limit of the operations that answer JSON.
pub static JSON_GROUP: Rule = Rule {
    id: "gw.quota.json-group",
    sentence: "A token may call the operations that answer JSON 250 times a minute, all of them together.",
    source: "002:35",
    reasons: &[FEWER_CALLS, MORE_CALLS],
    judge: |history| of_group(history, |group| group == JSON),
    ..COMMON
};

/// The limit of the operations that answer a document.
pub static DOCUMENT_GROUP: Rule = Rule {
    id: "gw.quota.document-group",
    sentence: "A token may call the operations that answer a document or a link to one 50 times a minute, \
               all of them together.",
    source: "002:36",
    reasons: &[FEWER_CALLS, MORE_CALLS],
    judge: |history| of_group(history, |group| group == DOCUMENTS),
    ..COMMON
};

/// The limit of the operations that have one of their own.
pub static STRICT_ENDPOINT: Rule = Rule {
    id: "gw.quota.strict-endpoint",
    sentence: "An operation with a limit of its own may be called as often as that says: 5 times a minute, \
               or what the edition's table says.",
    source: "002:37, 002:38, facts 56",
    reasons: &[FEWER_CALLS, MORE_CALLS],
    judge: |history| of_group(history, is_excepted),
    ..COMMON
};

/// Calls at once are counted one by one.
pub static EXACT_UNDER_CONCURRENCY: Rule = Rule {
    id: "gw.quota.exact-under-concurrency",
    sentence: "Of more calls at once than the limit, all different, exactly as many as the limit are not \
               refused for their number.",
    source: "002:66",
    reasons: &[TOO_FEW, TOO_MANY],
    judge: exact,
    ..COMMON
};

/// Each call leaves one less.
pub static REMAINING_COUNTS_DOWN: Rule = Rule {
    id: "gw.quota.remaining-counts-down",
    sentence: "Remaining falls by one with each call; calls at once get different values.",
    source: "002:58",
    reasons: &[NO_REMAINING, GIVEN_TWICE, OTHER_VALUE],
    judge: remaining,
    ..COMMON
};

/// Whether a group is that of one operation with a limit of its own.
pub(super) fn is_excepted(group: &str) -> bool {
    group != JSON && group != DOCUMENTS
}

/// A counter that more calls were made on within one window than it allows.
struct Filled<'a> {
    group: String,
    limit: usize,
    calls: Vec<Exchange<'a>>,
    first: Proof,
}

impl<'a> Filled<'a> {
    fn of(history: &'a History) -> Vec<Self> {
        let gateway = &history.profile.gateway;
        let counters = by_counter(history).into_iter();
        let filled = counters.filter_map(|((_, group), calls)| {
            let limit = *gateway.quota_limits.get(&group)? as usize;
            let calls = of_one_window(gateway, &calls);
            let first = calls.first()?.proof();
            (calls.len() > limit).then_some(Self {
                group,
                limit,
                calls,
                first,
            })
        });
        filled.collect()
    }

    /// A call without an answer leaves it open what was counted.
    fn lost(&self) -> Option<Verdict> {
        let lost = self.calls.iter().find(|call| call.status().is_none())?;
        let (asked, summary) = (lost.asked(), lost.summary());
        Some(Verdict::inconclusive(format!(
            "{asked}: {summary}, so that it is not known what was counted"
        )))
    }

    /// Whether others drew from the counter, by its own words. A gateway with another limit is judged, not excused.
    fn was_used_before(&self) -> bool {
        let limit = self.limit as u64;
        let left = self.calls.iter().filter_map(|call| number(call, REMAINING));
        let same_limit = |call: &Exchange<'_>| number(call, LIMIT) == Some(limit);
        self.calls.iter().all(same_limit) && left.max().is_some_and(|left| left + 1 < limit)
    }

    fn accepted(&self) -> impl Iterator<Item = &Exchange<'a>> {
        self.calls
            .iter()
            .filter(|call| call.status().is_some_and(|status| status != 429))
    }

    /// How many of the calls were not refused for their number: as many as the limit.
    fn judge(&self, fewer: &'static str, more: &'static str) -> Verdict {
        if let Some(lost) = self.lost() {
            return lost;
        }
        let accepted = self.accepted().count();
        let reason = match accepted.cmp(&self.limit) {
            std::cmp::Ordering::Less => fewer,
            std::cmp::Ordering::Greater => more,
            std::cmp::Ordering::Equal => return Verdict::pass(self.proof(self.calls.iter())),
        };
        if self.was_used_before() {
            return Verdict::inconclusive(USED_BEFORE);
        }
        let (group, limit, sent) = (&self.group, self.limit, self.calls.len());
        let expected =
            format!("of {sent} calls in group {group} {limit} are not refused for their number");
        Verdict::fail(
            reason,
            expected,
            accepted.to_string(),
            self.proof(self.accepted().take(FEW)),
        )
    }

    fn proof<'b>(&self, calls: impl Iterator<Item = &'b Exchange<'a>>) -> Proof
    where
        'a: 'b,
    {
        calls
            .map(Exchange::proof)
            .fold(self.first.clone(), Proof::and)
    }
}

fn of_group(history: &History, wanted: impl Fn(&str) -> bool) -> Verdict {
    let served = history.profile.gateway.operations.values();
    if !served
        .filter_map(|operation| operation.group.as_deref())
        .any(&wanted)
    {
        return Verdict::not_applicable("no operation that this target serves is in such a group");
    }
    let filled = Filled::of(history);
    each(
        filled
            .iter()
            .filter(|filled| wanted(&filled.group))
            .map(|filled| filled.judge(FEWER_CALLS, MORE_CALLS)),
        "the limit of no such group was passed",
    )
}

fn exact(history: &History) -> Verdict {
    let filled = Filled::of(history);
    each(
        filled
            .iter()
            .filter(|filled| filled.were_at_once())
            .map(|filled| filled.judge(TOO_FEW, TOO_MANY)),
        "no limit was passed by calls at once",
    )
}

impl Filled<'_> {
    /// Whether some of the calls were open at the same time.
    fn were_at_once(&self) -> bool {
        self.calls.windows(2).any(|pair| {
            let ended = pair[0].ended_at();
            ended.is_none_or(|ended| pair[1].began_at() <= ended)
        })
    }

    fn judge_remaining(&self) -> Verdict {
        let mut seen = BTreeSet::new();
        for call in self.accepted() {
            let Some(left) = number(call, REMAINING) else {
                let actual = header_of(call, REMAINING);
                return Verdict::fail(
                    NO_REMAINING,
                    "how many calls are left",
                    actual,
                    call.proof(),
                );
            };
            let highest = self.limit.saturating_sub(1) as u64;
            if left > highest {
                let expected = format!("at most {highest} are left after a call");
                return Verdict::fail(OTHER_VALUE, expected, left.to_string(), call.proof());
            }
            if !seen.insert(left) {
                let expected = "calls of one window get different values of Remaining";
                let actual = format!("{left} again");
                return Verdict::fail(GIVEN_TWICE, expected, actual, call.proof());
            }
        }
        Verdict::pass(self.proof(self.calls.iter()))
    }
}

fn remaining(history: &History) -> Verdict {
    let filled = Filled::of(history);
    each(
        filled.iter().map(Filled::judge_remaining),
        "no limit was passed, so that it is not known what is left",
    )
}

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "quota",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Quota],
    trial: names::EVERY_GROUP,
    reasons: &[],
    judge: exact,
};

const JSON: &str = "json";
const DOCUMENTS: &str = "documents";
/// As many as a reader looks at.
const FEW: usize = 3;
const FEWER_CALLS: &str = "fewer-calls";
const MORE_CALLS: &str = "more-calls";
const TOO_FEW: &str = "too-few";
const TOO_MANY: &str = "too-many";
const NO_REMAINING: &str = "no-remaining";
const GIVEN_TWICE: &str = "given-twice";
const OTHER_VALUE: &str = "other-value";

#[cfg(test)]
mod tests {
    use doublure_journal::Failure;
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::*;

    /// Calls at once with these statuses and values of Remaining; the limit is 3.
    fn at_once(answers: &[(u16, &str)]) -> HistoryBuilder {
        let told = (0..answers.len()).fold(HistoryBuilder::gateway(), |told, number| {
            told.ask(&number.to_string(), "op", &number.to_string())
        });
        answers
            .iter()
            .enumerate()
            .fold(told, |told, (number, (status, left))| {
                let headers = [("RateLimit-Limit", "3"), ("RateLimit-Remaining", left)];
                told.answer_with(&number.to_string(), *status, &headers, "{}")
            })
    }

    const ALL_WELL: [(u16, &str); 4] = [(200, "2"), (404, "0"), (200, "1"), (429, "0")];

    fn reason(verdict: &Verdict) -> &str {
        verdict.reason().unwrap().as_str()
    }

    #[test]
    fn as_many_as_the_limit_in_any_order_pass() {
        let history = at_once(&ALL_WELL).end();

        assert_eq!((JSON_GROUP.judge)(&history).outcome(), Outcome::Pass);
        assert_eq!(exact(&history).outcome(), Outcome::Pass);
        assert_eq!(remaining(&history).outcome(), Outcome::Pass);
    }

    #[test]
    fn more_or_fewer_than_the_limit_fail() {
        let more = at_once(&[(200, "2"), (200, "1"), (200, "0"), (200, "0")]).end();
        let fewer = at_once(&[(200, "2"), (200, "1"), (429, "0"), (429, "0")]).end();

        assert_eq!(reason(&exact(&more)), TOO_MANY);
        assert_eq!(reason(&exact(&fewer)), TOO_FEW);
        assert_eq!(reason(&(JSON_GROUP.judge)(&more)), MORE_CALLS);
        assert_eq!(reason(&(JSON_GROUP.judge)(&fewer)), FEWER_CALLS);
    }

    #[test]
    fn a_group_is_judged_by_its_own_calls_and_an_edition_without_it_has_a_gap() {
        let history = at_once(&ALL_WELL).end();

        assert_eq!(
            (DOCUMENT_GROUP.judge)(&history).outcome(),
            Outcome::NotApplicable
        );
        assert_eq!(
            (STRICT_ENDPOINT.judge)(&history).outcome(),
            Outcome::NotApplicable
        );
    }

    #[test]
    fn a_value_that_is_missing_too_high_or_given_twice_fails() {
        let told =
            |left| remaining(&at_once(&[(200, "2"), (200, left), (200, "0"), (429, "0")]).end());

        assert_eq!(reason(&told("")), NO_REMAINING);
        assert_eq!(reason(&told("3")), OTHER_VALUE);
        assert_eq!(reason(&told("2")), GIVEN_TWICE);
    }

    #[test]
    fn a_token_that_was_used_before_and_a_call_that_was_lost_do_not_tell() {
        let used = at_once(&[(200, "1"), (200, "0"), (429, "0"), (429, "0")]).end();
        let lost = at_once(&[(200, "2"), (200, "1"), (429, "0")])
            .ask("lost", "op", "9")
            .fail("lost", Failure::GaveUp)
            .end();

        assert_eq!(exact(&used), Verdict::inconclusive(USED_BEFORE));
        assert_eq!(exact(&lost).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn calls_one_after_another_are_none_at_once() {
        let told = ALL_WELL.iter().enumerate().fold(
            HistoryBuilder::gateway(),
            |told, (number, (status, _))| {
                let name = number.to_string();
                told.ask(&name, "op", &name)
                    .wait_ms(1)
                    .answer(&name, *status, "{}")
                    .wait_ms(1)
            },
        );

        assert_eq!(exact(&told.end()).outcome(), Outcome::Inconclusive);
    }
}
