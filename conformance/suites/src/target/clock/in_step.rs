//! The clock of a target and that of the session beside it, moved by the same amounts.

use std::time::Duration;

use doublure_control::{Advance, SessionClient};
use tokio::sync::Mutex;

use super::{
    Hook,
    told::{self, NEAR, Told},
};
use crate::{
    TrialError,
    probe::{self, Endpoint},
};

/// The clock of a gateway of somebody else, which runs with the machine's and is moved forward from outside.
///
/// It is moved by whole seconds, so that it stays ahead of the machine's by whole seconds: a `Date` tells by how many.
/// Between the beginning and the end of a move nobody knows what time it is to the target.
#[derive(Debug)]
pub struct ForeignClock {
    hook: Hook,
    endpoint: Endpoint,
    /// Within how long the hook must have answered.
    within: Duration,
    /// How long an answer of the target may take.
    answer: Duration,
    ahead: Mutex<Ahead>,
}

/// By how many seconds a target's clock is ahead of the machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ahead {
    /// Nobody has looked, or a move failed and may have been made or not.
    Unknown,
    By(u64),
}

impl ForeignClock {
    pub(crate) fn new(hook: Hook, endpoint: Endpoint, within: Duration, answer: Duration) -> Self {
        Self {
            hook,
            endpoint,
            within,
            answer,
            ahead: Mutex::new(Ahead::Unknown),
        }
    }

    /// Puts a session that has just begun in step with the target, and both on by so many seconds, by which one sees that
    /// the target's clock does move.
    ///
    /// # Errors
    /// A clock that is not moved, or of which one cannot see that it is; no verdict on the target.
    pub(crate) async fn put_in_step(
        &self,
        session: &SessionClient,
        seconds: u64,
    ) -> Result<(), TrialError> {
        let mut ahead = self.ahead.lock().await;
        let known = match *ahead {
            Ahead::By(known) => known,
            Ahead::Unknown => self.look(session).await?,
        };
        *ahead = Ahead::By(known);
        set_forward(session, known).await?;
        drop(ahead);
        self.advance(session, seconds).await?;
        self.is_in_step(session).await
    }

    /// Moves both by so many seconds. Nothing is under way meanwhile: who moves sees to that.
    ///
    /// # Errors
    /// What the hook answered, where that is no success.
    pub(crate) async fn advance(
        &self,
        session: &SessionClient,
        seconds: u64,
    ) -> Result<(), TrialError> {
        let mut ahead = self.ahead.lock().await;
        let before = std::mem::replace(&mut *ahead, Ahead::Unknown);
        self.hook.advance(seconds, self.within).await?;
        set_forward(session, seconds).await?;
        if let Ahead::By(before) = before {
            *ahead = Ahead::By(before + seconds);
        }
        Ok(())
    }

    /// Whether the target's time is still the session's.
    ///
    /// # Errors
    /// It is not: the hook does not do what it says.
    pub(crate) async fn is_in_step(&self, session: &SessionClient) -> Result<(), TrialError> {
        let told = told::now(&self.endpoint, session, self.answer).await?;
        if told.agrees() {
            return Ok(());
        }
        *self.ahead.lock().await = Ahead::Unknown;
        let Told { date, answered, .. } = told;
        Err(TrialError::Target(format!(
            "the target's clock is not where it was moved to: {} said that it was done, and the Date of an answer is \
             {date} in the place of {answered}. Either nothing is moved, or by something else, or the Date is that of \
             somebody in front of the target",
            self.hook.name()
        )))
    }

    /// By how many seconds the target's clock is ahead of the machine's, by the `Date` of answers until a second begins.
    async fn look(&self, session: &SessionClient) -> Result<u64, TrialError> {
        let first = told::now(&self.endpoint, session, self.answer).await?;
        let (mut least, mut last) = (first.ahead_at_least(), first);
        loop {
            let looked = last.answered.since(first.asked);
            let is_clear = last.date != first.date && whole_seconds(least).is_ok();
            if looked >= LONG_ENOUGH || (looked >= LOOKED && is_clear) {
                break;
            }
            probe::after(PAUSE).await;
            last = told::now(&self.endpoint, session, self.answer).await?;
            least = least.max(last.ahead_at_least());
        }
        if last.date == first.date {
            return Err(TrialError::Target(format!(
                "the target's clock stands still at {}: one that is moved by `gateway.clock` must run on by itself \
                 in between, so that its deadlines pass",
                last.date
            )));
        }
        whole_seconds(least)
    }
}

/// The whole seconds that a clock is ahead by, if it is at least so many milliseconds, and that was looked at while a
/// second began.
fn whole_seconds(least_ms: i64) -> Result<u64, TrialError> {
    let near = i64::try_from(NEAR.as_millis()).unwrap_or_default();
    let up = least_ms.saturating_add(SECOND_MS - 1).div_euclid(SECOND_MS);
    // A clock that is ahead by whole seconds is told to be so less what an answer takes.
    let seconds = if least_ms.rem_euclid(SECOND_MS) <= near && least_ms.rem_euclid(SECOND_MS) > 0 {
        up - 1
    } else {
        up
    };
    let off = (seconds * SECOND_MS - least_ms).abs();
    match u64::try_from(seconds) {
        Ok(seconds) if off <= 2 * near => Ok(seconds),
        Err(_) => Err(TrialError::Target(format!(
            "the target's clock is {} s behind the machine's: it can only be moved forward",
            -seconds
        ))),
        Ok(_) => Err(TrialError::Target(format!(
            "the target's clock is {least_ms} ms ahead of the machine's, by the Date of its answers: it must be ahead by \
             whole seconds, as it is where it is moved by whole seconds"
        ))),
    }
}

async fn set_forward(session: &SessionClient, seconds: u64) -> Result<(), TrialError> {
    let advance = Advance {
        by_ms: seconds * 1_000,
        ..Advance::default()
    };
    session.advance(&advance).await?;
    Ok(())
}

const SECOND_MS: i64 = 1_000;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// A second begins meanwhile.
const LOOKED: Duration = Duration::from_millis(1_100);
/// A clock that runs shows another second by then, also one whose `Date` is a second old, on a busy machine.
const LONG_ENOUGH: Duration = Duration::from_secs(4);

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(least_ms: i64) -> Result<u64, String> {
        whole_seconds(least_ms).map_err(|error| error.to_string())
    }

    #[test]
    fn a_clock_is_ahead_by_the_whole_seconds_that_its_date_comes_near_to() {
        assert_eq!(seconds(-7), Ok(0));
        assert_eq!(seconds(0), Ok(0));
        assert_eq!(seconds(3_599_980), Ok(3_600));
        assert_eq!(seconds(3_600_040), Ok(3_600));
    }

    #[test]
    fn a_clock_that_is_not_ahead_by_whole_seconds_is_told_as_what_it_is() {
        assert!(seconds(500).unwrap_err().contains("500 ms ahead"));
        assert!(seconds(-60_000).unwrap_err().contains("60 s behind"));
    }
}
