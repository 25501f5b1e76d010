use doublure_scenarios::{Hours, On, Window, WireFault};

use super::*;

mod chance;
mod counts;
mod states;

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

const NOON: Arrived<'static> = Arrived {
    at: Moment::from_unix_seconds(1_768_478_400),
    headers: None,
};
