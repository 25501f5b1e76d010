//! How a gateway may say what a provider says: its documented conversions, by the table and by nothing else.

use doublure_journal::Moment;
use serde_json::Value;

/// How a value is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// As it stands, but for letter case and runs of spaces.
    Same,
    /// The same, where the provider says anything; else it may come from elsewhere.
    Said,
    /// True where it is this text.
    Is(&'static str),
    /// True where it begins so.
    Begins(&'static str),
    /// Where it is the first of these, the second; anything else where it is not.
    As(&'static str, &'static str),
    /// A day, as a day or as the Unix second at which it begins in France or in UTC.
    Day,
    /// The month of a day.
    Month,
    /// A number, however it is written; null where the provider has no number.
    Number,
    /// A year; 0 is none.
    Year,
    /// A number of thousands.
    Thousands,
    /// Behind this text.
    After(&'static str),
    /// Its letters and digits.
    Letters,
    /// The digits of a telephone; nothing but zeros is none.
    Telephone,
}

impl How {
    /// Reads a cell of the table.
    pub(super) fn parse(cell: &'static str) -> Option<Self> {
        Some(match cell.split_once(' ').unwrap_or((cell, "")) {
            ("same", "") => Self::Same,
            ("said", "") => Self::Said,
            ("is", wanted) => Self::Is(wanted),
            ("begins", start) => Self::Begins(start),
            ("as", pair) => pair
                .split_once(' ')
                .map(|(theirs, ours)| Self::As(theirs, ours))?,
            ("day", "") => Self::Day,
            ("month", "") => Self::Month,
            ("number", "") => Self::Number,
            ("year", "") => Self::Year,
            ("thousands", "") => Self::Thousands,
            ("after", first) => Self::After(first),
            ("telephone", "") => Self::Telephone,
            ("letters", "") => Self::Letters,
            _ => return None,
        })
    }

    /// Whether a gateway repeats a provider so.
    pub(super) fn repeats(self, theirs: &Value, ours: &Value) -> bool {
        if is_empty(theirs) {
            return is_empty(ours) || self == Self::Said;
        }
        match self {
            Self::Same | Self::Said => plain(theirs) == plain(ours),
            Self::Is(wanted) => ours.as_bool() == Some(text(theirs) == wanted),
            Self::Begins(start) => ours.as_bool() == Some(text(theirs).starts_with(start)),
            Self::As(one, other) => {
                (text(theirs) == one) == (text(ours) == other) && !is_empty(ours)
            }
            Self::Day => match Day::read(theirs) {
                Some(day) => day.is_said_by(ours),
                None => is_empty(ours),
            },
            Self::Month => match Day::read(theirs) {
                Some(day) => text(ours).starts_with(&day.shown[..7]),
                None => is_empty(ours),
            },
            Self::Number => same_number(number(theirs), ours),
            Self::Year => same_number(number(theirs).filter(|year| *year > 0.0), ours),
            Self::Thousands => {
                same_number(number(theirs).map(|thousands| thousands * 1_000.0), ours)
            }
            Self::After(first) => {
                plain(ours) == format!("{}{}", first.to_lowercase(), plain(theirs))
            }
            Self::Telephone if letters(theirs).bytes().all(|digit| digit == b'0') => is_empty(ours),
            Self::Letters | Self::Telephone => letters(theirs) == letters(ours),
        }
    }
}

/// Whether a value says nothing.
pub(super) fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// A day as a provider writes it.
struct Day {
    /// As `1998-07-12`.
    shown: String,
    /// The Unix second at which it begins in UTC.
    begins: i64,
    /// How far within it a moment lies that is said with it, in seconds.
    clock: i64,
    /// How far east of UTC that clock stands, in seconds; none: it does not say.
    offset: Option<i64>,
}

impl Day {
    fn read(value: &Value) -> Option<Self> {
        if let Some(second) = value.as_i64() {
            return Some(Self::of_second(second));
        }
        let text = value.as_str()?.trim();
        let (shown, rest) = match text.split(['/', '-']).collect::<Vec<_>>()[..] {
            [day, month, year] if year.len() == 4 => (format!("{year}-{month}-{day}"), ""),
            [whole] if whole.len() == 8 => {
                let (year, day) = whole.split_at_checked(4)?;
                (format!("{year}-{}-{}", day.get(..2)?, day.get(2..)?), "")
            }
            _ => (text.get(..10)?.to_owned(), text.get(10..)?),
        };
        let clock = rest.strip_prefix('T').and_then(|time| time.get(..8));
        Some(Self {
            begins: civil(&shown)? * DAY,
            shown,
            clock: clock.and_then(seconds).unwrap_or(0),
            offset: clock.and_then(|_| offset(rest.get(9..)?)),
        })
    }

    /// The day that a Unix second falls into in France, or that begins with it in UTC.
    fn of_second(second: i64) -> Self {
        let mut shown = EAST.into_iter().map(|east| second + east);
        let begins = shown.find(|second| second % DAY == 0);
        let begins = begins.unwrap_or(second + EAST[0]);
        Self {
            shown: day_of(begins.div_euclid(DAY)),
            begins: begins.div_euclid(DAY) * DAY,
            clock: 0,
            offset: None,
        }
    }

    fn is_said_by(&self, value: &Value) -> bool {
        let Some(second) = value.as_i64() else {
            return text(value).starts_with(&self.shown);
        };
        let moment = self.begins + self.clock;
        let in_some_clock = |shown: i64| EAST.into_iter().any(|east| shown - east == second);
        in_some_clock(self.begins)
            || match self.offset {
                Some(east) => moment - east == second,
                None => in_some_clock(moment),
            }
    }
}

/// Days from the epoch to a day that is written as `1998-07-12`; none where it is none, or lies before all registers.
fn civil(shown: &str) -> Option<i64> {
    let numbers: Vec<i64> = shown
        .split('-')
        .map_while(|part| part.parse().ok())
        .collect();
    let [year @ 1800..=9999, month @ 1..=12, day @ 1..=31] = numbers[..] else {
        return None;
    };
    // Years begin in March, so that a leap day is the last of its year.
    let (year, month) = (year - i64::from(month < 3), (month + 9) % 12);
    let of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + of_year - BEFORE_THE_EPOCH)
}

/// The day that so many days from the epoch are.
fn day_of(days: i64) -> String {
    let moment = Moment::from_unix_seconds(u64::try_from(days * DAY).unwrap_or(0));
    moment.to_string().chars().take(10).collect()
}

/// What `08:30:00` says, in seconds.
fn seconds(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    Some((parts.next()?? * 60 + parts.next()??) * 60 + parts.next()??)
}

/// What `+01:00`, perhaps behind a part of a second, or `Z` says, in seconds.
fn offset(text: &str) -> Option<i64> {
    let text = text.trim_start_matches(|part: char| part == '.' || part.is_ascii_digit());
    if text == "Z" {
        return Some(0);
    }
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let east = hours.parse::<i64>().ok()? * 3_600 + minutes.parse::<i64>().ok()? * 60;
    Some(if text.starts_with('-') { -east } else { east })
}

/// A value as it counts: without letter case and runs of spaces.
fn plain(value: &Value) -> String {
    let words: Vec<String> = text(value)
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

fn letters(value: &Value) -> String {
    let text = text(value).to_lowercase();
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

fn text(value: &Value) -> String {
    let said = value.as_str().map(str::to_owned);
    said.unwrap_or_else(|| value.to_string())
}

fn number(value: &Value) -> Option<f64> {
    let said = text(value).replace(',', ".");
    said.trim().trim_end_matches('%').parse().ok()
}

fn same_number(theirs: Option<f64>, ours: &Value) -> bool {
    match (theirs, number(ours)) {
        (None, _) => is_empty(ours),
        (Some(theirs), Some(ours)) => (theirs - ours).abs() <= theirs.abs() * AS_FLOATS_DIFFER,
        (Some(_), None) => false,
    }
}

const DAY: i64 = 86_400;
/// Days from the first of March of year 0 to the epoch.
const BEFORE_THE_EPOCH: i64 = 719_468;
/// How far east of UTC clocks stand that days are told by: in winter, in summer, in UTC itself, and in Paris before
/// it kept the time of others.
const EAST: [i64; 4] = [3_600, 7_200, 0, 561];
const AS_FLOATS_DIFFER: f64 = 1e-12;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_is_told_in_words_or_as_the_second_it_begins_at() {
        let day = |theirs: &str, ours: Value| How::Day.repeats(&json!(theirs), &ours);

        for theirs in [
            "1998-03-01",
            "01/03/1998",
            "19980301",
            "1998-03-01T00:00:00+01:00",
        ] {
            assert!(day(theirs, json!("1998-03-01")), "{theirs}");
            assert!(day(theirs, json!(888_706_800)), "{theirs}");
            assert!(!day(theirs, json!("1998-02-28")), "{theirs}");
            assert!(!day(theirs, json!(888_706_800 - 86_400)), "{theirs}");
        }
        assert!(!day("1998-03-01", json!(888_706_800 - 3 * 3_600)));
        assert!(day("2024-05-30T08:30:00", json!(1_717_057_800 - 7_200)));
        assert!(day("1960-01-01", json!(-315_622_800)));
        assert!(!day("1960-01-01", json!(-315_622_800 + 86_400)));
    }

    #[test]
    fn a_second_at_which_a_day_begins_in_france_is_that_day() {
        let of_second = |theirs: u64, ours: &str| How::Day.repeats(&json!(theirs), &json!(ours));

        assert!(of_second(1_743_544_800, "2025-04-02"));
        assert!(!of_second(1_743_544_800, "2025-04-01"));
        assert!(of_second(1_737_327_600, "2025-01-20"));
        assert!(of_second(1_737_806_400, "2025-01-25"));
    }

    #[test]
    fn what_is_no_day_or_no_number_is_nothing() {
        assert!(How::Day.repeats(&json!("0001-01-01"), &json!(null)));
        assert!(How::Number.repeats(&json!("NC"), &json!(null)));
        assert!(!How::Number.repeats(&json!("NC"), &json!(0)));
        assert!(How::Year.repeats(&json!("0   "), &json!(null)));
        assert!(How::Same.repeats(&json!(" "), &json!(null)));
    }

    #[test]
    fn a_number_may_be_written_otherwise_and_not_be_rounded() {
        assert!(How::Number.repeats(&json!("1000.00"), &json!(1000)));
        assert!(How::Number.repeats(&json!("-7,02%"), &json!(-7.02)));
        assert!(!How::Number.repeats(&json!("7.83"), &json!(8)));
        assert!(How::Thousands.repeats(&json!("519"), &json!("519000")));
    }

    #[test]
    fn letters_prefixes_months_and_flags_have_ways_of_their_own() {
        assert!(How::Telephone.repeats(&json!("01 99 00"), &json!("019900")));
        assert!(How::Telephone.repeats(&json!("0000"), &json!(null)));
        assert!(How::Said.repeats(&json!(null), &json!("PIERRE COSTE")));
        assert!(!How::Said.repeats(&json!("A"), &json!("B")));
        assert!(How::Letters.repeats(&json!("56.10A"), &json!("5610A")));
        assert!(How::After("FR").repeats(&json!("66852098458"), &json!("FR66852098458")));
        assert!(How::Month.repeats(&json!("1997-12-28"), &json!("1997-12")));
        assert!(How::Is("O").repeats(&json!("O"), &json!(true)));
        assert!(!How::Is("O").repeats(&json!("P"), &json!(true)));
        assert!(How::Same.repeats(&json!("True"), &json!(true)));
        assert!(How::Begins("00").repeats(&json!("00 Compte"), &json!(true)));
        assert!(How::As("O", "up_to_date").repeats(&json!("O"), &json!("up_to_date")));
        assert!(!How::As("O", "up_to_date").repeats(&json!("N"), &json!("up_to_date")));
    }

    #[test]
    fn accents_count_and_letter_case_does_not() {
        assert!(How::Same.repeats(&json!("ÉLÉONORE  ŒUVRE"), &json!("Éléonore œuvre")));
        assert!(!How::Same.repeats(&json!("Éléonore"), &json!("Eleonore")));
    }

    #[test]
    fn a_cell_that_says_nothing_known_is_refused() {
        assert_eq!(
            How::parse("as O up_to_date"),
            Some(How::As("O", "up_to_date"))
        );
        assert_eq!(How::parse("is O"), Some(How::Is("O")));
        assert_eq!(How::parse("as-it-likes"), None);
    }
}
