//! Days as the gateway writes them: Unix seconds of midnight in Paris, or `1998-07-12`.

use std::sync::LazyLock;

use doublure_journal::Moment;
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// The Unix second at which a day (`1998-07-12`), or a moment of one (`2025-11-03T08:30:00`), begins in Paris.
pub(crate) fn unix_seconds(text: &str) -> Option<i64> {
    let moment: DateTime = text.parse().ok()?;
    let paris = moment.to_zoned(paris()).ok()?;
    Some(paris.timestamp().as_second())
}

/// The day that a register writes in words: `15 JANVIER 2026`.
pub(crate) fn from_words(text: &str) -> Option<Date> {
    let mut words = text.split_whitespace();
    let day = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    let year = words.next()?.parse().ok()?;
    Date::new(year, i8::try_from(month + 1).ok()?, day).ok()
}

/// The day that most in France write: `15/01/2026`.
pub(crate) fn french(text: &str) -> Option<Date> {
    Date::strptime("%d/%m/%Y", text).ok()
}

/// The day in Paris at a Unix second.
pub(crate) fn day_in_paris(unix_seconds: u64) -> Date {
    let second = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
    let moment = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
    moment.to_zoned(paris()).date()
}

/// The moment at which a day in Paris is over.
pub(crate) fn end_in_paris(day: Date) -> Option<Moment> {
    moment_in_paris(day.tomorrow().ok()?.into())
}

/// The moment at which clocks in Paris show this.
pub(crate) fn moment_in_paris(shown: DateTime) -> Option<Moment> {
    let second = shown.to_zoned(paris()).ok()?.timestamp().as_second();
    Some(Moment::from_unix_seconds(u64::try_from(second).ok()?))
}

/// A moment as clocks in Paris show it, with milliseconds and offset: `2026-01-15T11:00:00.000+01:00`.
pub(crate) fn moment_with_offset(moment: Moment) -> String {
    let micros = i64::try_from(moment.as_micros()).unwrap_or(i64::MAX);
    let instant = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX);
    let shown = instant.to_zoned(paris());
    shown.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

/// The time zone of the gateway's clock hands.
pub(crate) fn paris() -> TimeZone {
    static PARIS: LazyLock<TimeZone> =
        LazyLock::new(|| TimeZone::get("Europe/Paris").expect("the time zones are built in"));
    PARIS.clone()
}

const MONTHS: [&str; 12] = [
    "JANVIER",
    "FEVRIER",
    "MARS",
    "AVRIL",
    "MAI",
    "JUIN",
    "JUILLET",
    "AOUT",
    "SEPTEMBRE",
    "OCTOBRE",
    "NOVEMBRE",
    "DECEMBRE",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_paris_in_winter_and_in_summer() {
        // As in the official samples.
        assert_eq!(unix_seconds("1986-06-23"), Some(519_861_600));
        assert_eq!(unix_seconds("1955-01-01"), Some(-473_389_200));
        assert_eq!(unix_seconds("2023-02-14T00:00:00"), Some(1_676_329_200));
        assert_eq!(unix_seconds("yesterday"), None);
    }

    #[test]
    fn a_day_in_paris_begins_an_hour_or_two_sooner() {
        // 2026-01-15T23:30:00Z, and the beginning.
        assert_eq!(day_in_paris(1_768_519_800).to_string(), "2026-01-16");
        assert_eq!(day_in_paris(0).to_string(), "1970-01-01");
    }

    #[test]
    fn a_day_in_words_is_read_and_nonsense_is_not() {
        assert_eq!(
            from_words("01 AVRIL 1998")
                .map(|day| day.to_string())
                .as_deref(),
            Some("1998-04-01")
        );
        assert_eq!(from_words("31 FEVRIER 1998"), None);
        assert_eq!(from_words("demain"), None);
    }
}
