//! A moment as HTTP writes it.

use std::sync::Mutex;

use doublure_journal::Moment;
use http::HeaderValue;

use crate::lock::locked;

/// A moment in the form of the header `Date`: `Thu, 15 Jan 2026 10:00:00 GMT`.
pub fn imf_fixdate(moment: Moment) -> String {
    let seconds = moment.unix_seconds();
    let (days, of_day) = (seconds / SECONDS_A_DAY, seconds % SECONDS_A_DAY);
    let (year, month, day) = civil(days);
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
        DAYS[usize::try_from(days % 7).unwrap_or_default()],
        MONTHS[month],
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60,
    )
}

/// The header `Date`, written anew once a second.
#[derive(Debug, Default)]
pub(crate) struct DateHeader {
    last: Mutex<Option<(u64, HeaderValue)>>,
}

impl DateHeader {
    pub(crate) fn at(&self, moment: Moment) -> HeaderValue {
        let second = moment.unix_seconds();
        let mut last = locked(&self.last);
        match &*last {
            Some((known, value)) if *known == second => value.clone(),
            _ => {
                let value =
                    HeaderValue::try_from(imf_fixdate(moment)).expect("a date is visible ASCII");
                *last = Some((second, value.clone()));
                value
            }
        }
    }
}

/// Year, month (from 0) and day (from 1) of a day after the epoch, by counting eras of 400 years
/// that begin on 1 March.
fn civil(days: u64) -> (u64, usize, u64) {
    let shifted = days + DAYS_FROM_MARCH_0000;
    let (era, of_era) = (shifted / DAYS_AN_ERA, shifted % DAYS_AN_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12;
    let year = 400 * era + year_of_era + u64::from(month < 2);
    (year, usize::try_from(month).unwrap_or_default(), day)
}

const SECONDS_A_DAY: u64 = 86_400;
const DAYS_AN_ERA: u64 = 146_097;
const DAYS_FROM_MARCH_0000: u64 = 719_468;
// 1 January 1970 was a Thursday.
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_moment_is_written_as_http_wants_it() {
        let written = |instant: &str| imf_fixdate(instant.parse().unwrap());

        assert_eq!(
            written("2026-01-15T10:00:00Z"),
            "Thu, 15 Jan 2026 10:00:00 GMT"
        );
        assert_eq!(
            written("1994-11-06T08:49:37Z"),
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
        assert_eq!(
            written("2024-02-29T23:59:59Z"),
            "Thu, 29 Feb 2024 23:59:59 GMT"
        );
        assert_eq!(
            written("1970-01-01T00:00:00Z"),
            "Thu, 01 Jan 1970 00:00:00 GMT"
        );
        assert_eq!(
            written("2000-12-31T00:00:00Z"),
            "Sun, 31 Dec 2000 00:00:00 GMT"
        );
    }

    #[test]
    fn the_header_follows_the_seconds() {
        let header = DateHeader::default();

        let first = header.at(Moment::from_unix_seconds(0));
        let again = header.at(Moment::from_micros(999_999));
        let next = header.at(Moment::from_unix_seconds(1));

        assert_eq!(first, again);
        assert_eq!(next, "Thu, 01 Jan 1970 00:00:01 GMT");
    }

    proptest! {
        #[test]
        fn the_date_is_the_one_that_rfc_3339_gives(seconds in 0..253_402_300_800_u64) {
            let moment = Moment::from_unix_seconds(seconds);
            let rfc_3339 = moment.to_string();

            let written = imf_fixdate(moment);

            let month = MONTHS[rfc_3339[5..7].parse::<usize>().unwrap() - 1];
            let expected = format!("{} {month} {} {} GMT", &rfc_3339[8..10], &rfc_3339[..4], &rfc_3339[11..19]);
            prop_assert_eq!(&written[5..], expected);
        }
    }
}
