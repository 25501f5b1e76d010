use doublure_scenarios::{Delay, Hours, On, Window, WireFault, delay::Spread};
use proptest::prelude::*;

use super::*;

fn fault(name: &str, when: When) -> Fault {
    Fault {
        name: name.into(),
        on: On::Provider,
        when,
        delay: Duration::ZERO.into(),
        then: Effect::Wire(WireFault::Silence),
        enters: None,
    }
}

fn engine(faults: Vec<Fault>) -> Engine {
    let scenario = Scenario {
        faults,
        ..Scenario::default()
    };
    Engine::new(Dice::new(1, "tests"), scenario)
}

fn subject(labels: &Labels, fingerprint: u64) -> Subject<'_> {
    Subject {
        hop: Hop::Provider,
        labels,
        address: Some(IpAddr::from([127, 0, 0, 1])),
        fingerprint: Fingerprint(fingerprint),
        connecting: false,
    }
}

fn labels() -> Labels {
    Labels {
        operation: Some("op".into()),
        provider: Some("insee".into()),
        call: Some("siege".into()),
        entity: Some("418166096".into()),
        token: Some("raw".into()),
        token_name: Some("standard".into()),
    }
}

fn labels_of(call: &str) -> Labels {
    Labels {
        call: Some(call.into()),
        ..labels()
    }
}

fn named(engine: &Engine, subject: &Subject<'_>) -> Option<String> {
    engine
        .judge(subject, NOON)
        .map(|strike| strike.fault.to_string())
}

#[test]
fn the_first_fault_that_strikes_wins() {
    let engine = engine(vec![
        fault("a", When::default()),
        fault("b", When::default()),
    ]);

    assert_eq!(named(&engine, &subject(&labels(), 1)).as_deref(), Some("a"));
}

#[test]
fn a_fault_that_does_nothing_is_an_exception_to_those_after_it() {
    let siege = When {
        call: Some("siege".into()),
        ..When::default()
    };
    let exception = Fault {
        then: Effect::Pass,
        ..fault("exception", siege)
    };
    let refused = Fault {
        then: Effect::Wire(WireFault::Refuse),
        ..fault("refused", When::default())
    };
    let engine = engine(vec![exception, refused, fault("silent", When::default())]);
    let excepted = labels();
    let other = labels_of("login");
    let strikes = |labels, connecting| {
        let subject = Subject {
            connecting,
            ..subject(labels, 1)
        };
        named(&engine, &subject)
    };

    for connecting in [true, false] {
        assert_eq!(strikes(&excepted, connecting), None);
        assert!(strikes(&other, connecting).is_some());
    }
}

#[test]
fn a_delay_alone_strikes() {
    let late = Fault {
        delay: Duration::from_secs(9).into(),
        then: Effect::Pass,
        ..fault("late", When::default())
    };

    let strike = engine(vec![late])
        .judge(&subject(&labels(), 1), NOON)
        .unwrap();

    assert_eq!(strike.words(), "delay 9s");
}

#[test]
fn every_condition_that_is_given_must_hold() {
    let fitting = When {
        operation: Some("op".into()),
        provider: Some("insee".into()),
        call: Some("siege".into()),
        entity: Some("418166096".into()),
        token: Some("standard".into()),
        address: Some(IpAddr::from([127, 0, 0, 1])),
        ..When::default()
    };
    let labels = labels();
    let strikes = |when| named(&engine(vec![fault("f", when)]), &subject(&labels, 1)).is_some();

    assert!(strikes(fitting.clone()));
    for spoil in [
        |when: &mut When| when.operation = Some("other".into()),
        |when: &mut When| when.provider = Some("dgfip".into()),
        |when: &mut When| when.call = Some("login".into()),
        |when: &mut When| when.entity = Some("130025265".into()),
        |when: &mut When| when.token = Some("raw".into()),
        |when: &mut When| when.address = Some(IpAddr::from([10, 0, 0, 1])),
    ] {
        let mut when = fitting.clone();
        spoil(&mut when);
        assert!(!strikes(when.clone()), "{when:?}");
    }
}

#[test]
fn connect_effects_strike_while_connecting_and_only_then() {
    let refused = Fault {
        then: Effect::Wire(WireFault::Refuse),
        ..fault("refused", When::default())
    };
    let engine = engine(vec![refused, fault("silent", When::default())]);
    let labels = labels();
    let later = subject(&labels, 1);
    let connecting = Subject {
        connecting: true,
        ..later
    };

    assert_eq!(named(&engine, &connecting).as_deref(), Some("refused"));
    assert_eq!(named(&engine, &later).as_deref(), Some("silent"));
}

#[test]
fn a_fault_strikes_on_its_hop_only() {
    let engine = engine(vec![fault("f", When::default())]);
    let labels = labels();
    let on_client = Subject {
        hop: Hop::Client,
        ..subject(&labels, 1)
    };

    assert_eq!(named(&engine, &on_client), None);
}

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

#[test]
fn a_state_is_entered_by_an_earlier_call_and_left_again() {
    let in_state = |state: &str, enters: Option<&str>, name: &str, call: &str| Fault {
        enters: enters.map(str::to_owned),
        ..fault(
            name,
            When {
                call: Some(call.into()),
                state: Some(state.into()),
                ..When::default()
            },
        )
    };
    let engine = engine(vec![
        Fault {
            then: Effect::Pass,
            ..in_state(INITIAL, Some("down"), "falls", "login")
        },
        in_state("down", None, "is-down", "siege"),
        in_state("down", Some(INITIAL), "rises", "login"),
    ]);
    let (siege, login) = (labels(), labels_of("login"));

    let seen: Vec<_> = [&siege, &login, &siege, &siege, &login, &siege]
        .map(|labels| named(&engine, &subject(labels, 1)))
        .into();

    let expected = [
        None,
        Some("falls"),
        Some("is-down"),
        Some("is-down"),
        Some("rises"),
        None,
    ];
    assert_eq!(seen, expected.map(|name| name.map(str::to_owned)));
}

#[test]
fn a_fault_that_only_enters_a_state_says_so_and_nothing_else() {
    let opens = Fault {
        then: Effect::Pass,
        enters: Some("open".into()),
        ..fault("opens", When::default())
    };

    let strike = engine(vec![opens])
        .judge(&subject(&labels(), 1), NOON)
        .unwrap();

    assert_eq!(strike.words(), "enters open");
}

#[test]
fn a_scenario_that_is_installed_begins_in_its_first_state() {
    let falls = Fault {
        enters: Some("down".into()),
        ..fault(
            "falls",
            When {
                state: Some(INITIAL.into()),
                ..When::default()
            },
        )
    };
    let engine = engine(vec![falls]);
    let labels = labels();
    let before = [(); 2].map(|()| engine.judge(&subject(&labels, 1), NOON).is_some());

    engine.install(Scenario::clone(&engine.scenario()));

    assert_eq!(before, [true, false]);
    assert!(engine.judge(&subject(&labels, 1), NOON).is_some());
}

#[test]
fn every_fault_that_is_asked_tells_why_it_spares() {
    let when = |change: fn(&mut When)| {
        let mut when = When::default();
        change(&mut when);
        when
    };
    let on_client = Fault {
        on: On::Client,
        ..fault("a", When::default())
    };
    let refused = Fault {
        then: Effect::Wire(WireFault::Refuse),
        ..fault("b", When::default())
    };
    let engine = engine(vec![
        on_client,
        refused,
        fault("c", when(|when| when.call = Some("login".into()))),
        fault("d", when(|when| when.operation = Some("other".into()))),
        fault(
            "e",
            when(|when| when.hours = Hours::parse("22:00-23:00").ok()),
        ),
        fault(
            "f",
            when(|when| when.headers = [("x-a".into(), "b".into())].into()),
        ),
        fault("g", when(|when| when.share = Some(0.0))),
        fault("h", when(|when| when.nth = Some(2))),
        fault("i", when(|when| when.sequence = vec![3])),
        fault("j", when(|when| when.state = Some("down".into()))),
        fault(
            "k",
            when(|when| when.address = Some(IpAddr::from([10, 0, 0, 1]))),
        ),
        fault("l", When::default()),
        fault("m", When::default()),
    ]);
    let labels = labels();
    let subject = subject(&labels, 1);
    let mut told = Vec::new();

    engine.judge_telling(&subject, NOON, |fault, outcome| {
        let why = match outcome {
            Ok(strike) => strike.words(),
            Err(spared) => spared.words(fault, &subject, NOON),
        };
        told.push(format!("{}: {why}", fault.name));
    });

    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_fault_of_a_window_or_of_hours_strikes_then_only() {
    let window = Window {
        from: "2026-01-15T10:00:00Z".parse().ok(),
        to: "2026-01-15T10:00:05Z".parse().ok(),
    };
    let of_window = When {
        window: Some(window),
        ..When::default()
    };
    let of_hours = When {
        hours: Hours::parse("11:00-11:01").ok(),
        ..When::default()
    };
    let engine = engine(vec![fault("window", of_window), fault("hours", of_hours)]);
    let labels = labels();

    let seen = [
        "2026-01-15T09:59:59Z",
        "2026-01-15T10:00:04Z",
        "2026-01-15T10:00:05Z",
        "2026-01-15T10:01:00Z",
    ]
    .map(|instant| {
        let arrived = Arrived {
            at: instant.parse().unwrap(),
            ..NOON
        };
        let strike = engine.judge(&subject(&labels, 1), arrived);
        strike.map(|strike| strike.fault.to_string())
    });

    let expected = [None, Some("window"), Some("hours"), None];
    assert_eq!(seen, expected.map(|name| name.map(str::to_owned)));
}

#[test]
fn every_header_that_is_named_must_come_with_its_value() {
    let when = When {
        headers: [("x-trial".to_owned(), "bad".to_owned())].into(),
        ..When::default()
    };
    let engine = engine(vec![fault("f", when)]);
    let labels = labels();
    let strikes = |values: &[&'static str]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("X-Trial", http::HeaderValue::from_static(value));
        }
        let arrived = Arrived {
            headers: Some(&headers),
            ..NOON
        };
        engine.judge(&subject(&labels, 1), arrived).is_some()
    };

    assert!(strikes(&["bad"]));
    assert!(strikes(&["good", "bad"]));
    assert!(!strikes(&["good"]));
    assert!(!strikes(&[]));
    assert!(engine.judge(&subject(&labels, 1), NOON).is_none());
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

const NOON: Arrived<'static> = Arrived {
    at: Moment::from_unix_seconds(1_768_478_400),
    headers: None,
};
