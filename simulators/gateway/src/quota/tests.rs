//! Counters by example, and against a plain model.

use proptest::prelude::*;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
/// 2026-01-15T10:00:00Z.
const TEN: Moment = Moment::from_unix_seconds(1_768_471_200);

fn rule(limit: u32, start: WindowStart) -> Rule {
    Rule {
        limit,
        window: MINUTE,
        start,
    }
}

fn call(counter: &mut Counter, rule: Rule, now: Moment) -> Draw {
    let arrival = Arrival {
        at: now,
        ordinal: 0,
    };
    counter.draw(rule, arrival, now)
}

#[test]
fn the_documented_example_leaves_47_until_a_minute_after_the_first_call() {
    let rule = rule(50, WindowStart::FirstCall);
    let mut counter = Counter::opened(rule, TEN);

    call(&mut counter, rule, TEN);
    call(&mut counter, rule, TEN + Duration::from_secs(20));
    let third = call(&mut counter, rule, TEN + Duration::from_secs(30));

    assert_eq!((third.limit, third.remaining), (50, 47));
    assert_eq!(third.reset, 1_768_471_260);
}

#[test]
fn the_end_of_a_window_that_opened_within_a_second_is_rounded_up() {
    let rule = rule(1, WindowStart::FirstCall);
    let start = TEN + Duration::from_millis(300);
    let mut counter = Counter::opened(rule, start);

    let first = call(&mut counter, rule, start);
    let second = call(&mut counter, rule, start + Duration::from_millis(59_900));

    assert_eq!(first.reset, TEN.unix_seconds() + 61);
    assert_eq!(second.refusal.unwrap().retry_after, 1);
}

#[test]
fn a_window_that_is_aligned_takes_whole_seconds_from_whole_seconds() {
    let rule = rule(0, WindowStart::Aligned);
    let late = TEN + Duration::from_millis(59_500);
    let mut counter = Counter::opened(rule, late);

    let refused = call(&mut counter, rule, late);

    assert_eq!(refused.reset, TEN.unix_seconds() + 60);
    assert_eq!(refused.refusal.unwrap().retry_after, 1);
}

#[test]
fn the_full_limit_is_back_when_the_window_ends() {
    let rule = rule(1, WindowStart::FirstCall);
    let mut counter = Counter::opened(rule, TEN);

    call(&mut counter, rule, TEN);
    let late = call(&mut counter, rule, TEN + Duration::from_micros(59_999_999));
    let next = call(&mut counter, rule, TEN + MINUTE);

    assert!(late.refusal.is_some());
    assert_eq!((next.remaining, next.refusal), (0, None));
}

#[test]
fn a_call_that_came_before_the_first_429_was_sent_ignores_nothing() {
    let rule = rule(0, WindowStart::FirstCall);
    let mut counter = Counter::opened(rule, TEN);
    let arrival = |ordinal| Arrival { at: TEN, ordinal };

    counter.warn(told(TEN, 5, TEN + MINUTE));
    let in_flight = counter.draw(rule, arrival(4), TEN);
    let after = counter.draw(rule, arrival(5), TEN);

    assert!(!in_flight.refusal.unwrap().ignores_an_earlier_one);
    assert!(after.refusal.unwrap().ignores_an_earlier_one);
}

fn told(opened: Moment, sent: u64, over: Moment) -> Warning {
    Warning { opened, sent, over }
}

#[test]
fn a_429_of_a_window_that_is_over_says_nothing_of_the_next() {
    let rule = rule(0, WindowStart::FirstCall);
    let start = TEN + Duration::from_millis(300);
    let mut counter = Counter::opened(rule, start);
    let late = start + Duration::from_millis(59_900);
    let over = call(&mut counter, rule, late).refusal.unwrap().over;

    let next = start + MINUTE;
    call(&mut counter, rule, next);
    counter.warn(told(start, 2, over));
    let arrival = Arrival {
        at: next,
        ordinal: 2,
    };
    let after = counter.draw(rule, arrival, next);

    assert!(over > next, "its wait was rounded up beyond its window");
    assert!(!after.refusal.unwrap().ignores_an_earlier_one);
}

#[test]
fn each_429_counts_for_as_long_as_it_told_to_wait() {
    let rule = rule(0, WindowStart::FirstCall);
    let mut counter = Counter::opened(rule, TEN);
    let arrival = |seconds, ordinal| Arrival {
        at: TEN + Duration::from_secs(seconds),
        ordinal,
    };

    counter.warn(told(TEN, 1, TEN + Duration::from_secs(10)));
    counter.warn(told(TEN, 5, TEN + Duration::from_secs(20)));
    let ignores = [(9, 3), (15, 3), (15, 5), (20, 9)].map(|(seconds, ordinal)| {
        let draw = counter.draw(rule, arrival(seconds, ordinal), TEN);
        draw.refusal.unwrap().ignores_an_earlier_one
    });

    assert_eq!(ignores, [true, false, true, false]);
}

#[test]
fn a_call_made_when_the_wait_is_over_ignores_nothing() {
    let rule = rule(0, WindowStart::Aligned);
    let now = TEN + Duration::from_millis(59_500);
    let mut counter = Counter::opened(rule, now);

    counter.warn(told(TEN, 0, now));
    let next = call(&mut counter, rule, now);

    assert!(!next.refusal.unwrap().ignores_an_earlier_one);
}

#[test]
fn tokens_and_groups_count_apart_and_the_view_shows_what_runs() {
    let rule = rule(5, WindowStart::FirstCall);
    let mut quotas = Quotas::default();
    let arrival = Arrival {
        at: TEN,
        ordinal: 0,
    };
    let tokens: [Arc<str>; 2] = ["a".into(), "b".into()];

    quotas.draw(&tokens[0], "json", rule, arrival, TEN);
    quotas.draw(&tokens[0], "json", rule, arrival, TEN);
    quotas.draw(&tokens[0], "documents", rule, arrival, TEN);
    let other = quotas.draw(&tokens[1], "json", rule, arrival, TEN);

    let view = quotas.view(TEN);
    let left: Vec<_> = view
        .iter()
        .map(|state| (state.jti.as_str(), state.group.as_str(), state.remaining))
        .collect();
    assert_eq!(other.remaining, 4);
    assert_eq!(
        left,
        [("a", "documents", 4), ("a", "json", 3), ("b", "json", 4)]
    );
    assert!(quotas.view(TEN + MINUTE).is_empty());
}

/// The windows of a run of calls, told apart with no counter: the start of each call's window.
fn windows(start: WindowStart, calls: &[Moment]) -> Vec<Moment> {
    let mut opened: Option<Moment> = None;
    calls
        .iter()
        .map(|&now| match start {
            WindowStart::Aligned => Moment::from_unix_seconds(now.unix_seconds() / 60 * 60),
            WindowStart::FirstCall => {
                let current = opened.filter(|&start| now.since(start) < MINUTE);
                *opened.insert(current.unwrap_or(now))
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn every_run_of_calls_is_counted_as_the_plain_model_counts_it(
        limit in 0..6_u32,
        aligned: bool,
        gaps in prop::collection::vec(0..45_000_000_u64, 1..40),
    ) {
        let start = if aligned { WindowStart::Aligned } else { WindowStart::FirstCall };
        let rule = rule(limit, start);
        let calls: Vec<Moment> = gaps
            .iter()
            .scan(TEN, |now, &gap| { *now = *now + Duration::from_micros(gap); Some(*now) })
            .collect();
        let windows = windows(start, &calls);
        let mut counter = Counter::opened(rule, calls[0]);

        for (index, &now) in calls.iter().enumerate() {
            let draw = call(&mut counter, rule, now);
            let so_far = windows[..=index].iter().filter(|&&window| window == windows[index]).count();
            let end = windows[index] + MINUTE;
            prop_assert_eq!(draw.remaining as usize, (limit as usize).saturating_sub(so_far));
            prop_assert_eq!(draw.refusal.is_some(), so_far > limit as usize);
            prop_assert_eq!(draw.reset, if aligned { end.unix_seconds() } else { end.unix_seconds_up() });
            if let Some(refusal) = draw.refusal {
                prop_assert!(refusal.retry_after >= 1 && refusal.over >= end);
            }
        }
    }
}
