//! Faults that count what fits all else.

use super::*;

#[test]
fn nth_and_first_count_what_fits_all_else() {
    let of_insee = |nth, first| When {
        provider: Some("insee".into()),
        nth,
        first,
        ..When::default()
    };
    let engine = engine(vec![
        fault("second", of_insee(Some(2), None)),
        fault("first-two", of_insee(None, Some(2))),
    ]);
    let (insee, other) = (labels(), Labels::default());

    let seen: Vec<_> = [&insee, &other, &insee, &insee, &insee]
        .map(|labels| named(&engine, &subject(labels, 1)))
        .into();

    // The second call never came to `first-two`, which therefore has one left for the third.
    let expected = [
        Some("first-two"),
        None,
        Some("second"),
        Some("first-two"),
        None,
    ];
    assert_eq!(seen, expected.map(|name| name.map(str::to_owned)));
}

#[test]
fn a_scenario_that_is_installed_counts_anew() {
    let first = When {
        first: Some(1),
        ..When::default()
    };
    let engine = engine(vec![fault("f", first)]);
    let labels = labels();
    let before = [(); 2].map(|()| engine.judge(&subject(&labels, 1), NOON).is_some());

    engine.install(Scenario::clone(&engine.scenario()));

    assert_eq!(before, [true, false]);
    assert!(engine.judge(&subject(&labels, 1), NOON).is_some());
}

#[test]
fn every_nth_of_what_fits_is_struck() {
    let every = When {
        every: Some(3),
        ..When::default()
    };
    let engine = engine(vec![fault("f", every)]);
    let labels = labels();

    let struck: Vec<u64> = (1..=9)
        .filter(|n| engine.judge(&subject(&labels, *n), NOON).is_some())
        .collect();

    assert_eq!(struck, [3, 6, 9]);
}

#[test]
fn a_sequence_strikes_its_places_and_no_other() {
    let places = When {
        sequence: vec![1, 2, 5],
        ..When::default()
    };
    let engine = engine(vec![fault("f", places)]);
    let labels = labels();

    let struck: Vec<u64> = (1..=9)
        .filter(|n| engine.judge(&subject(&labels, *n), NOON).is_some())
        .collect();

    assert_eq!(struck, [1, 2, 5]);
}
