//! Times at which a fault strikes: a window of instants, hours of every day.

use std::{fmt, sync::LazyLock};

use jiff::{Timestamp, civil::Time, tz::TimeZone};

/// Instants of the session's clock: `from` is within, `to` no longer. At least one of them is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant within; none: ever before.
    pub from: Option<Timestamp>,
    /// The first instant no longer within; none: ever after.
    pub to: Option<Timestamp>,
}

/// Hours of every day as clocks in Paris show them: `22:04-22:08`. The first minute is within, the last no longer.
///
/// Where the end comes before the start, they go on past midnight: `23:00-01:00`. An hour that summer time skips is
/// not struck that day, one that it repeats is struck twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    from: Time,
    to: Time,
}

impl Window {
    /// Whether it holds so many microseconds after the epoch.
    pub fn holds(&self, micros: u64) -> bool {
        let now = instant(micros);
        self.from.is_none_or(|from| from <= now) && self.to.is_none_or(|to| now < to)
    }

    /// The next moment, in microseconds after the epoch, at which it begins or ends; none: there is none.
    pub fn next_change(&self, micros: u64) -> Option<u64> {
        let now = instant(micros);
        let ends = [self.from, self.to].into_iter().flatten();
        ends.filter(|end| now < *end).min().and_then(micros_of)
    }

    /// Whether these hours come at all within it.
    pub(crate) fn meets(&self, hours: &Hours) -> bool {
        let (Some(from), Some(to)) = (self.from, self.to) else {
            return true;
        };
        // Hours begin and end with a minute, and are back after two days even where one skips them.
        let first = from.as_second();
        let last = to.as_second().min(first + 2 * 86_400);
        let minutes = (first / 60 * 60 + 60..last).step_by(60);
        std::iter::once(first)
            .chain(minutes)
            .filter_map(|second| Timestamp::from_second(second).ok())
            .any(|instant| hours.hold_at(instant))
    }
}

impl Hours {
    /// Reads `HH:MM-HH:MM`.
    ///
    /// # Errors
    /// Anything else, with what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read = |time: &str| Time::strptime("%H:%M", time.trim()).ok();
        let Some((Some(from), Some(to))) = text
            .split_once('-')
            .map(|(from, to)| (read(from), read(to)))
        else {
            return Err(format!(
                "`{text}` are no hours of a day: write them as `\"22:04-22:08\"`, in Paris time"
            ));
        };
        if from == to {
            return Err(format!(
                "`{text}` ends where it begins: give hours that last, or leave `hours` out to mean all of them"
            ));
        }
        Ok(Self { from, to })
    }

    /// Whether they hold so many microseconds after the epoch.
    pub fn hold(&self, micros: u64) -> bool {
        self.hold_at(instant(micros))
    }

    /// A moment after this, in microseconds after the epoch, up to which they hold throughout or not at all.
    pub fn next_change(&self, micros: u64) -> Option<u64> {
        let now = instant(micros);
        let today = now.to_zoned(PARIS.clone()).date();
        let days = [Some(today), today.tomorrow().ok()];
        let times = days.into_iter().flatten().flat_map(|day| {
            [self.from, self.to].map(|time| PARIS.to_ambiguous_timestamp(day.to_datetime(time)))
        });
        // Where the clocks are changed, they may skip a time of theirs, or show it twice.
        let shown = times.flat_map(|time| [time.earlier().ok(), time.later().ok()]);
        let clocks = PARIS.following(now).next().map(|change| change.timestamp());
        let next = shown.flatten().chain(clocks).filter(|then| now < *then);
        next.min().and_then(micros_of)
    }

    fn hold_at(&self, instant: Timestamp) -> bool {
        let time = instant.to_zoned(PARIS.clone()).time();
        if self.from < self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{}-{}", from.strftime("%H:%M"), to.strftime("%H:%M"))
    }
}

fn micros_of(instant: Timestamp) -> Option<u64> {
    instant.as_microsecond().try_into().ok()
}

fn instant(micros: u64) -> Timestamp {
    i64::try_from(micros)
        .ok()
        .and_then(|micros| Timestamp::from_microsecond(micros).ok())
        .unwrap_or(Timestamp::MAX)
}

static PARIS: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Paris").expect("the time zones are built in"));

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(instant: &str) -> u64 {
        let instant: Timestamp = instant.parse().unwrap();
        instant.as_microsecond().try_into().unwrap()
    }

    fn window(from: &str, to: &str) -> Window {
        Window {
            from: from.parse().ok(),
            to: to.parse().ok(),
        }
    }

    #[test]
    fn a_window_holds_its_first_instant_and_not_its_last() {
        let window = window("2026-01-15T10:00:00Z", "2026-01-15T10:00:05Z");

        let held = [
            "2026-01-15T09:59:59.999999Z",
            "2026-01-15T10:00:00Z",
            "2026-01-15T10:00:04.999999Z",
            "2026-01-15T10:00:05Z",
        ]
        .map(|instant| window.holds(micros(instant)));

        assert_eq!(held, [false, true, true, false]);
    }

    #[test]
    fn a_window_may_be_open_at_one_end() {
        let since = window("2026-01-15T10:00:00Z", "");
        let until = window("", "2026-01-15T10:00:00Z");

        let held = [0, micros("2026-01-15T10:00:00Z"), u64::MAX]
            .map(|micros| (since.holds(micros), until.holds(micros)));

        assert_eq!(held, [(false, true), (true, false), (true, false)]);
    }

    #[test]
    fn hours_are_those_of_paris_in_winter_and_in_summer() {
        let hours = Hours::parse("22:04-22:08").unwrap();

        let held = [
            "2026-01-15T21:03:59Z",
            "2026-01-15T21:04:00Z",
            "2026-01-15T21:08:00Z",
            "2026-07-15T20:04:00Z",
            "2026-07-15T21:04:00Z",
        ]
        .map(|instant| hours.hold(micros(instant)));

        assert_eq!(held, [false, true, false, true, false]);
    }

    #[test]
    fn hours_go_on_past_midnight() {
        let hours = Hours::parse("23:00-01:00").unwrap();

        let held = ["22:30", "23:30", "00:30", "01:00"].map(|paris| {
            let instant: Timestamp = format!("2026-01-15T{paris}+01:00").parse().unwrap();
            hours.hold_at(instant)
        });

        assert_eq!(held, [false, true, true, false]);
    }

    #[test]
    fn hours_that_summer_time_skips_do_not_come_that_day() {
        let skipped = Hours::parse("02:00-03:00").unwrap();
        let day = window("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z");
        let next = window("2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z");

        assert!(!day.meets(&skipped));
        assert!(next.meets(&skipped));
    }

    #[test]
    fn a_window_changes_at_its_ends() {
        let window = window("2026-01-15T10:00:00Z", "2026-01-15T10:00:05Z");
        let ends = ["2026-01-15T10:00:00Z", "2026-01-15T10:00:05Z"].map(micros);

        let next = [0, ends[0] - 1, ends[0], ends[1]].map(|now| window.next_change(now));

        assert_eq!(next, [Some(ends[0]), Some(ends[0]), Some(ends[1]), None]);
    }

    #[test]
    fn hours_hold_throughout_or_not_at_all_up_to_their_next_change() {
        for (text, day) in [
            ("22:04-22:08", "2026-01-15T00:00:00Z"),
            ("23:00-01:00", "2026-07-15T00:00:00Z"),
            // Clocks are put forward, and back.
            ("01:30-02:30", "2026-03-28T12:00:00Z"),
            ("02:15-02:45", "2026-10-24T12:00:00Z"),
        ] {
            let hours = Hours::parse(text).unwrap();
            let start = micros(day);
            let mut next = start;

            for minute in (0..2 * 24 * 60).map(|nth| start + nth * 60_000_000) {
                let before = minute.saturating_sub(1);
                if minute > start && hours.hold(before) != hours.hold(minute) {
                    assert_eq!(hours.next_change(before), Some(minute), "{text}");
                }
                while next <= minute {
                    next = hours.next_change(next).unwrap();
                }
            }
        }
    }

    #[test]
    fn hours_are_written_as_they_are_read() {
        for text in ["22:04-22:08", "00:00-23:59", "23:00-01:00"] {
            assert_eq!(Hours::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_are_no_hours_is_refused_with_an_example() {
        for text in ["", "22:04", "22:04-24:30", "22:04-22:04", "noon-1pm"] {
            let refusal = Hours::parse(text).unwrap_err();

            assert!(refusal.contains(text), "{refusal}");
        }
    }
}
