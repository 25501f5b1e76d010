//! What time it is to a target, by the `Date` of its answers.

use std::time::Duration;

use doublure_control::SessionClient;
use doublure_journal::Moment;

use crate::{
    TrialError,
    probe::{self, Answer, Ask, Endpoint},
};

/// What time an answer said, and between which two moments of ours it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) asked: Moment,
    /// The second that had begun.
    pub(super) date: Moment,
    pub(super) answered: Moment,
}

/// Asks what time it is.
pub(super) async fn now(
    endpoint: &Endpoint,
    session: &SessionClient,
    within: Duration,
) -> Result<Told, TrialError> {
    let ask = Ask {
        target: "/".to_owned(),
        ..Ask::default()
    };
    let asked = session.clock().await?.now;
    let answer = probe::send(endpoint, &ask, None, probe::after(within)).await;
    let answered = session.clock().await?.now;
    let Answer::Whole(seen) = answer else {
        let why = "the target gives no answer by which one would see what time it is to it";
        return Err(TrialError::Target(why.to_owned()));
    };
    let date = seen.header("Date").and_then(moment);
    let date = date.ok_or_else(|| {
        TrialError::Target(
            "the target's answers carry no Date, by which one would see whether its clock was moved"
                .to_owned(),
        )
    })?;
    Ok(Told {
        asked,
        date,
        answered,
    })
}

impl Told {
    /// Whether both clocks may show the same time. A `Date` may be a second old when it is sent.
    pub(super) fn agrees(&self) -> bool {
        self.date + TWO_SECONDS + NEAR > self.asked && self.date <= self.answered + NEAR
    }

    /// By how much the target is ahead at least: a `Date` tells of a second that has begun.
    ///
    /// In milliseconds, below 0 where it may be behind.
    pub(super) fn ahead_at_least(&self) -> i64 {
        millis(self.date) - millis(self.answered)
    }
}

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn moment(date: &str) -> Option<Moment> {
    let words: Vec<&str> = date.split_whitespace().collect();
    let [_, day, month, year, time, "GMT"] = words[..] else {
        return None;
    };
    let month = 1 + MONTHS.iter().position(|known| *known == month)?;
    format!("{year}-{month:02}-{day:0>2}T{time}Z").parse().ok()
}

fn millis(moment: Moment) -> i64 {
    i64::try_from(moment.as_micros() / 1_000).unwrap_or(i64::MAX)
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const TWO_SECONDS: Duration = Duration::from_secs(2);
/// As near as two clocks are held for one.
pub(super) const NEAR: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    fn told(asked: u64, date: u64, answered: u64) -> Told {
        Told {
            asked: Moment::from_micros(asked * 1_000),
            date: Moment::from_micros(date * 1_000),
            answered: Moment::from_micros(answered * 1_000),
        }
    }

    #[test]
    fn a_date_is_read_as_http_writes_it() {
        let read = moment("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();

        assert_eq!(read.to_string(), "1994-11-06T08:49:37.000000Z");
        assert_eq!(moment("yesterday"), None);
        assert_eq!(moment("Sun, 06 Brumaire 1994 08:49:37 GMT"), None);
    }

    #[test]
    fn a_date_that_is_a_second_old_agrees_and_one_that_was_not_moved_does_not() {
        assert!(told(60_300, 60_000, 60_301).agrees());
        assert!(told(61_900, 60_000, 61_901).agrees());
        assert!(!told(62_200, 60_000, 62_201).agrees());
        assert!(!told(60_300, 61_000, 60_301).agrees());
    }

    #[test]
    fn a_clock_is_ahead_by_at_least_what_its_date_is() {
        assert_eq!(told(300, 3_600_000, 310).ahead_at_least(), 3_599_690);
        assert_eq!(told(5_300, 5_000, 5_310).ahead_at_least(), -310);
    }
}
