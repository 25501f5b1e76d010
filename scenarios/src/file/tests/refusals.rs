//! Every refusal as a person sees it.

use std::fmt::Write;

use crate::{Scenario, names::Sample};

/// The refusal of each text, under its title.
fn refusals(texts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (title, text) in texts {
        let error = Scenario::parse("sample", text, &Sample).expect_err(title);
        writeln!(out, "# {title}\n{}", error.render("sample.yaml", text)).unwrap();
    }
    out
}

#[test]
fn what_is_no_scenario_file_is_refused() {
    insta::assert_snapshot!(refusals(&[
        ("an empty file", ""),
        ("a file of another kind", "just a sentence\n"),
        ("a file without faults", "about: Nothing yet.\n"),
        ("broken YAML", "faults:\n  - then: [silence\nabout: x\n"),
        ("a list that is none", "faults:\n  then: silence\n"),
        ("faults without a value", "faults:\n"),
        (
            "overrides that there are not",
            "overrides: { quota-limt: 3, ban-term: 10, ban-manner: politeness, tokens: { second: { limit: 1 } } }\n"
        ),
        ("a time without unit", "overrides: { ban-term: soon }\n"),
        (
            "what the library does not have",
            "include: [silent-provder, calm]\n"
        ),
        ("a fault that is a word", "faults: [silence]\n"),
        (
            "a field given twice",
            "faults:\n  - delay: 9s\n    delay: 8s\n"
        ),
        (
            "a rule id of no role",
            "serves: [timeouts, gw.relay.fast-provider-gives-200]\nfaults: []\n"
        ),
    ]));
}

#[test]
fn a_mistyped_name_is_refused_with_the_nearest_known_one() {
    insta::assert_snapshot!(refusals(&[
        ("a field of the file", "fautls:\n  - then: silence\n"),
        (
            "a field of a fault",
            "faults:\n  - { hten: silence, delay: 9s }\n"
        ),
        (
            "a condition",
            "faults:\n  - when: { provder: insee }\n    then: silence\n"
        ),
        (
            "a provider",
            "faults:\n  - when: { provider: inse }\n    then: silence\n"
        ),
        (
            "an operation",
            "faults:\n  - on: client\n    when: { operation: insee }\n    then: silence\n"
        ),
        (
            "a call of another provider",
            "faults:\n  - when: { provider: insee, call: extrait }\n    then: silence\n"
        ),
        (
            "a call of a provider not named",
            "faults:\n  - when: { call: unite_legale }\n    then: silence\n"
        ),
        (
            "a token",
            "faults:\n  - on: client\n    when: { token: standart }\n    then: silence\n"
        ),
        ("a hop", "faults:\n  - { on: caller, then: silence }\n"),
        ("an effect", "faults:\n  - then: silent\n"),
        ("a symptom", "faults:\n  - then: { symptom: tired }\n"),
    ]));
}

#[test]
fn a_value_out_of_its_range_is_refused_with_an_example() {
    insta::assert_snapshot!(refusals(&[
        ("a delay without unit", "faults:\n  - delay: 9\n"),
        (
            "a name that fits no header",
            "faults:\n  - { name: été, then: silence }\n"
        ),
        (
            "two faults of one name",
            "faults:\n  - { name: a, then: silence }\n  - { name: a, then: close }\n"
        ),
        (
            "conditions",
            "faults:\n  - on: client\n    when: { nth: 0, share: 50%, address: here }\n    then: silence\n"
        ),
        (
            "an entity that is none",
            "faults:\n  - when: { entity: 41816609 }\n    then: silence\n"
        ),
        (
            "conditions without a value",
            "faults:\n  - when:\n    then: silence\n"
        ),
        (
            "times that are none",
            "faults:\n  - when: { window: { from: 10:00, till: x }, hours: 25:00-26:00 }\n    then: silence\n"
        ),
        (
            "a window that ends before it begins",
            "faults:\n  - when: { window: { from: 2026-01-15T10:00:00Z, to: 2026-01-15T09:00:00Z } }\n    then: silence\n"
        ),
        (
            "a window without an end",
            "faults:\n  - when: { window: {} }\n    then: silence\n"
        ),
        (
            "headers that cannot be asked for",
            "faults:\n  - on: client\n    when: { header: { \"a b\": c, Authorization: Bearer x, X-A: é } }\n    then: silence\n"
        ),
        (
            "a sequence that falls",
            "faults:\n  - when: { sequence: [1, 3, 2, 0] }\n    then: silence\n"
        ),
        (
            "a sequence of nothing",
            "faults:\n  - when: { sequence: [] }\n    then: silence\n"
        ),
        (
            "a count that is a list",
            "faults:\n  - when: { first: [1, 2] }\n    then: silence\n"
        ),
    ]));
}

#[test]
fn a_delay_that_cannot_be_drawn_is_refused() {
    insta::assert_snapshot!(refusals(&[
        ("no way to draw it", "faults:\n  - delay: { at-most: 2s }\n"),
        (
            "two ways to draw it",
            "faults:\n  - delay: { uniform: [1s, 2s], normal: { mean: 1s, sd: 1s } }\n"
        ),
        (
            "a way that is unknown",
            "faults:\n  - delay: { lognormal: { median: 1s, p99: 2s } }\n"
        ),
        ("one end", "faults:\n  - delay: { uniform: [1s] }\n"),
        (
            "ends in the wrong order",
            "faults:\n  - delay: { uniform: [3s, 1s] }\n"
        ),
        (
            "ends that are none",
            "faults:\n  - delay: { uniform: [1, 2m] }\n"
        ),
        (
            "no deviation",
            "faults:\n  - delay: { normal: { mean: 2s, sd: 0s } }\n"
        ),
        (
            "a part is missing",
            "faults:\n  - delay: { normal: { mean: 2s } }\n"
        ),
        (
            "a median of nothing",
            "faults:\n  - delay: { log-normal: { median: 0s, p99: 2s } }\n"
        ),
        (
            "a tail before the median",
            "faults:\n  - delay: { log-normal: { median: 2s, p99: 1s } }\n"
        ),
        (
            "a table of no percentiles",
            "faults:\n  - delay: { table: { 50: 1s, p90: 2 } }\n"
        ),
        (
            "a table of one row",
            "faults:\n  - delay: { table: { p50: 1s } }\n"
        ),
        (
            "a table that falls",
            "faults:\n  - delay: { table: { p50: 2s, p90: 1s } }\n"
        ),
        (
            "a bound below all",
            "faults:\n  - delay: { uniform: [2s, 3s], at-most: 1s }\n"
        ),
    ]));
}

#[test]
fn an_effect_that_cannot_be_is_refused() {
    insta::assert_snapshot!(refusals(&[
        ("none at all", "faults:\n  - when: { provider: insee }\n"),
        ("a value is missing", "faults:\n  - then: cut\n"),
        ("a symptom as a word", "faults:\n  - then: unavailable\n"),
        ("two at once", "faults:\n  - then: { cut: 3, drip: 1s }\n"),
        (
            "a length that is right",
            "faults:\n  - then: { wrong-length: 0 }\n"
        ),
        (
            "a damage of no kind",
            "faults:\n  - then: { damage: emtpy }\n"
        ),
        (
            "a damage without its value",
            "faults:\n  - then: { damage: remove }\n"
        ),
        (
            "two damages",
            "faults:\n  - then: { damage: { remove: /a, nullify: /b } }\n"
        ),
        (
            "a pointer to nothing",
            "faults:\n  - then: { damage: { remove: data } }\n"
        ),
        (
            "a new name is missing",
            "faults:\n  - then: { damage: { rename: /a } }\n"
        ),
        (
            "a value that goes nowhere",
            "faults:\n  - then: { damage: { remove: /a, value: 1 } }\n"
        ),
        ("a cut in time", "faults:\n  - then: { cut: 1s }\n"),
        ("a drip without time", "faults:\n  - then: { drip: 0s }\n"),
        (
            "a drip of no bytes",
            "faults:\n  - then: { drip: { every: 1s, bytes: 0 } }\n"
        ),
        (
            "a drip without a time between",
            "faults:\n  - then: { drip: { bytes: 5 } }\n"
        ),
        (
            "an answer that no server could give",
            "faults:\n  - then: { answer: { status: 99, headers: { \"a b\": c, X-Name: \"é\" } } }\n"
        ),
        (
            "an answer without status",
            "faults:\n  - then: { answer: { body: x } }\n"
        ),
    ]));
}

#[test]
fn a_pair_that_never_strikes_is_refused() {
    insta::assert_snapshot!(refusals(&[
        (
            "what a provider does not know",
            "faults:\n  - when: { operation: api_entreprise_v3_insee_unites_legales, token: standard, address: 127.0.0.2 }\n    then: silence\n"
        ),
        (
            "what the client hop does not have",
            "faults:\n  - { on: client, when: { provider: insee, call: siege }, then: { symptom: unavailable } }\n  - { on: client, then: unresolvable }\n"
        ),
        (
            "a connect fault that waits for a question",
            "faults:\n  - when: { provider: insee, call: unite-legale, entity: 418166096 }\n    then: refuse\n"
        ),
        (
            "a greeting that is slow by nothing",
            "faults:\n  - { on: client, when: { token: standard }, then: slow-tls }\n"
        ),
        (
            "a symptom without words",
            "faults:\n  - when: { provider: insee }\n    then: { symptom: under-analysis }\n"
        ),
        (
            "a symptom that not every struck provider has",
            "faults:\n  - then: { symptom: bad-file-empty }\n"
        ),
        (
            "a header that no provider sees",
            "faults:\n  - when: { header: { X-Trial: bad } }\n    then: silence\n"
        ),
        (
            "hours that never come within the window",
            "faults:\n  - when: { window: { from: 2026-01-15T10:00:00Z, to: 2026-01-15T11:00:00Z }, hours: 10:00-11:00 }\n    then: silence\n"
        ),
        (
            "every and first together",
            "faults:\n  - when: { first: 2, every: 3 }\n    then: silence\n"
        ),
        (
            "a state that nobody enters",
            "faults:\n  - { then: silence, enters: down }\n  - { when: { state: donw }, then: silence }\n"
        ),
        (
            "nth and first together",
            "faults:\n  - when: { nth: 2, first: 3 }\n    then: silence\n"
        ),
    ]));
}

#[test]
fn all_errors_of_a_file_are_told_at_once_in_their_order() {
    let text = "about: x\nfaults:\n  - on: cleint\n    delay: 9\n    then: silent\n  - when: { provder: insee }\n    then: silence\n";

    let error = Scenario::parse("sample", text, &Sample).unwrap_err();

    let lines: Vec<usize> = error.all().map(|error| error.line).collect();
    assert_eq!(lines, [3, 4, 5, 6]);
    assert_eq!(error.field, "faults[0].on");
}
