//! How long a fault waits this time.

use std::time::Duration;

use doublure_scenarios::{Delay, Drip, delay::Spread, duration};

use crate::{Dice, Fingerprint};

/// Draws a delay, the same for the same (seed, session, fault, fingerprint, ordinal), in whole microseconds.
pub(super) fn drawn(
    delay: &Delay,
    dice: &Dice,
    fault: &str,
    fingerprint: Fingerprint,
    ordinal: u64,
) -> Duration {
    // No fault's name holds a blank: these draws are nobody else's.
    let draw = |purpose: &str| dice.draw(&format!("{fault} {purpose}"), fingerprint, ordinal);
    let micros = match &delay.spread {
        Spread::Fixed(length) => return *length,
        Spread::Empirical(quantiles) => quantiles.at(draw("delay")),
        Spread::Uniform { from, to } => {
            let (from, to) = (micros(*from), micros(*to));
            from + draw("delay") * (to - from)
        }
        Spread::Normal { mean, sd } => {
            micros(*mean) + micros(*sd) * standard_normal(draw("delay"), draw("turn"))
        }
        Spread::LogNormal { median, p99 } => {
            let sigma = libm::log(micros(*p99) / micros(*median)) / Z_99;
            micros(*median) * libm::exp(sigma * standard_normal(draw("delay"), draw("turn")))
        }
    };
    let longest = delay.at_most.unwrap_or(duration::LONGEST);
    // What is below nothing is nothing.
    Duration::from_micros(libm::round(micros.max(0.0)) as u64).min(longest)
}

/// The time before the nth piece of an answer that drips, the first being piece 0.
pub(crate) fn gap(drip: &Drip, nth: u64) -> Duration {
    drawn(
        &drip.every,
        &Dice::new(drip.seed, "drip"),
        "gap",
        Fingerprint(nth),
        0,
    )
}

/// A draw of the standard normal distribution out of two in [0, 1) (Box and Muller).
fn standard_normal(draw: f64, turn: f64) -> f64 {
    // 1 - draw lies in (0, 1]: it has a logarithm.
    libm::sqrt(-2.0 * libm::log(1.0 - draw)) * libm::cos(std::f64::consts::TAU * turn)
}

fn micros(length: Duration) -> f64 {
    length.as_micros() as f64
}

/// Of the standard normal distribution, one in a hundred lies above.
const Z_99: f64 = 2.326_347_874_040_841;

#[cfg(test)]
mod tests {
    use doublure_scenarios::Quantiles;
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn uniform() -> Delay {
        Delay {
            spread: Spread::Uniform {
                from: SECOND,
                to: 3 * SECOND,
            },
            at_most: None,
        }
    }

    fn normal() -> Delay {
        Delay {
            spread: Spread::Normal {
                mean: 2 * SECOND,
                sd: SECOND / 2,
            },
            at_most: None,
        }
    }

    fn table() -> Delay {
        let rows = vec![
            (50_000, SECOND / 5),
            (90_000, SECOND),
            (100_000, 8 * SECOND),
        ];
        Spread::Empirical(Quantiles::new(rows).unwrap()).into()
    }

    fn log_normal() -> Delay {
        Delay {
            spread: Spread::LogNormal {
                median: SECOND / 5,
                p99: 4 * SECOND,
            },
            at_most: None,
        }
    }

    /// So many draws, shortest first.
    fn sorted(delay: Delay, count: u64) -> Vec<Duration> {
        let dice = Dice::new(3, "spread");
        let mut all: Vec<_> = (0..count)
            .map(|ordinal| drawn(&delay, &dice, "late", Fingerprint(1), ordinal))
            .collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn delays_are_frozen() {
        let dice = Dice::new(1, "default");

        let golden = [uniform(), normal(), log_normal(), table()].map(|delay| {
            [0, 1, 2].map(|ordinal| drawn(&delay, &dice, "late", Fingerprint(7), ordinal))
        });

        insta::assert_debug_snapshot!(golden);
    }

    #[test]
    fn a_uniform_delay_fills_its_range() {
        let all = sorted(uniform(), 10_000);

        assert!(all[0] >= SECOND && all[0] < SECOND * 101 / 100);
        assert!(all[9_999] < 3 * SECOND && all[9_999] > SECOND * 299 / 100);
        assert!(all[5_000].abs_diff(2 * SECOND) < SECOND / 20);
    }

    #[test]
    fn a_normal_delay_lies_around_its_mean() {
        let all = sorted(normal(), 10_000);

        assert!(all[5_000].abs_diff(2 * SECOND) < SECOND / 40);
        // Phi(1) = 0.8413: one deviation above the mean.
        assert!(all[8_413].abs_diff(SECOND * 5 / 2) < SECOND / 20);
    }

    #[test]
    fn half_the_log_normal_delays_are_shorter_than_the_median_and_one_in_a_hundred_longer_than_p99()
    {
        let all = sorted(log_normal(), 20_000);

        assert!(all[10_000].abs_diff(SECOND / 5) < SECOND / 50);
        assert!(all[19_800].abs_diff(4 * SECOND) < SECOND / 2);
    }

    #[test]
    fn delays_of_a_table_are_spread_as_it_says() {
        let all = sorted(table(), 10_000);

        assert_eq!(all[0], SECOND / 5);
        assert_eq!(all[4_000], SECOND / 5);
        // Half way between the rows of 50 and 90 %.
        assert!(all[7_000].abs_diff(SECOND * 3 / 5) < SECOND / 20);
        assert!(all[9_999] > 7 * SECOND && all[9_999] <= 8 * SECOND);
    }

    #[test]
    fn the_gaps_of_a_drip_differ_and_are_the_same_from_the_same_seed() {
        let drip = |seed| Drip {
            seed,
            ..Drip::bytewise(uniform())
        };
        let gaps = |seed| [1, 2, 3].map(|nth| gap(&drip(seed), nth));

        assert_eq!(gaps(1), gaps(1));
        assert_ne!(gaps(1), gaps(2));
        assert_ne!(gaps(1)[0], gaps(1)[1]);
    }

    #[test]
    fn what_is_drawn_below_nothing_is_nothing() {
        let often_below = Delay {
            spread: Spread::Normal {
                mean: Duration::ZERO,
                sd: SECOND,
            },
            at_most: None,
        };

        let all = sorted(often_below, 1_000);

        assert_eq!(all[0], Duration::ZERO);
        assert!(all[999] > 2 * SECOND);
    }

    proptest! {
        #[test]
        fn no_delay_exceeds_its_bound_and_each_is_in_whole_microseconds(
            seed: u64,
            median in 1_u64..100_000,
            beyond in 1_u64..100_000,
            at_most in 1_u64..200_000,
        ) {
            let delay = Delay {
                spread: Spread::LogNormal {
                    median: Duration::from_millis(median),
                    p99: Duration::from_millis(median + beyond),
                },
                at_most: Some(Duration::from_millis(at_most)),
            };

            let drawn = drawn(&delay, &Dice::new(seed, "s"), "late", Fingerprint(seed), 0);

            prop_assert!(drawn <= Duration::from_millis(at_most));
            prop_assert_eq!(drawn.subsec_nanos() % 1_000, 0);
        }
    }
}
