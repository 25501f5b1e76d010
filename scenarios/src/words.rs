//! Faults in the words of a scenario file, for journals, logs and people.

use std::{fmt, time::Duration};

use crate::{
    BadFile, Delay, Drip, Effect, On, Quantiles, Symptom, WireFault,
    delay::{Percent, Spread, percentile},
    duration,
};

impl Symptom {
    /// Its name in a scenario file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::InternalError => "internal-error",
            Self::Maintenance => "maintenance",
            Self::RateLimited => "rate-limited",
            Self::CredentialsExpired => "credentials-expired",
            Self::NotFound => "not-found",
            Self::UnderAnalysis => "under-analysis",
            Self::Partial => "partial",
            Self::BadFile(BadFile::NotBase64) => "bad-file-not-base64",
            Self::BadFile(BadFile::Late) => "bad-file-late",
            Self::BadFile(BadFile::Lost) => "bad-file-lost",
            Self::BadFile(BadFile::NoUrl) => "bad-file-no-url",
            Self::BadFile(BadFile::WrongType) => "bad-file-wrong-type",
            Self::BadFile(BadFile::Empty) => "bad-file-empty",
        }
    }
}

impl fmt::Display for Symptom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Provider => "provider",
            Self::Client => "client",
        })
    }
}

impl fmt::Display for WireFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refuse => f.write_str("refuse"),
            Self::Unreachable => f.write_str("unreachable"),
            Self::Unresolvable => f.write_str("unresolvable"),
            Self::SlowTls => f.write_str("slow-tls"),
            Self::Silence => f.write_str("silence"),
            Self::Close => f.write_str("close"),
            Self::Reset => f.write_str("reset"),
            Self::Garbage => f.write_str("garbage"),
            Self::WrongLength { by } => write!(f, "wrong-length by {by}"),
            Self::Cut { after: 1 } => f.write_str("cut after 1 byte"),
            Self::Cut { after } => write!(f, "cut after {after} bytes"),
            Self::Drip(Drip {
                every, bytes: 1, ..
            }) => write!(f, "drip every {every}"),
            Self::Drip(Drip { every, bytes, .. }) => write!(f, "drip {bytes} bytes every {every}"),
        }
    }
}

/// As a scenario file has it.
impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = duration::write;
        let spread = match &self.spread {
            Spread::Fixed(length) => return f.write_str(&write(*length)),
            Spread::Uniform { from, to } => format!("uniform: [{}, {}]", write(*from), write(*to)),
            Spread::Normal { mean, sd } => {
                format!("normal: {{ mean: {}, sd: {} }}", write(*mean), write(*sd))
            }
            Spread::LogNormal { median, p99 } => format!(
                "log-normal: {{ median: {}, p99: {} }}",
                write(*median),
                write(*p99)
            ),
            Spread::Empirical(quantiles) => format!("table: {{ {} }}", rows(quantiles)),
        };
        match self.at_most {
            Some(at_most) => write!(f, "{{ {spread}, at-most: {} }}", write(at_most)),
            None => write!(f, "{{ {spread} }}"),
        }
    }
}

fn rows(quantiles: &Quantiles) -> String {
    let row = |(percent, length): &(Percent, Duration)| {
        format!("{}: {}", percentile(*percent), duration::write(*length))
    };
    let rows: Vec<String> = quantiles.rows().iter().map(row).collect();
    rows.join(", ")
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Symptom(symptom) => write!(f, "symptom {symptom}"),
            Self::Answer(answer) => write!(f, "answer {}", answer.status),
            Self::Damage(damage) => write!(f, "damage {damage}"),
            Self::Wire(fault) => fault.fmt(f),
        }
    }
}

/// An effect with the delay before it: `delay 9s, then silence`; `delay 9s` where nothing follows.
pub fn strike(delay: Duration, effect: &Effect) -> String {
    match effect {
        _ if delay.is_zero() => effect.to_string(),
        Effect::Pass => format!("delay {}", duration::write(delay)),
        _ => format!("delay {}, then {effect}", duration::write(delay)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Answer, Damage};

    #[test]
    fn every_effect_is_told_in_the_words_of_a_scenario_file() {
        let effects = [
            Effect::Pass,
            Effect::Symptom(Symptom::Unavailable),
            Effect::Answer(Answer {
                status: 500,
                ..Answer::default()
            }),
            Effect::Wire(WireFault::Refuse),
            Effect::Wire(WireFault::Unreachable),
            Effect::Wire(WireFault::Unresolvable),
            Effect::Wire(WireFault::SlowTls),
            Effect::Wire(WireFault::Silence),
            Effect::Wire(WireFault::Close),
            Effect::Wire(WireFault::Reset),
            Effect::Damage(Damage::InvalidUtf8),
            Effect::Wire(WireFault::Garbage),
            Effect::Wire(WireFault::WrongLength { by: -5 }),
            Effect::Wire(WireFault::Cut { after: 20 }),
            Effect::Wire(WireFault::Cut { after: 1 }),
            Effect::Damage(Damage::NotWhatItSays),
            Effect::Wire(WireFault::Drip(Drip::bytewise(Duration::from_secs(1)))),
            Effect::Wire(WireFault::Drip(Drip {
                bytes: 500,
                ..Drip::bytewise(Duration::from_secs(1))
            })),
        ];

        let words = effects.map(|effect| effect.to_string()).join("\n");

        insta::assert_snapshot!(words);
    }

    #[test]
    fn a_delay_stands_before_what_follows() {
        let nine = Duration::from_secs(9);
        let silence = Effect::Wire(WireFault::Silence);

        assert_eq!(strike(nine, &silence), "delay 9s, then silence");
        assert_eq!(strike(nine, &Effect::Pass), "delay 9s");
        assert_eq!(strike(Duration::ZERO, &silence), "silence");
    }

    #[test]
    fn every_symptom_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = Symptom::ALL.map(Symptom::name).into();

        assert_eq!(names.len(), Symptom::ALL.len());
    }
}
