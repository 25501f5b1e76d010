//! Writing and reading are inverse; nothing that is read can panic.

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use jiff::Timestamp;
use proptest::{option, prelude::*, sample::select};

use crate::{
    Answer, Damage, Delay, Drip, Effect, Fault, Hours, On, Overrides, Pointer, Quantiles, Scenario,
    Symptom, When, Window, WireFault, delay::Spread, names::Sample,
};

type Counts = (Option<u64>, Option<u64>, Option<u64>, Vec<u64>);

/// At most one of nth, every, first and sequence.
fn counts() -> impl Strategy<Value = Counts> {
    prop_oneof![
        Just((None, None, None, Vec::new())),
        (1..9_u64).prop_map(|nth| (Some(nth), None, None, Vec::new())),
        (1..9_u64).prop_map(|every| (None, Some(every), None, Vec::new())),
        (1..9_u64).prop_map(|first| (None, None, Some(first), Vec::new())),
        proptest::collection::btree_set(1..99_u64, 1..5).prop_map(|places| (
            None,
            None,
            None,
            places.into_iter().collect()
        )),
    ]
}

fn when(on: On, connects: bool) -> impl Strategy<Value = When> {
    let header = proptest::collection::btree_map("x-[a-z0-9-]{0,8}", "[ -~]{0,12}", 0..3);
    (
        option::of(select(vec!["insee", "infogreffe", "urssaf", "dgfip"])),
        any::<[bool; 3]>(),
        option::of(any::<[u8; 4]>()),
        counts(),
        option::of(0.0..=1.0_f64),
        header,
        times(),
    )
        .prop_map(
            move |(
                provider,
                [call, entity, token],
                address,
                (nth, every, first, sequence),
                share,
                headers,
                (window, hours),
            )| {
                let provider = provider.filter(|_| on == On::Provider);
                When {
                    provider: provider.map(str::to_owned),
                    call: (call && !connects && provider == Some("insee"))
                        .then(|| "siege".to_owned()),
                    operation: (call && on == On::Client)
                        .then(|| "api_entreprise_v3_insee_unites_legales".to_owned()),
                    token: (token && on == On::Client).then(|| "standard".to_owned()),
                    address: address
                        .filter(|_| on == On::Client)
                        .map(|octets| Ipv4Addr::from(octets).into()),
                    entity: (entity && !connects).then(|| "001234567".to_owned()),
                    headers: if on == On::Client {
                        headers
                    } else {
                        BTreeMap::new()
                    },
                    window,
                    hours,
                    nth,
                    every,
                    first,
                    sequence,
                    state: None,
                    share,
                }
            },
        )
}

/// A window that any hours meet, and hours.
fn times() -> impl Strategy<Value = (Option<Window>, Option<Hours>)> {
    let instant = |micros| Timestamp::from_microsecond(micros).unwrap();
    let end = || option::of(0..2_000_000_000_000_000_i64);
    let window = (end(), end()).prop_map(move |(from, length)| {
        let to = from
            .zip(length)
            .map(|(from, length)| from + 3 * DAY + length);
        (from.is_some() || to.is_some()).then(|| Window {
            from: from.map(instant),
            to: to.map(instant),
        })
    });
    let hours = (0..24, 0..59).prop_map(|(hour, minute)| {
        Hours::parse(&format!("{hour:02}:{minute:02}-{:02}:59", 23 - hour)).unwrap()
    });
    (window, option::of(hours))
}

fn answer() -> impl Strategy<Value = Effect> {
    let headers = proptest::collection::btree_map("[A-Za-z][A-Za-z0-9-]{0,8}", "[ -~]{0,12}", 0..3);
    (200..=599_u16, headers, any::<String>()).prop_map(|(status, headers, body)| {
        Effect::Answer(Answer {
            status,
            headers,
            body,
        })
    })
}

fn damage() -> impl Strategy<Value = Damage> {
    let field = || {
        let text = "(/[a-z/é]{0,5}){1,3}";
        text.prop_map(|text| Pointer::parse(&text).unwrap())
    };
    prop_oneof![
        Just(Damage::Empty),
        Just(Damage::InvalidUtf8),
        Just(Damage::NotWhatItSays),
        "[ -~]{0,12}".prop_map(Damage::MediaType),
        field().prop_map(Damage::Remove),
        field().prop_map(Damage::Nullify),
        (field(), any::<String>()).prop_map(|(field, to)| Damage::Rename { field, to }),
        (field(), any::<String>()).prop_map(|(field, value)| Damage::Add { field, value }),
    ]
}

fn effect(on: On) -> impl Strategy<Value = Effect> {
    let anywhere = prop_oneof![
        Just(Effect::Pass),
        Just(Effect::Wire(WireFault::Silence)),
        Just(Effect::Wire(WireFault::Close)),
        Just(Effect::Wire(WireFault::Reset)),
        Just(Effect::Wire(WireFault::Garbage)),
        prop_oneof![-500..0_i64, 1..500_i64]
            .prop_map(|by| Effect::Wire(WireFault::WrongLength { by })),
        damage().prop_map(Effect::Damage),
        any::<u64>().prop_map(|after| Effect::Wire(WireFault::Cut { after })),
        (delay(), 1..9_u64)
            .prop_filter("no drip", |(every, _)| !every.is_none())
            .prop_map(|(every, bytes)| Effect::Wire(WireFault::Drip(Drip {
                bytes,
                ..Drip::bytewise(every)
            }))),
        answer(),
    ];
    let provider_only = prop_oneof![
        Just(Effect::Wire(WireFault::Refuse)),
        Just(Effect::Wire(WireFault::Unreachable)),
        Just(Effect::Wire(WireFault::Unresolvable)),
        Just(Effect::Symptom(Symptom::Unavailable)),
    ];
    match on {
        On::Client => anywhere.boxed(),
        On::Provider => prop_oneof![anywhere, provider_only].boxed(),
    }
}

fn delay() -> impl Strategy<Value = Delay> {
    let of = Duration::from_millis;
    let spread = (1..100_000_u64, 1..100_000_u64).prop_flat_map(move |(short, more)| {
        let uniform = Spread::Uniform {
            from: of(short),
            to: of(short + more),
        };
        let normal = Spread::Normal {
            mean: of(short),
            sd: of(more),
        };
        let log_normal = Spread::LogNormal {
            median: of(short),
            p99: of(short + more),
        };
        let rows = vec![(50_000, of(short)), (99_900, of(short + more))];
        let table = Spread::Empirical(Quantiles::new(rows).unwrap());
        select(vec![uniform, normal, log_normal, table])
    });
    let bound = option::of(100_000..200_000_u64);
    prop_oneof![
        (0..100_000_u64).prop_map(move |length| of(length).into()),
        (spread, bound).prop_map(move |(spread, bound)| Delay {
            spread,
            at_most: bound.map(of),
        }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let hop = select(vec![On::Provider, On::Client]);
    let with_effect = hop.prop_flat_map(|on| (Just(on), effect(on)));
    with_effect
        .prop_flat_map(|(on, then)| {
            let connects = matches!(&then, Effect::Wire(wire) if wire.is_at_connect());
            (Just(on), Just(then), when(on, connects), delay())
        })
        .prop_map(|(on, then, when, delay)| Fault {
            name: String::new(),
            on,
            when,
            delay,
            then,
            enters: None,
        })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let faults = proptest::collection::vec(fault(), 0..4);
    (any::<String>(), faults, any::<bool>()).prop_map(|(about, mut faults, has_states)| {
        for (index, fault) in faults.iter_mut().enumerate() {
            fault.name = format!("f{index}");
        }
        if let [first, second, ..] = faults.as_mut_slice()
            && has_states
        {
            first.enters = Some("down".into());
            second.when.state = Some("down".into());
        }
        Scenario {
            name: "sample".into(),
            about,
            serves: vec!["gw.timeout.not-before-deadline".into()],
            overrides: Overrides {
                address_limit: has_states.then_some(7),
                ban_term_ms: (!has_states).then_some(60_000),
                ..Overrides::default()
            },
            faults,
            text: String::new(),
        }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(scenario in scenario()) {
        let text = scenario.to_yaml();

        let read = Scenario::parse("sample", &text, &Sample);

        let read = read.map_err(|error| error.render("written.yaml", &text));
        prop_assert_eq!(read, Ok(Scenario { text, ..scenario }));
    }

    #[test]
    fn a_fault_that_is_written_alone_is_read_back(scenario in scenario()) {
        for fault in scenario.faults {
            let text = fault.to_yaml();

            let read = Fault::parse("other", &text, &Sample);

            prop_assert_eq!(text.lines().count(), 1);
            prop_assert_eq!(read, Ok(fault));
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        if let Err(error) = Scenario::parse("sample", &text, &Sample) {
            prop_assert!(!error.render("sample.yaml", &text).is_empty());
        }
    }

    #[test]
    fn no_text_of_the_signs_of_a_scenario_file_panics(
        words in proptest::collection::vec(select(WORDS.to_vec()), 0..40)
    ) {
        let text = words.concat();

        if let Err(error) = Scenario::parse("sample", &text, &Sample) {
            prop_assert!(!error.render("sample.yaml", &text).is_empty());
        }
    }
}

/// In microseconds.
const DAY: i64 = 86_400_000_000;

const WORDS: [&str; 28] = [
    "faults:",
    "faults",
    "about:",
    "serves:",
    "name:",
    "on:",
    "client",
    "when:",
    "provider:",
    "insee",
    "delay:",
    "9s",
    "then:",
    "silence",
    "symptom:",
    "cut:",
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    "{ ",
    " }",
    "[",
    "]",
    ", ",
    ": ",
    "\"",
    " # é",
];
