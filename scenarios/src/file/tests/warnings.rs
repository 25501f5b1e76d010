//! What a reader should know though it is no error.

use super::*;

#[test]
fn steps_that_go_by_the_order_of_arrival_are_named() {
    let scenario = parse(
        "faults:
  - { name: second, when: { nth: 2 }, then: silence }
  - { name: early, when: { first: 3 }, then: silence }
  - { name: third, when: { every: 3 }, then: silence }
  - { name: some, when: { sequence: [1, 4] }, then: silence }
  - { name: half, when: { share: 0.5 }, then: silence, enters: down }
  - { name: down, when: { state: down }, then: silence }
",
    );

    insta::assert_snapshot!(scenario.warnings().join("\n"));
}

#[test]
fn a_step_that_is_never_asked_is_named() {
    let never = |faults: &str| {
        let warnings = parse(&format!("faults:\n{faults}")).warnings();
        warnings
            .iter()
            .any(|warning| warning.contains("never asked"))
    };

    assert!(never(
        "  - then: silence\n  - when: { provider: insee }\n    then: close\n"
    ));
    assert!(never(
        "  - { on: client, when: { token: standard }, then: silence }\n  - { on: client, when: { token: standard, share: 0.5 }, then: close }\n"
    ));
    for faults in [
        "  - when: { provider: insee }\n    then: silence\n  - then: close\n",
        "  - when: { share: 0.5 }\n    then: silence\n  - then: close\n",
        "  - { on: client, then: silence }\n  - then: close\n",
        "  - then: refuse\n  - then: close\n",
        "  - when: { first: 1 }\n    then: close\n  - then: silence\n",
    ] {
        assert!(!never(faults), "{faults}");
    }
}

#[test]
fn what_is_refused_or_unreachable_only_after_the_fact_is_named() {
    let named = |faults: &str| parse(&format!("faults:\n{faults}")).warnings().join("\n");

    let warned = named(
        "  - { name: some, when: { share: 0.5 }, then: refuse }
  - { name: late, delay: 1s, then: refuse }
  - { name: one, on: client, when: { address: 127.0.0.2 }, then: refuse }
  - { name: opens, then: unreachable, enters: down }
  - { name: nowhere, when: { state: down }, then: unresolvable }
",
    );

    insta::assert_snapshot!(warned);
    for faults in [
        "  - { when: { provider: insee, hours: \"22:04-22:08\" }, then: refuse }\n",
        "  - { on: client, when: { address: 127.0.0.2, share: 1 }, then: unreachable }\n",
        "  - { when: { share: 0.5 }, delay: 1s, then: slow-tls }\n",
    ] {
        assert_eq!(named(faults), "", "{faults}");
    }
}
