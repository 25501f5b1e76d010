//! The algorithm against counters that are right and wrong, over calls that are under way at once.

use proptest::{prelude::*, sample::Index};

use super::*;

/// What is wrong with a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    None,
    /// A call more than the limit, which is said to leave 0.
    OneMore,
    /// Windows that are a second too short.
    Short,
    /// Windows of the other edition.
    OtherStart,
    /// One call less is left than is said.
    SaysOneMore,
}

/// A call: how long after the last one it is counted, how long before that it was sent and after that answered.
type Step = (u64, u64, u64);

const LIMIT: u64 = 4;
const LENGTH: u64 = 60 * SECOND;
/// 10:00:17.3 of a day.
const START: u64 = 1_768_471_217_300_000;

const fn algorithm(start: WindowStart) -> Algorithm {
    Algorithm {
        start,
        length: LENGTH,
        limit: LIMIT,
    }
}

/// What a counter says of these calls, some of which were made by others before.
fn counted(steps: &[Step], start: WindowStart, defect: Defect, by_others: usize) -> Vec<Call> {
    let by_call = (start == WindowStart::FirstCall) != (defect == Defect::OtherStart);
    let length = LENGTH - u64::from(defect == Defect::Short) * SECOND;
    let (mut now, mut end, mut used) = (START, 0, 0);
    let mut calls = Vec::new();
    for (gap, before, after) in steps {
        now += gap;
        if now >= end {
            used = 0;
            end = match by_call {
                true => now + length,
                false => (now / length + 1) * length,
            };
        }
        used += 1;
        let limit = LIMIT + u64::from(defect == Defect::OneMore);
        let left = (used <= limit).then(|| LIMIT.saturating_sub(used));
        let left = left.map(|left| match defect {
            Defect::SaysOneMore => (left + 1).min(LIMIT - 1),
            _ => left,
        });
        let reset = end.div_ceil(SECOND);
        calls.push(Call {
            from: now - before,
            until: now + after,
            told: Some(Told { reset, left }),
        });
    }
    calls.split_off(by_others.min(steps.len() - 1))
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let gap = prop_oneof![3 => 0..SECOND, 2 => 0..5 * SECOND, 2 => 0..70 * SECOND];
    let way = || prop_oneof![Just(0), 0..SECOND / 2, 0..30 * SECOND];
    prop::collection::vec((gap, way(), way()), 1..24)
}

fn starts() -> impl Strategy<Value = WindowStart> {
    prop_oneof![Just(WindowStart::FirstCall), Just(WindowStart::Aligned)]
}

fn defects() -> impl Strategy<Value = Defect> {
    prop_oneof![
        Just(Defect::OneMore),
        Just(Defect::Short),
        Just(Defect::OtherStart),
        Just(Defect::SaysOneMore)
    ]
}

/// The calls with the answers of some left aside.
fn without(calls: &[Call], aside: impl Fn(usize) -> bool) -> Vec<Call> {
    let mut calls = calls.to_vec();
    for (place, call) in calls.iter_mut().enumerate() {
        if aside(place) {
            call.told = None;
        }
    }
    calls
}

/// The first calls of a defective counter, one after another: what the smallest part shows, and why.
fn smallest_of(defect: Defect, seconds: &[u64]) -> (Vec<usize>, String) {
    let mut last = 0;
    let steps: Vec<Step> = seconds
        .iter()
        .map(|at| {
            let gap = (at - last) * SECOND;
            last = *at;
            (gap, 0, SECOND / 10)
        })
        .collect();
    let calls = counted(&steps, WindowStart::FirstCall, defect, 0);
    let (part, why) = algorithm(WindowStart::FirstCall)
        .smallest_part(&calls)
        .unwrap();
    (part, why.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn what_a_right_counter_says_is_explained_whatever_is_left_aside_and_whoever_called_before(
        steps in steps(),
        start in starts(),
        by_others in 0_usize..5,
        aside in prop::collection::vec(any::<bool>(), 24),
    ) {
        let calls = counted(&steps, start, Defect::None, by_others);
        let part = without(&calls, |place| aside[place]);

        prop_assert_eq!(algorithm(start).contradiction(&calls), None);
        prop_assert_eq!(algorithm(start).contradiction(&part), None);
    }

    #[test]
    fn what_is_explained_stays_so_when_one_more_answer_is_left_aside(
        steps in steps(),
        start in starts(),
        defect in defects(),
        aside in prop::collection::vec(any::<bool>(), 24),
        one in any::<Index>(),
    ) {
        let calls = without(&counted(&steps, start, defect, 0), |place| aside[place]);
        let one = one.index(calls.len());

        let more = without(&calls, |place| place == one);

        let algorithm = algorithm(start);
        prop_assert!(algorithm.contradiction(&calls).is_some() || algorithm.contradiction(&more).is_none());
    }

    #[test]
    fn the_smallest_part_is_explained_by_nothing_and_each_smaller_one_by_something(
        steps in steps(),
        start in starts(),
        defect in defects(),
    ) {
        let calls = counted(&steps, start, defect, 0);
        let algorithm = algorithm(start);
        let Some((part, why)) = algorithm.smallest_part(&calls) else {
            return Ok(());
        };

        let alone = |left_out: Option<usize>| {
            let is_of_part = |place| part.contains(&place) && Some(place) != left_out;
            algorithm.contradiction(&without(&calls, |place| !is_of_part(place)))
        };

        prop_assert_eq!(alone(None), Some(why));
        for place in &part {
            prop_assert_eq!(alone(Some(*place)), None, "{} of {:?}", place, part);
        }
    }
}

#[test]
fn a_call_more_than_the_limit_shows_in_the_two_that_leave_nothing() {
    let (part, why) = smallest_of(Defect::OneMore, &[0, 1, 2, 3, 4, 5]);

    assert_eq!(part, [3, 4]);
    assert_eq!(
        why,
        "Remaining 0 was said twice in the window until 1768471278"
    );
}

#[test]
fn a_window_of_59_s_shows_in_the_call_that_opens_one() {
    let (part, why) = smallest_of(Defect::Short, &[0, 1, 59, 61]);

    assert_eq!(part, [0]);
    assert_eq!(
        why,
        "a call that left 3 in the window until 1768471277 cannot have been counted when it was made"
    );
}

#[test]
fn a_window_aligned_on_the_clock_shows_in_the_call_that_should_open_one() {
    let (part, _) = smallest_of(Defect::OtherStart, &[0, 1, 59, 61]);

    assert_eq!(part, [0]);
}

#[test]
fn a_remaining_that_is_one_too_high_shows_in_the_first_two_answers() {
    let (part, why) = smallest_of(Defect::SaysOneMore, &[0, 0, 1]);

    assert_eq!(part, [0, 1]);
    assert_eq!(
        why,
        "Remaining 3 was said twice in the window until 1768471278"
    );
}

#[test]
fn three_answers_can_contradict_what_any_two_do_not() {
    let told = |until, reset, left| Call {
        from: START,
        until,
        told: Some(Told {
            reset,
            left: Some(left),
        }),
    };
    let first = |left| told(START + SECOND, 1_768_471_278, left);
    // Had this one not been counted a minute later, it could be the one between the others.
    let calls = [
        first(3),
        first(1),
        told(START + 61 * SECOND, 1_768_471_338, 3),
    ];

    let (part, why) = algorithm(WindowStart::FirstCall)
        .smallest_part(&calls)
        .unwrap();

    assert_eq!(part, [0, 1, 2]);
    assert_eq!(
        why.to_string(),
        "no call was made that can have left 2 in the window until 1768471278"
    );
}
