//! Lengths of time as people write them: `500ms`, `9s`, `1min`, `12h`.

use std::time::Duration;

/// Why a text is no length of time. Its display says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DurationError(String);

/// Reads a whole number and its unit: `ms`, `s`, `min` or `h`; at most [`LONGEST`].
///
/// # Errors
/// Anything else, with what would be right.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let split = text
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim_start());
    if number.is_empty() {
        return refuse(format!("`{text}` is no length of time: {GRAMMAR}"));
    }
    let Some(&(_, milliseconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return refuse(wrong_unit(text, number, unit));
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(milliseconds))
        .map(Duration::from_millis)
        .filter(|duration| *duration <= LONGEST)
        .ok_or_else(|| DurationError(format!("`{text}` is too long: at most {}", write(LONGEST))))
}

/// Writes a length of time in the greatest unit that needs no fraction; what is under a millisecond is dropped.
///
/// Reads back with [`parse`].
pub fn write(duration: Duration) -> String {
    let total = duration.as_millis();
    let whole = UNITS
        .iter()
        .rev()
        .find(|(_, milliseconds)| total != 0 && total.is_multiple_of(u128::from(*milliseconds)));
    match whole {
        Some((unit, milliseconds)) => format!("{}{unit}", total / u128::from(*milliseconds)),
        None => "0s".to_owned(),
    }
}

/// The longest length of time that is read: 366 days, so that no clock ever overflows.
pub const LONGEST: Duration = Duration::from_secs(366 * 86_400);

fn refuse<T>(problem: String) -> Result<T, DurationError> {
    Err(DurationError(problem))
}

fn wrong_unit(text: &str, number: &str, unit: &str) -> String {
    match unit {
        "" => format!("`{text}` has no unit: write `{number}s` for seconds"),
        "m" => format!("`{text}` has no known unit: write `{number}min`, or `{number}ms`"),
        _ if unit.starts_with(['.', ',']) => {
            format!(
                "`{text}` has a fraction: use a smaller unit, such as `500ms` for half a second"
            )
        }
        _ => format!("`{text}` has no known unit: {GRAMMAR}"),
    }
}

/// Each unit and its milliseconds, smallest first.
const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000)];

const GRAMMAR: &str = "write a whole number and its unit, such as `500ms`, `9s`, `1min`, `12h`";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_unit_is_read() {
        for (text, milliseconds) in [
            ("0s", 0),
            ("500ms", 500),
            ("9s", 9_000),
            ("9 s", 9_000),
            ("1min", 60_000),
            ("12h", 43_200_000),
        ] {
            assert_eq!(
                parse(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn the_greatest_unit_without_a_fraction_is_written() {
        let written = [0, 1, 1_000, 1_500, 90_000, 60_000, 43_200_000]
            .map(|milliseconds| write(Duration::from_millis(milliseconds)));

        assert_eq!(written, ["0s", "1ms", "1s", "1500ms", "90s", "1min", "12h"]);
    }

    #[test]
    fn a_refusal_says_what_would_be_right() {
        let refusals = [
            "9",
            "5m",
            "1.5s",
            "soon",
            "",
            "9 days",
            "-1s",
            "99999999999999999999s",
        ]
        .map(|text| parse(text).unwrap_err().to_string())
        .join("\n");

        insta::assert_snapshot!(refusals);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(milliseconds in 0..=31_622_400_000_u64) {
            let duration = Duration::from_millis(milliseconds);

            prop_assert_eq!(parse(&write(duration)), Ok(duration));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = parse(&text);
        }
    }
}
