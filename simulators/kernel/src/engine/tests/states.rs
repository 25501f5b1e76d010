//! States that faults enter and wait for.

use doublure_scenarios::INITIAL;

use super::*;

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
fn scenarios_that_are_composed_do_not_move_each_others_states() {
    let engine = engine(vec![
        in_set("one.initial", Some("one.down"), "first"),
        in_set("two.initial", Some("two.down"), "second"),
        in_set("one.down", None, "third"),
    ]);

    let struck: Vec<_> = (0..3)
        .filter_map(|call| named(&engine, &subject(&labels(), call)))
        .collect();

    assert_eq!(struck, ["first", "second", "third"]);
}

fn in_set(state: &str, enters: Option<&str>, name: &str) -> Fault {
    let when = When {
        state: Some(state.into()),
        ..When::default()
    };
    Fault {
        enters: enters.map(str::to_owned),
        ..fault(name, when)
    }
}
