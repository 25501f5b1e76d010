//! How long a fault waits: a length of time, or one drawn anew for each exchange.

use std::time::Duration;

/// How long a fault waits before its effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// Which lengths of time are drawn, and how often.
    pub spread: Spread,
    /// The longest wait: what is drawn beyond it is cut down to it.
    pub at_most: Option<Duration>,
}

/// How delays are spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Always the same.
    Fixed(Duration),
    /// All between these two alike.
    Uniform {
        /// The shortest.
        from: Duration,
        /// The longest.
        to: Duration,
    },
    /// Around a mean, as many shorter as longer; what would be less than nothing is nothing.
    Normal {
        /// The mean.
        mean: Duration,
        /// The standard deviation: two thirds lie no farther from the mean.
        sd: Duration,
    },
    /// As latencies are: most near the median, a few much longer.
    LogNormal {
        /// Half are shorter.
        median: Duration,
        /// One in a hundred is longer.
        p99: Duration,
    },
    /// As they were measured somewhere.
    Empirical(Quantiles),
}

/// Lengths of time as they were measured: so many in a hundred were no longer than this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantiles(Vec<(Percent, Duration)>);

/// Thousandths of a percent: 99.9 % are 99 900.
pub type Percent = u32;

impl Quantiles {
    /// A table of percentages and lengths of time, both rising, at least two of them.
    ///
    /// # Errors
    /// Which row is wrong (from 0 on), and why.
    pub fn new(rows: Vec<(Percent, Duration)>) -> Result<Self, (usize, &'static str)> {
        if rows.len() < 2 {
            return Err((0, "a table has at least two rows, such as `p50` and `p99`"));
        }
        if let Some(beyond) = rows.iter().position(|(percent, _)| *percent > ALL) {
            return Err((
                beyond,
                "no more than all can be so short: `p100` is the last",
            ));
        }
        for (index, pair) in rows.windows(2).enumerate() {
            if pair[1].0 <= pair[0].0 {
                return Err((index + 1, "percentages rise from row to row"));
            }
            if pair[1].1 < pair[0].1 {
                return Err((
                    index + 1,
                    "lengths rise with their percentages: this one is shorter than the one before it",
                ));
            }
        }
        Ok(Self(rows))
    }

    /// Its rows.
    pub fn rows(&self) -> &[(Percent, Duration)] {
        &self.0
    }

    /// The length of time, in microseconds, that this share of all, in [0, 1], is no longer than.
    ///
    /// Between two rows on the straight line between them; before the first and after the last row as there.
    pub fn at(&self, share: f64) -> f64 {
        let percent = share * f64::from(ALL);
        let next = self.0.iter().position(|(row, _)| f64::from(*row) > percent);
        match next {
            Some(0) => micros(self.0[0].1),
            None => self.0.last().map_or(0.0, |(_, longest)| micros(*longest)),
            Some(next) => {
                let ((low, short), (high, long)) = (self.0[next - 1], self.0[next]);
                let part = (percent - f64::from(low)) / f64::from(high - low);
                micros(short) + part * (micros(long) - micros(short))
            }
        }
    }

    /// The shortest of them.
    pub fn shortest(&self) -> Duration {
        self.0
            .first()
            .map_or(Duration::ZERO, |(_, shortest)| *shortest)
    }
}

/// `p50`, `p99.9`.
pub fn percentile(percent: Percent) -> String {
    let (whole, part) = (percent / 1_000, percent % 1_000);
    match part {
        0 => format!("p{whole}"),
        _ => format!("p{whole}.{}", format!("{part:03}").trim_end_matches('0')),
    }
}

/// Reads `p50` or `p99.9`; none: it is neither.
pub fn parse_percentile(text: &str) -> Option<Percent> {
    let (whole, part) = text
        .strip_prefix('p')?
        .split_once('.')
        .unwrap_or((&text[1..], "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(whole) && digits(part) && part.len() <= 3) {
        return None;
    }
    let part: u32 = format!("{part:0<3}").parse().ok()?;
    whole
        .parse::<u32>()
        .ok()?
        .checked_mul(1_000)?
        .checked_add(part)
}

fn micros(length: Duration) -> f64 {
    length.as_micros() as f64
}

/// All of them: 100 %.
const ALL: Percent = 100_000;

impl Delay {
    /// No delay.
    pub const NONE: Self = Self::fixed(Duration::ZERO);

    /// Always the same delay.
    pub const fn fixed(length: Duration) -> Self {
        Self {
            spread: Spread::Fixed(length),
            at_most: None,
        }
    }

    /// Whether nothing is waited for, ever.
    pub const fn is_none(&self) -> bool {
        matches!(self.spread, Spread::Fixed(Duration::ZERO))
    }

    /// Whether chance has a say in it.
    pub const fn is_drawn(&self) -> bool {
        !matches!(self.spread, Spread::Fixed(_))
    }
}

impl From<Duration> for Delay {
    fn from(length: Duration) -> Self {
        Self::fixed(length)
    }
}

/// Drawn so, without a bound.
impl From<Spread> for Delay {
    fn from(spread: Spread) -> Self {
        Self {
            spread,
            at_most: None,
        }
    }
}

impl Default for Spread {
    fn default() -> Self {
        Self::Fixed(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fixed_delay_of_no_length_is_none() {
        let drawn = Delay {
            spread: Spread::Uniform {
                from: Duration::ZERO,
                to: Duration::from_secs(1),
            },
            at_most: None,
        };

        assert!(Delay::default().is_none());
        assert_eq!(Delay::default(), Delay::NONE);
        assert!(!Delay::from(Duration::from_millis(1)).is_none());
        assert!(!drawn.is_none() && drawn.is_drawn());
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_table_is_a_line_from_row_to_row_and_flat_at_both_ends() {
        let table = Quantiles::new(vec![(50_000, SECOND), (90_000, 3 * SECOND)]).unwrap();

        let seen = [0.0, 0.5, 0.7, 0.9, 0.999].map(|share| table.at(share));

        assert_eq!(seen, [1e6, 1e6, 2e6, 3e6, 3e6]);
        assert_eq!(table.shortest(), SECOND);
    }

    #[test]
    fn a_table_that_falls_is_refused_where_it_does() {
        let row = |rows: &[(Percent, u64)]| {
            let rows = rows
                .iter()
                .map(|(percent, seconds)| (*percent, *seconds as u32 * SECOND));
            Quantiles::new(rows.collect()).unwrap_err().0
        };

        assert_eq!(row(&[(50_000, 1)]), 0);
        assert_eq!(row(&[(50_000, 1), (50_000, 2)]), 1);
        assert_eq!(row(&[(50_000, 1), (90_000, 2), (99_000, 1)]), 2);
        assert_eq!(row(&[(50_000, 1), (100_001, 2)]), 1);
    }

    #[test]
    fn percentiles_are_written_as_they_are_read() {
        for (text, percent) in [
            ("p0", 0),
            ("p50", 50_000),
            ("p99.9", 99_900),
            ("p99.995", 99_995),
        ] {
            assert_eq!(parse_percentile(text), Some(percent));
            assert_eq!(percentile(percent), text);
        }
        for text in ["", "p", "50", "p5x", "p.5", "p9.", "p1.2345", "é50"] {
            assert_eq!(parse_percentile(text), None, "{text}");
        }
    }
}
