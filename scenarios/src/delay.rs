//! How long a fault waits: a length of time, or one drawn anew for each exchange.

use std::time::Duration;

/// How long a fault waits before its effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// Which lengths of time are drawn, and how often.
    pub spread: Spread,
    /// The longest wait: what is drawn beyond it is cut down to it.
    pub at_most: Option<Duration>,
}

/// How delays are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

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
}
