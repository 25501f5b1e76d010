//! Whole files: what is read, what is refused and how, and that writing and reading are inverse.

use std::time::Duration;

use super::*;
use crate::{
    Answer, BanManner, Damage, Delay, Drip, Effect, Hours, On, Overrides, Pointer, Quantiles,
    Symptom, When, Window, WireFault, delay::Spread, names::Sample,
};

mod alone;
mod refusals;
mod round_trip;
mod warnings;

fn parse(text: &str) -> Scenario {
    match Scenario::parse("sample", text, &Sample) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{}", error.render("sample.yaml", text)),
    }
}

#[test]
fn five_lines_are_a_whole_file() {
    let text = "about: INSEE is slow.\nserves: [gw.timeout.not-before-deadline]\nfaults:\n  - when: { provider: insee }\n    delay: 9s\n";

    let scenario = parse(text);

    let expected = Scenario {
        name: "sample".into(),
        about: "INSEE is slow.".into(),
        serves: vec!["gw.timeout.not-before-deadline".into()],
        overrides: Overrides::default(),
        faults: vec![Fault {
            name: "fault-1".into(),
            on: On::Provider,
            when: When {
                provider: Some("insee".into()),
                ..When::default()
            },
            delay: Duration::from_secs(9).into(),
            then: Effect::Pass,
            enters: None,
        }],
        text: text.into(),
    };
    assert_eq!(scenario, expected);
}

#[test]
fn every_condition_is_read() {
    let scenario = parse(
        "faults:
  - when: { provider: insee, call: unite-legale, entity: 418166096, nth: 2 }
    then: silence
  - when: { window: { from: 2026-01-15T10:00:00Z, to: 2026-01-15T12:00:00+01:00 }, hours: 11:30-12:30, every: 3 }
    then: silence
  - on: client
    when: { operation: api_entreprise_v3_insee_unites_legales, token: standard, address: 127.0.0.2, first: 3, share: 0.5, header: { X-Trial: bad day } }
    then: silence
",
    );

    let provider = &scenario.faults[0].when;
    assert_eq!(provider.provider.as_deref(), Some("insee"));
    assert_eq!(provider.call.as_deref(), Some("unite-legale"));
    assert_eq!(provider.entity.as_deref(), Some("418166096"));
    assert_eq!(provider.nth, Some(2));
    let timed = &scenario.faults[1].when;
    let window = Window {
        from: "2026-01-15T10:00:00Z".parse().ok(),
        to: "2026-01-15T11:00:00Z".parse().ok(),
    };
    assert_eq!(timed.window, Some(window));
    assert_eq!(timed.hours, Hours::parse("11:30-12:30").ok());
    assert_eq!(timed.every, Some(3));
    let client = &scenario.faults[2].when;
    assert_eq!(
        client.operation.as_deref(),
        Some("api_entreprise_v3_insee_unites_legales")
    );
    assert_eq!(client.token.as_deref(), Some("standard"));
    assert_eq!(client.address, "127.0.0.2".parse().ok());
    assert_eq!(client.first, Some(3));
    assert_eq!(client.share, Some(0.5));
    assert_eq!(client.headers["x-trial"], "bad day");
}

#[test]
fn every_delay_is_read() {
    let second = Duration::from_secs(1);
    let uniform = Spread::Uniform {
        from: second,
        to: 3 * second,
    };
    let normal = Spread::Normal {
        mean: 2 * second,
        sd: second / 2,
    };
    let log_normal = Spread::LogNormal {
        median: second / 5,
        p99: 4 * second,
    };
    let rows = vec![(50_000, second / 5), (99_900, 8 * second)];
    for (delay, spread, at_most) in [
        (
            "{ table: { p50: 200ms, p99.9: 8s } }",
            Spread::Empirical(Quantiles::new(rows).unwrap()),
            None,
        ),
        ("2s", Spread::Fixed(2 * second), None),
        ("{ uniform: [1s, 3s] }", uniform, None),
        (
            "{ normal: { mean: 2s, sd: 500ms }, at-most: 3s }",
            normal,
            Some(3 * second),
        ),
        (
            "{ at-most: 9s, log-normal: { median: 200ms, p99: 4s } }",
            log_normal,
            Some(9 * second),
        ),
    ] {
        let scenario = parse(&format!("faults:\n  - delay: {delay}\n"));

        assert_eq!(
            scenario.faults[0].delay,
            Delay { spread, at_most },
            "{delay}"
        );
    }
}

#[test]
fn every_effect_is_read() {
    for (then, effect) in [
        ("pass", Effect::Pass),
        ("silence", Effect::Wire(WireFault::Silence)),
        ("refuse", Effect::Wire(WireFault::Refuse)),
        ("unreachable", Effect::Wire(WireFault::Unreachable)),
        ("unresolvable", Effect::Wire(WireFault::Unresolvable)),
        ("close", Effect::Wire(WireFault::Close)),
        ("reset", Effect::Wire(WireFault::Reset)),
        (
            "{ symptom: rate-limited }",
            Effect::Symptom(Symptom::RateLimited),
        ),
        ("garbage", Effect::Wire(WireFault::Garbage)),
        (
            "{ wrong-length: -5 }",
            Effect::Wire(WireFault::WrongLength { by: -5 }),
        ),
        ("{ cut: 20 }", Effect::Wire(WireFault::Cut { after: 20 })),
        (
            "{ drip: 1s }",
            Effect::Wire(WireFault::Drip(Drip::bytewise(Duration::from_secs(1)))),
        ),
        (
            "{ drip: { every: 1s, bytes: 500 } }",
            Effect::Wire(WireFault::Drip(Drip {
                bytes: 500,
                ..Drip::bytewise(Duration::from_secs(1))
            })),
        ),
        (
            "{ drip: { uniform: [1s, 3s] } }",
            Effect::Wire(WireFault::Drip(Drip::bytewise(Delay {
                spread: Spread::Uniform {
                    from: Duration::from_secs(1),
                    to: Duration::from_secs(3),
                },
                at_most: None,
            }))),
        ),
        (
            "{ answer: { status: 418 } }",
            Effect::Answer(Answer {
                status: 418,
                ..Answer::default()
            }),
        ),
    ] {
        let scenario = parse(&format!("faults:\n  - then: {then}\n"));

        assert_eq!(scenario.faults[0].then, effect, "{then}");
    }
}

#[test]
fn every_damage_is_read() {
    let field = || Pointer::parse("/a/b").unwrap();
    let renamed = Damage::Rename {
        field: field(),
        to: "c".into(),
    };
    let added = Damage::Add {
        field: field(),
        value: "[1]".into(),
    };
    for (text, damage) in [
        ("empty", Damage::Empty),
        ("invalid-utf-8", Damage::InvalidUtf8),
        ("not-what-it-says", Damage::NotWhatItSays),
        (
            "{ media-type: text/html }",
            Damage::MediaType("text/html".into()),
        ),
        ("{ remove: /a/b }", Damage::Remove(field())),
        ("{ nullify: /a/b }", Damage::Nullify(field())),
        ("{ to: c, rename: /a/b }", renamed),
        ("{ add: /a/b, value: '[1]' }", added),
    ] {
        let scenario = parse(&format!("faults:\n  - then: {{ damage: {text} }}\n"));

        assert_eq!(scenario.faults[0].then, Effect::Damage(damage), "{text}");
    }
}

#[test]
fn an_answer_carries_headers_and_a_body_of_several_lines() {
    let scenario = parse(
        "faults:
  - on: client
    then:
      answer:
        status: 500
        headers: { Content-Type: text/html }
        body: |
          <p>
          non
",
    );

    let answer = Answer {
        status: 500,
        headers: [("Content-Type".to_owned(), "text/html".to_owned())].into(),
        body: "<p>\nnon\n".to_owned(),
    };
    assert_eq!(scenario.faults[0].then, Effect::Answer(answer));
}

#[test]
fn an_explicit_pass_without_delay_is_an_exception_to_a_later_fault() {
    let scenario = parse("faults:\n  - when: { call: login }\n    then: pass\n  - then: silence\n");

    assert_eq!(scenario.faults[0].then, Effect::Pass);
    assert_eq!(scenario.faults[1].name, "fault-2");
}

#[test]
fn a_fault_may_do_nothing_but_enter_a_state_that_another_waits_for() {
    let scenario = parse(
        "faults:
  - { name: opens, when: { call: login }, enters: open }
  - { name: fails, when: { state: open, sequence: [1, 3] }, then: close, enters: initial }
",
    );

    let [opens, fails] = scenario.faults.as_slice() else {
        panic!("two faults are two faults");
    };
    assert_eq!(
        (&opens.then, opens.enters.as_deref()),
        (&Effect::Pass, Some("open"))
    );
    assert_eq!(fails.when.state.as_deref(), Some("open"));
    assert_eq!(fails.when.sequence, [1, 3]);
}

#[test]
fn overrides_are_read_with_lengths_of_time_as_people_write_them() {
    let scenario = parse(
        "overrides: { quota-limit: 3, ban-term: 10min, cache: false, ban-manner: refusal, tokens: { second: { quota-limit: 9, allowed-addresses: [127.0.0.2] } }, quota_limits: { json: 5 }, provider-deadline-ms: 500 }
",
    );

    let overrides = &scenario.overrides;
    assert_eq!(overrides.quota_limit, Some(3));
    assert_eq!(overrides.ban_term_ms, Some(600_000));
    assert_eq!(overrides.cache, Some(false));
    assert_eq!(overrides.ban_manner, Some(BanManner::Refusal));
    assert_eq!(overrides.tokens["second"].quota_limit, Some(9));
    assert_eq!(overrides.quota_limits["json"], 5);
    assert_eq!(overrides.provider_deadline_ms, Some(500));
    assert!(scenario.faults.is_empty());
    assert_eq!(&parse(&scenario.to_yaml()).overrides, overrides);
}

#[test]
fn what_is_included_comes_after_what_the_file_says_itself() {
    let scenario = parse(
        "include: [silent-provider, slow-provider]
faults:
  - { name: log-in-is-fast, when: { call: login }, then: close }
",
    );

    let names: Vec<&str> = scenario
        .faults
        .iter()
        .map(|fault| fault.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "log-in-is-fast",
            "providers-are-silent",
            "slow-provider.log-in-is-fast",
            "providers-are-slow"
        ]
    );
    assert!(
        scenario
            .serves
            .contains(&"gw.timeout.not-before-deadline".to_owned())
    );
}
