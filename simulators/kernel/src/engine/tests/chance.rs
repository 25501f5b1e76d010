//! Faults that draw.

use doublure_scenarios::{Delay, delay::Spread};
use proptest::prelude::*;

use super::*;

#[test]
fn a_share_of_nothing_never_strikes_and_of_all_always() {
    let share = |share| When {
        share: Some(share),
        ..When::default()
    };
    let labels = labels();
    let count = |share_of: f64| {
        let engine = engine(vec![fault("f", share(share_of))]);
        (0..500)
            .filter(|n| engine.judge(&subject(&labels, n % 7), NOON).is_some())
            .count()
    };

    assert_eq!((count(0.0), count(1.0)), (0, 500));
}

#[test]
fn a_drawn_delay_is_dealt_by_the_ordinal_among_equal_requests() {
    let drawn = Fault {
        delay: Delay {
            spread: Spread::Uniform {
                from: Duration::ZERO,
                to: Duration::from_secs(1),
            },
            at_most: None,
        },
        ..fault("late", When::default())
    };
    let labels = labels();
    let deal = |calls: [u64; 4]| {
        let engine = engine(vec![drawn.clone()]);
        let mut dealt = calls.map(|call| {
            let strike = engine.judge(&subject(&labels, call), NOON).unwrap();
            (call, strike.delay)
        });
        dealt.sort_by_key(|(call, _)| *call);
        dealt
    };

    let once = deal([1, 1, 2, 2]);

    assert_eq!(once, deal([2, 1, 2, 1]));
    assert_ne!(once[0].1, once[1].1);
}

proptest! {
    /// The promise for any interleaving: what a fingerprint is dealt does not depend on its neighbours.
    #[test]
    fn the_draws_of_a_fingerprint_are_the_same_in_any_interleaving(
        mut calls in prop::collection::vec(0_u64..5, 0..60),
        share in 0.0..=1.0,
    ) {
        let when = When { share: Some(share), ..When::default() };
        let labels = labels();
        let deal = |calls: &[u64]| {
            let engine = engine(vec![fault("f", when.clone())]);
            let mut dealt = vec![Vec::new(); 5];
            for call in calls {
                let strike = engine.judge(&subject(&labels, *call), NOON);
                dealt[usize::try_from(*call).unwrap()].push(strike);
            }
            dealt
        };

        let before = deal(&calls);
        calls.reverse();

        prop_assert_eq!(before, deal(&calls));
    }

    #[test]
    fn no_more_strikes_than_first_and_exactly_one_nth(total in 0_u64..40, bound in 1_u64..50, share in 0.0..=1.0) {
        let labels = labels();
        let strikes = |when: When| {
            let engine = engine(vec![fault("f", when)]);
            (0..total).filter(|n| engine.judge(&subject(&labels, *n), NOON).is_some()).count() as u64
        };
        let of_share = strikes(When { share: Some(share), ..When::default() });

        let first = strikes(When { share: Some(share), first: Some(bound), ..When::default() });
        let nth = strikes(When { share: Some(share), nth: Some(bound), ..When::default() });

        prop_assert_eq!(first, of_share.min(bound));
        prop_assert_eq!(nth, u64::from(of_share >= bound));
    }
}
