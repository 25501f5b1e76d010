//! A fault's effect in the words of a scenario file.

use std::time::Duration;

use doublure_scenarios::{Effect, WireFault};

/// `delay 9s`, `symptom unavailable`, `delay 2s, wire cut after 10`.
pub(super) fn of(delay: Duration, effect: &Effect, enters: Option<&str>) -> String {
    let effect = match effect {
        Effect::Pass => None,
        Effect::Symptom(symptom) => Some(format!("symptom {symptom}")),
        Effect::Answer(answer) => Some(format!("answer {}", answer.status)),
        Effect::Damage(damage) => Some(format!("damage {damage}")),
        Effect::Wire(wire) => Some(format!("wire {}", wire_words(wire))),
    };
    // A delay may be drawn as none: it is said where there is nothing else to say.
    let says_nothing = effect.is_none() && enters.is_none();
    let delay = (!delay.is_zero() || says_nothing).then(|| format!("delay {}", duration(delay)));
    let enters = enters.map(|state| format!("enters {state}"));
    let words: Vec<String> = delay.into_iter().chain(effect).chain(enters).collect();
    words.join(", ")
}

fn wire_words(wire: &WireFault) -> String {
    match wire {
        WireFault::Refuse => "refuse".into(),
        WireFault::Unreachable => "unreachable".into(),
        WireFault::Unresolvable => "unresolvable".into(),
        WireFault::SlowTls => "slow-tls".into(),
        WireFault::Silence => "silence".into(),
        WireFault::Close => "close".into(),
        WireFault::Reset => "reset".into(),
        WireFault::Garbage => "garbage".into(),
        WireFault::WrongLength { by } => format!("wrong-length by {by}"),
        WireFault::Cut { after } => format!("cut after {after}"),
        WireFault::Drip(_) => wire.to_string(),
    }
}

/// The largest unit that says it in whole numbers.
fn duration(duration: Duration) -> String {
    let micros = duration.as_micros();
    for (unit, length) in [
        ("h", 3_600_000_000),
        ("m", 60_000_000),
        ("s", 1_000_000),
        ("ms", 1_000),
    ] {
        if micros >= length && micros.is_multiple_of(length) {
            return format!("{}{unit}", micros / length);
        }
    }
    if micros == 0 {
        return "0s".to_owned();
    }
    format!("{micros}us")
}

#[cfg(test)]
mod tests {
    use doublure_scenarios::{Answer, Damage, Drip, Symptom};

    use super::*;

    #[test]
    fn every_effect_has_the_words_of_a_scenario_file() {
        let second = Duration::from_secs(1);
        let wires = [
            WireFault::Refuse,
            WireFault::Unreachable,
            WireFault::Unresolvable,
            WireFault::Silence,
            WireFault::Close,
            WireFault::Reset,
            WireFault::Garbage,
            WireFault::WrongLength { by: 5 },
            WireFault::Cut { after: 10 },
            WireFault::Drip(Drip::bytewise(second / 4)),
        ];
        let gone = Answer {
            status: 503,
            ..Answer::default()
        };

        let words: Vec<String> = [
            of(9 * second, &Effect::Pass, None),
            of(Duration::ZERO, &Effect::Pass, Some("down")),
            of(second, &Effect::Wire(WireFault::Close), Some("down")),
            of(
                Duration::ZERO,
                &Effect::Symptom(Symptom::UnderAnalysis),
                None,
            ),
            of(Duration::ZERO, &Effect::Damage(Damage::Empty), None),
            of(second / 1_000_000, &Effect::Answer(gone), None),
        ]
        .into_iter()
        .chain(wires.map(|wire| of(Duration::ZERO, &Effect::Wire(wire), None)))
        .collect();

        insta::assert_snapshot!(words.join("\n"), @"
        delay 9s
        enters down
        delay 1s, wire close, enters down
        symptom under-analysis
        damage empty
        delay 1us, answer 503
        wire refuse
        wire unreachable
        wire unresolvable
        wire silence
        wire close
        wire reset
        wire garbage
        wire wrong-length by 5
        wire cut after 10
        wire drip every 250ms
        ");
    }

    #[test]
    fn a_duration_is_said_in_its_largest_whole_unit() {
        let words = [43_200, 600, 90, 61].map(|seconds| duration(Duration::from_secs(seconds)));

        assert_eq!(words, ["12h", "10m", "90s", "61s"]);
        assert_eq!(duration(Duration::from_millis(1_500)), "1500ms");
        assert_eq!(of(Duration::ZERO, &Effect::Pass, None), "delay 0s");
    }
}
