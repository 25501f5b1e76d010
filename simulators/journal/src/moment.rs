//! A point in time, to the microsecond.

use std::{
    borrow::Cow,
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    time::Duration,
};

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A point in time: whole microseconds since 1970-01-01T00:00:00Z.
///
/// Nothing here reads the time; moments come from a session's clock. Written
/// and read as RFC 3339 in UTC with six digits of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    /// The moment so many microseconds after the epoch.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The moment so many seconds after the epoch.
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn unix_seconds(self) -> u64 {
        self.0 / MICROS_PER_SECOND
    }

    /// Whole seconds since the epoch, rounded up.
    pub const fn unix_seconds_up(self) -> u64 {
        self.0.div_ceil(MICROS_PER_SECOND)
    }

    /// The time that passed since `earlier`; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "A point in time, in UTC, to the microsecond.",
        })
    }
}

/// Fractions of a microsecond are rounded up, so that nothing is due early.
impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_nanos().div_ceil(1_000)).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

/// Fractions of a microsecond are rounded down; stops at the epoch.
impl Sub<Duration> for Moment {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(micros))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = i64::try_from(self.0).unwrap_or(i64::MAX);
        match Timestamp::from_microsecond(micros) {
            Ok(timestamp) => write!(f, "{timestamp:.6}"),
            // Past the year 9999 there is no RFC 3339.
            Err(_) => write!(f, "+{}s", self.unix_seconds()),
        }
    }
}

/// Reads RFC 3339, as `2026-01-15T10:00:00Z` or `2026-01-15T11:00:00+01:00`.
impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let refused = || NotAMoment(text.to_owned());
        let timestamp: Timestamp = text.parse().map_err(|_| refused())?;
        let micros = u64::try_from(timestamp.as_microsecond()).map_err(|_| refused())?;
        Ok(Self(micros))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A text that is no moment: not RFC 3339, or before 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAMoment(String);

impl fmt::Display for NotAMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no instant: write it as 2026-01-15T10:00:00Z, not before 1970",
            self.0
        )
    }
}

impl std::error::Error for NotAMoment {}

const MICROS_PER_SECOND: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_moment_is_written_in_utc_with_six_digits() {
        let moment = Moment::from_unix_seconds(1_768_471_200) + Duration::from_micros(42);

        assert_eq!(moment.to_string(), "2026-01-15T10:00:00.000042Z");
    }

    #[test]
    fn an_offset_is_read_and_turned_into_utc() {
        let moment: Moment = "2026-01-15T11:00:00+01:00".parse().unwrap();

        assert_eq!(moment, Moment::from_unix_seconds(1_768_471_200));
    }

    #[test]
    fn a_text_that_is_no_instant_is_refused_with_an_example() {
        let refusal = "yesterday".parse::<Moment>().unwrap_err().to_string();

        assert!(refusal.contains("`yesterday`") && refusal.contains("2026-01-15T10:00:00Z"));
    }

    #[test]
    fn adding_rounds_up_so_that_nothing_is_due_early() {
        let start = Moment::from_micros(10);

        assert_eq!(start + Duration::from_nanos(1), Moment::from_micros(11));
        assert_eq!(start - Duration::from_nanos(1), start);
    }

    #[test]
    fn seconds_round_down_and_up() {
        let just_after = Moment::from_micros(2_000_001);

        assert_eq!(just_after.unix_seconds(), 2);
        assert_eq!(just_after.unix_seconds_up(), 3);
        assert_eq!(Moment::from_unix_seconds(2).unix_seconds_up(), 2);
    }

    proptest! {
        #[test]
        fn every_moment_of_this_millennium_survives_being_written_and_read(micros in 0..32_503_680_000_000_000_u64) {
            let moment = Moment::from_micros(micros);
            let read: Moment = moment.to_string().parse().unwrap();
            prop_assert_eq!(read, moment);
        }
    }
}
