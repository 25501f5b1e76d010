//! What one counter counts: the calls of one token in one group, and nothing else.

use doublure_journal::Hop;
use doublure_rules::{Capability, Exchange, History, Level, Proof, Role, Rule, Verdict};

use super::{LIMIT, REMAINING, RESET, groups::is_excepted, number, unless_untold};
use crate::{
    judging::{each, operation},
    trials::names,
};

/// Tokens do not share.
pub static PER_TOKEN: Rule = Rule {
    id: "gw.quota.per-token",
    sentence: "The calls of one token do not touch the quota of another.",
    source: "002:35",
    reasons: &[TOKENS_SHARE],
    judge: per_token,
    ..COMMON
};

/// Operations of a group share, groups do not.
pub static PER_GROUP: Rule = Rule {
    id: "gw.quota.per-group",
    sentence: "The operations of one group share its quota, and no other group's is touched.",
    source: "002:35, 002:36",
    reasons: &[NOT_SHARED, GROUPS_SHARE],
    judge: |history| judge(history, "no token called two operations", groups),
    ..COMMON
};

/// Versions share.
pub static VERSIONS_SHARE: Rule = Rule {
    id: "gw.quota.versions-share",
    sentence: "Two versions of an operation share one counter.",
    source: "facts 57",
    reasons: &[VERSIONS_APART],
    judge: versions_share,
    ..COMMON
};

/// What has a limit of its own counts alone.
pub static EXCEPTION_HAS_OWN_COUNTER: Rule = Rule {
    id: "gw.quota.exception-has-own-counter",
    sentence: "An operation with a limit of its own counts alone: it neither draws on a group nor is it \
               drawn on.",
    source: "002:37",
    reasons: &[DRAWS_ON_GROUP, DRAWN_ON],
    judge: exception_apart,
    ..COMMON
};

const COMMON: Rule = Rule {
    id: "",
    role: Role::Gateway,
    theme: "quota",
    level: Level::Must,
    sentence: "",
    source: "",
    needs: &[Capability::Quota],
    trial: names::COUNTERS,
    reasons: &[],
    judge: |_| Verdict::inconclusive("no judge"),
};

/// A call, and what its answer says of its counter.
#[derive(Clone, Copy)]
struct Drawn<'a> {
    token: &'a str,
    operation: &'a str,
    group: &'a str,
    limit: u64,
    left: u64,
    call: Exchange<'a>,
}

/// What one rule says of a call and those before it, latest first.
type Judge = for<'a> fn(&Drawn<'a>, &[Drawn<'a>]) -> Option<Verdict>;

/// What is said of the calls of each token, whoever else called meanwhile.
fn judge(history: &History, none: &str, rule: Judge) -> Verdict {
    let sent = history.sent(Hop::Client);
    let token = |call: &Exchange<'_>| call.request.token.clone();
    let mut tokens: Vec<Option<String>> = Vec::new();
    for call in &sent {
        if !tokens.contains(&token(call)) {
            tokens.push(token(call));
        }
    }
    let verdicts = tokens.iter().flat_map(|one| {
        let its: Vec<Exchange<'_>> = sent
            .iter()
            .filter(|call| token(call) == *one)
            .copied()
            .collect();
        judged(drawn(history, &its), rule)
    });
    unless_untold(each(verdicts, none), history, REMAINING)
}

fn judged(drawn: Vec<Drawn<'_>>, rule: Judge) -> Vec<Verdict> {
    let mut earlier: Vec<Drawn<'_>> = Vec::new();
    let mut verdicts = Vec::new();
    for one in drawn {
        verdicts.extend(rule(&one, &earlier));
        earlier.insert(0, one);
    }
    verdicts
}

fn per_token(history: &History) -> Verdict {
    let calls = drawn(history, &history.sent(Hop::Client));
    if calls.iter().all(|call| call.token == calls[0].token) && !calls.is_empty() {
        return Verdict::not_applicable("this target names one token only");
    }
    let verdicts = judged(calls, tokens);
    let verdict = each(verdicts, "no two tokens called in one group");
    unless_untold(verdict, history, REMAINING)
}

fn versions_share(history: &History) -> Verdict {
    let served = &history.profile.gateway.operations;
    let has_two = |id: &String| served.keys().any(|other| are_versions(id, other));
    if !served.keys().any(has_two) {
        return Verdict::not_applicable("this target serves no two versions of an operation");
    }
    let none = "no token called two versions of an operation";
    judge(history, none, versions)
}

fn exception_apart(history: &History) -> Verdict {
    let mut served = history.profile.gateway.operations.values();
    if !served.any(|one| one.group.as_deref().is_some_and(is_excepted)) {
        return Verdict::not_applicable(
            "no operation that this target serves has a limit of its own",
        );
    }
    let none = "no token called an operation with a limit of its own";
    judge(history, none, exception)
}

/// Of these calls those of the first window in which some counter was drawn on, in the order they were counted: up to
/// the first that was made while another was open, or was lost.
fn drawn<'a>(history: &'a History, sent: &[Exchange<'a>]) -> Vec<Drawn<'a>> {
    let gateway = &history.profile.gateway;
    let in_order = sent.iter().enumerate().take_while(|(place, call)| {
        let next = sent.get(place + 1);
        call.status().is_some() && !next.is_some_and(|next| call.is_open_at(next.opened.index))
    });
    let calls = in_order.map(|(_, call)| *call);
    let drawn = calls.filter_map(|call| {
        let id = operation(&call)?;
        let (group, limit) = gateway.quota(id)?;
        Some(Drawn {
            token: call.request.token.as_deref()?,
            operation: id,
            group,
            limit: limit.into(),
            left: number(&call, REMAINING)?,
            call,
        })
    });
    let mut drawn: Vec<Drawn<'_>> = drawn.collect();
    let end = drawn.first().and_then(|first| number(&first.call, RESET));
    // Reset is rounded up: the window ends within the second before it.
    let within = |one: &Drawn<'_>, end| {
        one.call
            .ended_at()
            .is_some_and(|at| at.unix_seconds() + 1 < end)
    };
    drawn.retain(|one| end.is_none_or(|end| within(one, end)));
    drawn
}

/// A token's first call in a group in which another token called before.
fn tokens(one: &Drawn<'_>, earlier: &[Drawn<'_>]) -> Option<Verdict> {
    if earlier.iter().any(|other| other.is_same_counter(one)) {
        return None;
    }
    let other = earlier.iter().find(|other| other.group == one.group)?;
    let follows = one.left + 1 == other.left;
    one.judge(
        other,
        follows,
        TOKENS_SHARE,
        "is counted apart from the other token's",
    )
}

/// The first call of an operation after another of its group; and a call of a group after one of another group.
fn groups(one: &Drawn<'_>, earlier: &[Drawn<'_>]) -> Option<Verdict> {
    let previous = earlier.iter().find(|other| other.is_same_counter(one));
    let Some(previous) = previous else {
        let other = earlier.first().filter(|other| {
            other.token == one.token && !is_excepted(other.group) && !is_excepted(one.group)
        })?;
        let follows = one.limit - one.limit.min(one.left + 1) == other.limit - other.left;
        return one.judge(other, follows, GROUPS_SHARE, "is the first of its group");
    };
    let is_new = !earlier.iter().any(|other| other.is_same_operation(one));
    let is_version = earlier.iter().any(|other| one.is_version_of(other));
    if previous.operation == one.operation || !is_new || is_version {
        return None;
    }
    let alone = one.left + 1 == one.limit && one.left >= previous.left;
    one.judge(
        previous,
        alone,
        NOT_SHARED,
        "draws on what the group has left",
    )
}

/// The first call of a version after another version of the same operation.
fn versions(one: &Drawn<'_>, earlier: &[Drawn<'_>]) -> Option<Verdict> {
    if earlier.iter().any(|other| other.is_same_operation(one)) {
        return None;
    }
    let version = earlier
        .iter()
        .find(|other| other.token == one.token && one.is_version_of(other))?;
    let previous = earlier.iter().find(|other| other.is_same_counter(one))?;
    let apart = one.left >= previous.left;
    one.judge(
        version,
        apart,
        VERSIONS_APART,
        "draws on what the other version left",
    )
}

/// A call of an excepted operation after others, and a call of a group with excepted ones in between.
fn exception(one: &Drawn<'_>, earlier: &[Drawn<'_>]) -> Option<Verdict> {
    let since: Vec<&Drawn<'_>> = earlier
        .iter()
        .take_while(|other| !other.is_same_counter(one))
        .filter(|other| other.token == one.token)
        .collect();
    let excepted = since.iter().find(|other| is_excepted(other.group));
    let previous = earlier.iter().find(|other| other.is_same_counter(one));
    if is_excepted(one.group) {
        let group = since.iter().find(|other| !is_excepted(other.group))?;
        let told = number(&one.call, LIMIT);
        // What was left before the first call of a trial may be what an earlier trial left.
        let fewer = previous.is_some_and(|previous| one.left + 1 < previous.left);
        let drawn_on = fewer || told.is_some_and(|told| told != one.limit);
        return one.judge(group, drawn_on, DRAWN_ON, "counts alone");
    }
    let (excepted, previous) = (excepted?, previous?);
    let drew = one.left + 1 < previous.left;
    one.judge(
        excepted,
        drew,
        DRAWS_ON_GROUP,
        "is not drawn on by the excepted operation",
    )
}

impl Drawn<'_> {
    fn is_same_counter(&self, other: &Self) -> bool {
        (self.token, self.group) == (other.token, other.group)
    }

    fn is_same_operation(&self, other: &Self) -> bool {
        (self.token, self.operation) == (other.token, other.operation)
    }

    fn is_version_of(&self, other: &Self) -> bool {
        are_versions(self.operation, other.operation)
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "each rule ends with it, and a rule says nothing of most calls"
    )]
    fn judge(
        &self,
        other: &Self,
        broken: bool,
        reason: &'static str,
        demand: &str,
    ) -> Option<Verdict> {
        let proof: Proof = other.call.proof().and(self.call.proof());
        if !broken {
            return Some(Verdict::pass(proof));
        }
        let expected = format!("{} {demand}", self.call.asked());
        let actual = format!(
            "{} of {} are left after it, {} of {} after {}",
            self.left,
            self.limit,
            other.left,
            other.limit,
            other.call.asked()
        );
        Some(Verdict::fail(reason, expected, actual, proof))
    }
}

/// Whether two ids differ in their version only.
fn are_versions(one: &str, other: &str) -> bool {
    let bare = |id: &str| -> Vec<String> {
        let version = |part: &&str| {
            part.strip_prefix('v')
                .is_some_and(|rest| rest.parse::<u8>().is_ok())
        };
        let parts = id.split('_').filter(|part| !version(part));
        parts.map(str::to_owned).collect()
    };
    one != other && bare(one) == bare(other)
}

const TOKENS_SHARE: &str = "tokens-share";
const NOT_SHARED: &str = "not-shared";
const GROUPS_SHARE: &str = "groups-share";
const VERSIONS_APART: &str = "versions-apart";
const DRAWS_ON_GROUP: &str = "draws-on-group";
const DRAWN_ON: &str = "drawn-on";

#[cfg(test)]
mod tests {
    use doublure_rules::{
        OperationProfile, Outcome,
        testing::{HistoryBuilder, in_a_word},
    };

    use super::*;

    /// A gateway with two groups and an exception of 5.
    fn gateway() -> HistoryBuilder {
        let operations = [
            ("a_v3_one", "json"),
            ("a_v4_one", "json"),
            ("a_v3_two", "json"),
            ("a_v3_paper", "documents"),
            ("a_v3_strict", "strict"),
        ];
        HistoryBuilder::gateway().declaring(|profile| {
            for (id, group) in operations {
                let operation = OperationProfile {
                    group: Some(group.to_owned()),
                    ..OperationProfile::default()
                };
                profile.gateway.operations.insert(id.to_owned(), operation);
            }
            let limits = [("json", 250), ("documents", 50), ("strict", 5)];
            profile.gateway.quota_limits = limits
                .map(|(group, limit)| (group.to_owned(), limit))
                .into();
        })
    }

    /// Calls of token, operation, and what is left after each.
    fn called(calls: &[(&str, &str, u64)]) -> History {
        let told = calls
            .iter()
            .enumerate()
            .fold(gateway(), |told, (number, (token, id, left))| {
                let name = number.to_string();
                let left = left.to_string();
                let headers = [(REMAINING, left.as_str()), (RESET, "1768471278")];
                told.with_token(token)
                    .ask(&name, id, &name)
                    .answer_with(&name, 200, &headers, "{}")
            });
        told.end()
    }

    fn said(rule: &Rule, calls: &[(&str, &str, u64)]) -> String {
        in_a_word(&(rule.judge)(&called(calls)))
    }

    #[test]
    fn a_gateway_that_counts_by_token_and_group_passes_all_four() {
        let calls = [
            ("a", "a_v3_one", 249),
            ("a", "a_v3_two", 248),
            ("a", "a_v4_one", 247),
            ("a", "a_v3_paper", 49),
            ("a", "a_v3_strict", 4),
            ("a", "a_v3_one", 246),
            ("b", "a_v3_one", 249),
        ];

        for rule in [
            &PER_TOKEN,
            &PER_GROUP,
            &VERSIONS_SHARE,
            &EXCEPTION_HAS_OWN_COUNTER,
        ] {
            assert_eq!(said(rule, &calls), Outcome::Pass.to_string(), "{}", rule.id);
        }
    }

    #[test]
    fn a_token_that_goes_on_where_another_one_stopped_shares_with_it() {
        let shared = [("a", "a_v3_one", 249), ("b", "a_v3_one", 248)];
        let used_before = [("a", "a_v3_one", 249), ("b", "a_v3_one", 100)];

        assert_eq!(said(&PER_TOKEN, &shared), TOKENS_SHARE);
        assert_eq!(said(&PER_TOKEN, &used_before), Outcome::Pass.to_string());
    }

    #[test]
    fn a_target_with_one_token_has_a_gap() {
        let calls = [("a", "a_v3_one", 249), ("a", "a_v3_two", 248)];

        assert_eq!(said(&PER_TOKEN, &calls), Outcome::NotApplicable.to_string());
    }

    #[test]
    fn a_target_that_serves_neither_two_versions_nor_an_exception_has_gaps_and_no_doubts() {
        let told = gateway().declaring(|profile| {
            let operations = &mut profile.gateway.operations;
            operations.retain(|id, _| id == "a_v3_one" || id == "a_v3_two");
        });
        let history = told.ask("1", "a_v3_one", "1").answer("1", 200, "{}").end();

        for rule in [&VERSIONS_SHARE, &EXCEPTION_HAS_OWN_COUNTER] {
            let verdict = (rule.judge)(&history);
            assert_eq!(verdict.outcome(), Outcome::NotApplicable, "{verdict:?}");
        }
    }

    #[test]
    fn where_no_answer_says_what_is_left_nothing_can_be_put_to_the_test() {
        let judged = |told: HistoryBuilder| (VERSIONS_SHARE.judge)(&told.end()).outcome();
        let asked = gateway().ask("one", "a_v3_one", "1");

        assert_eq!(
            judged(asked.clone().answer("one", 200, "{}")),
            Outcome::NotApplicable
        );
        assert_eq!(judged(asked), Outcome::Inconclusive);
        assert_eq!(
            said(&VERSIONS_SHARE, &[("a", "a_v3_one", 249)]),
            Outcome::Inconclusive.to_string()
        );
    }

    #[test]
    fn an_operation_that_begins_anew_within_its_group_counts_alone() {
        let calls = [("a", "a_v3_one", 249), ("a", "a_v3_two", 249)];

        assert_eq!(said(&PER_GROUP, &calls), NOT_SHARED);
    }

    #[test]
    fn a_group_that_goes_on_counting_where_another_stopped_shares_with_it() {
        let calls = [("a", "a_v3_one", 249), ("a", "a_v3_paper", 48)];

        assert_eq!(said(&PER_GROUP, &calls), GROUPS_SHARE);
    }

    #[test]
    fn a_version_that_begins_anew_is_apart() {
        let calls = [("a", "a_v3_one", 249), ("a", "a_v4_one", 249)];

        assert_eq!(said(&VERSIONS_SHARE, &calls), VERSIONS_APART);
        assert_eq!(said(&PER_GROUP, &calls), Outcome::Inconclusive.to_string());
    }

    #[test]
    fn an_exception_that_draws_on_a_group_or_is_drawn_on_fails() {
        let draws = [
            ("a", "a_v3_one", 249),
            ("a", "a_v3_strict", 4),
            ("a", "a_v3_one", 247),
        ];
        let drawn_on = [
            ("a", "a_v3_strict", 4),
            ("a", "a_v3_one", 249),
            ("a", "a_v3_strict", 2),
        ];

        assert_eq!(said(&EXCEPTION_HAS_OWN_COUNTER, &draws), DRAWS_ON_GROUP);
        assert_eq!(said(&EXCEPTION_HAS_OWN_COUNTER, &drawn_on), DRAWN_ON);
    }

    #[test]
    fn what_earlier_trials_drew_from_an_exception_is_not_the_group_s() {
        let used_before = [("a", "a_v3_one", 144), ("a", "a_v3_strict", 2)];

        assert_eq!(
            said(&EXCEPTION_HAS_OWN_COUNTER, &used_before),
            Outcome::Pass.to_string()
        );
    }
}
