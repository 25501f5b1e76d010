//! The oracle against gateways that are models: a correct one, and each broken one.

use std::collections::BTreeMap;

use doublure_rules::{Outcome, testing::HistoryBuilder};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner},
};

use super::*;

/// What is wrong with a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    None,
    /// Windows of 59 s.
    ShortWindow,
    /// Each call opens the window anew.
    Slides,
    /// One call more than the limit.
    OneTooMany,
    /// Calls are counted twice.
    CountsTwice,
    /// 429 are not counted away: the next call passes.
    Forgets,
    /// Never a new window.
    NeverEnds,
    /// Windows of the other edition.
    OtherStart,
    /// Retry-After is two seconds too long.
    LongWait,
}

/// One call of a choreography: how long after the last one, and how long it takes to be counted and to be answered.
#[derive(Clone, Copy, Debug)]
struct Step {
    gap_ms: u64,
    there_ms: u64,
    back_ms: u64,
    token: u8,
}

/// A counter as somebody else would write it.
#[derive(Clone, Copy, Debug, Default)]
struct Counter {
    end_ms: u64,
    used: u64,
}

const LIMIT_OF_MODEL: u64 = 3;
/// The history begins at 10:00:17.300.
const START_MS: u64 = 1_768_471_217_300;

impl Defect {
    const BROKEN: [Self; 8] = [
        Self::ShortWindow,
        Self::Slides,
        Self::OneTooMany,
        Self::CountsTwice,
        Self::Forgets,
        Self::NeverEnds,
        Self::OtherStart,
        Self::LongWait,
    ];

    /// Counts a call: status, headers.
    fn count(
        self,
        counter: &mut Counter,
        start: WindowStart,
        now: u64,
    ) -> (u16, [u64; 3], Option<u64>) {
        let length = if self == Self::ShortWindow {
            59_000
        } else {
            60_000
        };
        let by_call = (start == WindowStart::FirstCall) != (self == Self::OtherStart);
        let fresh = counter.used == 0 || (now >= counter.end_ms && self != Self::NeverEnds);
        if fresh || (self == Self::Slides && by_call) {
            let end_ms = if by_call {
                now + length
            } else {
                now / length * length + length
            };
            counter.end_ms = end_ms;
            counter.used = if fresh { 0 } else { counter.used };
        }
        counter.used += if self == Self::CountsTwice { 2 } else { 1 };
        let limit = LIMIT_OF_MODEL + u64::from(self == Self::OneTooMany);
        let refused = counter.used > limit;
        let reset = match by_call {
            true => counter.end_ms.div_ceil(1_000),
            false => counter.end_ms / 1_000,
        };
        let left = limit.saturating_sub(counter.used).min(LIMIT_OF_MODEL - 1);
        if refused && self == Self::Forgets {
            counter.used = limit - 1;
        }
        let wait = (reset * 1_000).saturating_sub(now);
        let wait = wait.div_ceil(1_000).max(1);
        let wait = wait + u64::from(self == Self::LongWait) * 2;
        (
            if refused { 429 } else { 200 },
            [LIMIT_OF_MODEL, left, reset],
            refused.then_some(wait),
        )
    }
}

/// The history of a choreography before a model.
fn danced(steps: &[Step], start: WindowStart, defect: Defect) -> History {
    let mut counters: BTreeMap<u8, Counter> = BTreeMap::new();
    let mut now = START_MS;
    let mut told =
        HistoryBuilder::gateway().declaring(|profile| profile.gateway.quota_window_start = start);
    for (place, step) in steps.iter().enumerate() {
        let name = place.to_string();
        let counted = now + step.gap_ms + step.there_ms;
        let counter = counters.entry(step.token).or_default();
        let (status, [limit, left, reset], wait) = defect.count(counter, start, counted);
        let mut headers = vec![
            (LIMIT, limit.to_string()),
            (REMAINING, left.to_string()),
            ("RateLimit-Reset", reset.to_string()),
        ];
        headers.extend(wait.map(|wait| ("Retry-After", wait.to_string())));
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        told = told
            .wait_ms(step.gap_ms)
            .with_token(&step.token.to_string())
            .ask(&name, "op", &name)
            .wait_ms(step.there_ms + step.back_ms)
            .answer_with(&name, status, &headers, "{}");
        now = counted + step.back_ms;
    }
    told.end()
}

fn choreographies() -> impl Strategy<Value = Vec<Step>> {
    let gap = prop_oneof![3 => Just(0_u64), 3 => 0_u64..5_000, 2 => 0_u64..70_000];
    let step =
        (gap, 0_u64..400, 0_u64..400, 0_u8..2).prop_map(|(gap_ms, there_ms, back_ms, token)| {
            Step {
                gap_ms,
                there_ms,
                back_ms,
                token,
            }
        });
    prop::collection::vec(step, 1..24)
}

fn is_convicted(steps: &[Step], start: WindowStart, defect: Defect) -> bool {
    judge(&danced(steps, start, defect)).outcome() == Outcome::Fail
}

proptest! {
    #[test]
    fn whatever_a_correct_gateway_says_is_explained(steps in choreographies(), aligned in any::<bool>()) {
        let start = if aligned { WindowStart::Aligned } else { WindowStart::FirstCall };

        let verdict = judge(&danced(&steps, start, Defect::None));

        prop_assert_eq!(verdict.outcome(), Outcome::Pass, "{:?}", verdict);
    }
}

#[test]
fn each_broken_gateway_contradicts_the_algorithm_within_a_few_calls() {
    for defect in Defect::BROKEN {
        for start in [WindowStart::FirstCall, WindowStart::Aligned] {
            // Where windows stand on the minute no call moves their end.
            if (defect, start) == (Defect::Slides, WindowStart::Aligned) {
                continue;
            }
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            let mut runner = TestRunner::new_with_rng(Config::with_cases(512), rng);

            let found = runner.run(&choreographies(), |steps| {
                prop_assert!(!is_convicted(&steps, start, defect));
                Ok(())
            });

            let Err(TestError::Fail(_, smallest)) = found else {
                panic!("{defect:?} ({start:?}) goes unseen")
            };
            assert!(smallest.len() <= 5, "{defect:?} ({start:?}): {smallest:?}");
        }
    }
}

fn reason(verdict: &Verdict) -> &str {
    verdict.reason().unwrap().as_str()
}

/// Calls at once; each with its Remaining.
fn at_once(left: &[&str]) -> Verdict {
    let names: Vec<String> = (0..left.len()).map(|place| place.to_string()).collect();
    let told = names.iter().fold(HistoryBuilder::gateway(), |told, name| {
        told.ask(name, "op", name)
    });
    let told = names
        .iter()
        .zip(left)
        .fold(told.wait_ms(5), |told, (name, left)| {
            let headers = [
                (LIMIT, "3"),
                (REMAINING, *left),
                ("RateLimit-Reset", "1768471278"),
            ];
            told.answer_with(name, 200, &headers, "{}")
        });
    judge(&told.end())
}

#[test]
fn calls_at_once_may_be_counted_in_any_order() {
    assert_eq!(at_once(&["0", "2", "1"]).outcome(), Outcome::Pass);
    assert_eq!(reason(&at_once(&["2", "2"])), NO_PHASE);
}

#[test]
fn an_answer_without_headers_contradicts_the_algorithm() {
    let history = HistoryBuilder::gateway()
        .ask("1", "op", "1")
        .answer("1", 200, "{}")
        .end();

    assert_eq!(reason(&judge(&history)), ONE_ANSWER);
}

#[test]
fn a_call_that_was_lost_may_have_been_counted() {
    let headers = |left| {
        [
            (LIMIT, "3"),
            (REMAINING, left),
            ("RateLimit-Reset", "1768471278"),
        ]
    };
    let history = HistoryBuilder::gateway()
        .ask("1", "op", "1")
        .answer_with("1", 200, &headers("2"), "{}")
        .ask("lost", "op", "2")
        .fail("lost", doublure_journal::Failure::Closed)
        .ask("3", "op", "3")
        .answer_with("3", 200, &headers("0"), "{}")
        .end();

    assert_eq!(judge(&history).outcome(), Outcome::Pass);
}

#[test]
fn a_call_with_a_bad_token_is_counted_by_nobody() {
    let history = HistoryBuilder::gateway()
        .ask("1", "op", "1")
        .answer("1", 401, "{}")
        .end();

    assert_eq!(judge(&history).outcome(), Outcome::Inconclusive);
}

#[test]
fn a_contradiction_names_the_two_answers_of_many_that_make_it() {
    let steps = [Step {
        gap_ms: 1_000,
        there_ms: 0,
        back_ms: 100,
        token: 0,
    }; 6];

    let verdict = judge(&danced(&steps, WindowStart::FirstCall, Defect::Forgets));

    let Verdict::Fail {
        reason,
        expected,
        actual,
        proof,
    } = verdict
    else {
        panic!("{verdict:?}")
    };
    assert_eq!(reason.as_str(), NO_PHASE);
    assert_eq!(
        expected,
        "windows of 60 s with 3 calls, opened by their first call, explain the answers with some phase"
    );
    assert_eq!(
        actual,
        "2026-01-15T10:00:21.600000Z: 429, Remaining 0, Reset 1768471279; \
         2026-01-15T10:00:22.700000Z: 200, Remaining 0, Reset 1768471279: a call cannot have been refused in the \
         window until 1768471279 when it was made, whatever the other answers were"
    );
    assert_eq!(proof.indices().count(), 4);
}
