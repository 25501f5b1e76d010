//! What the machine did to the harness itself, and what can be said in spite of it.
//!
//! The harness measures its own pauses while a trial runs ([`Event::Stalled`]). What such a pause may have
//! caused is never blamed on the target.

use std::time::Duration;

use doublure_journal::{Event, Failure, Moment};

use crate::{Exchange, History, Verdict};

impl History {
    /// The longest pause of the harness that touched the time between two moments.
    pub fn stalled_between(&self, from: Moment, until: Moment) -> Duration {
        self.stalls(from, until).max().unwrap_or_default()
    }

    /// The longest pause of the harness in the whole trial.
    pub fn longest_stall(&self) -> Duration {
        let stalls = self.entries.iter().filter_map(|entry| match entry.event {
            Event::Stalled { lasted } => Some(lasted),
            _ => None,
        });
        stalls.max().unwrap_or_default()
    }

    /// By how much a duration between two moments may be longer than it was to the target: pauses add up.
    ///
    /// Nothing where the time of the trial is moved by hand: it stands still while the machine does.
    pub fn blur(&self, from: Moment, until: Moment) -> Duration {
        if self.profile.stands_still() {
            return Duration::ZERO;
        }
        self.stalls(from, until).sum()
    }

    /// The pauses of the harness that touched the time between two moments.
    fn stalls(&self, from: Moment, until: Moment) -> impl Iterator<Item = Duration> {
        self.entries
            .iter()
            .filter_map(move |entry| match entry.event {
                Event::Stalled { lasted } => {
                    // What a clock was moved by meanwhile nobody waited for.
                    let later = entry
                        .at
                        .since(until)
                        .saturating_sub(self.moved(until, entry.at));
                    (entry.at >= from && later <= lasted).then_some(lasted)
                }
                _ => None,
            })
    }

    /// By how much the clock was moved between two moments.
    fn moved(&self, from: Moment, until: Moment) -> Duration {
        let moves = self.entries.iter().map(|entry| match entry.event {
            Event::ClockMoved { from: left, to } if left >= from && to <= until => to.since(left),
            _ => Duration::ZERO,
        });
        moves.sum()
    }
}

/// A failure that rests on an answer which did not come while the harness itself stood still does not tell.
pub fn weigh(verdict: Verdict, history: &History) -> Verdict {
    let Verdict::Fail { proof, .. } = &verdict else {
        return verdict;
    };
    let indices: Vec<u64> = proof.indices().collect();
    let hops = [
        doublure_journal::Hop::Client,
        doublure_journal::Hop::Provider,
    ];
    let sent = hops.into_iter().flat_map(|hop| history.sent(hop));
    let blurred = sent
        .filter(|exchange| indices.contains(&exchange.opened.index))
        .filter(Exchange::was_waited_for_in_vain)
        .find_map(|exchange| {
            let until = exchange.ended_at().unwrap_or_else(|| exchange.began_at());
            let stalled = history.stalled_between(exchange.began_at(), until);
            (stalled >= LONG).then(|| (exchange.asked(), stalled))
        });
    match blurred {
        Some((asked, stalled)) => Verdict::inconclusive(format!(
            "the machine paused the harness for {stalled:?} while it waited for {asked}"
        )),
        None => verdict,
    }
}

impl Exchange<'_> {
    /// Whether no answer came for as long as anybody waited.
    fn was_waited_for_in_vain(&self) -> bool {
        matches!(self.failure(), Some(Failure::GaveUp)) || self.ended.is_none()
    }
}

/// A pause that is most of the harness's shortest patience, which is 5 s.
const LONG: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Capability, Outcome, testing::HistoryBuilder};

    fn stalled(told: HistoryBuilder, millis: u64) -> HistoryBuilder {
        told.event(Event::Stalled {
            lasted: Duration::from_millis(millis),
        })
    }

    /// A probe that was given up on after a pause of the harness, and the failure that rests on it.
    fn given_up(pause_ms: u64) -> Verdict {
        let told = HistoryBuilder::gateway().ask("probe", "op", "111");
        let history = stalled(told.wait_ms(5_000), pause_ms)
            .fail("probe", Failure::GaveUp)
            .end();
        let proof = history.sent(doublure_journal::Hop::Client)[0].proof();
        weigh(
            Verdict::fail("no-answer", "200", "silence", proof),
            &history,
        )
    }

    #[test]
    fn a_silence_that_a_long_pause_may_explain_does_not_tell() {
        assert_eq!(given_up(3_000).outcome(), Outcome::Inconclusive);
    }

    #[test]
    fn a_short_pause_explains_no_silence() {
        assert_eq!(given_up(2_999).outcome(), Outcome::Fail);
    }

    #[test]
    fn an_answer_that_came_is_judged_whatever_the_machine_did() {
        let told = HistoryBuilder::gateway().ask("probe", "op", "111");
        let history = stalled(told, 9_000).answer("probe", 502, "{}").end();
        let proof = history.sent(doublure_journal::Hop::Client)[0].proof();

        let verdict = weigh(Verdict::fail("not-200", "200", "502", proof), &history);

        assert_eq!(verdict.outcome(), Outcome::Fail);
    }

    #[test]
    fn a_pause_touches_the_time_it_lasted_and_no_other() {
        let told = HistoryBuilder::gateway().ask("probe", "op", "111");
        let history = stalled(told.wait_ms(3_000), 1_000).end();
        let began = history.entries[0].at;
        let at = |millis| began + Duration::from_millis(millis);

        assert_eq!(history.stalled_between(began, at(1_999)), Duration::ZERO);
        assert_eq!(history.stalled_between(began, at(2_000)).as_millis(), 1_000);
        assert_eq!(
            history.stalled_between(at(3_001), at(4_000)),
            Duration::ZERO
        );
        assert_eq!(history.longest_stall().as_millis(), 1_000);
    }

    #[test]
    fn pauses_blur_together() {
        let told = HistoryBuilder::gateway().ask("probe", "op", "111");
        let history = stalled(stalled(told, 1_000), 2_000).end();
        let at = history.entries[0].at;

        assert_eq!(history.blur(at, at).as_millis(), 3_000);
        assert_eq!(history.stalled_between(at, at).as_millis(), 2_000);
    }

    #[test]
    fn no_pause_blurs_a_clock_that_is_moved_by_hand() {
        let told = HistoryBuilder::gateway().ask("probe", "op", "111");
        let real = stalled(told, 1_000).end();
        let mut by_hand = real.clone();
        by_hand.profile.capabilities.insert(Capability::Clock);
        let at = real.entries[0].at;

        assert_eq!(real.blur(at, at).as_millis(), 1_000);
        assert_eq!(by_hand.blur(at, at), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_runs_on_between_its_moves_is_blurred_and_a_move_hides_no_pause() {
        let told = HistoryBuilder::gateway()
            .ask("probe", "op", "111")
            .answer("probe", 200, "{}");
        let history = told.end();
        let answered = history.entries[1].at;
        let moved = answered + Duration::from_secs(3_600);
        let mut history = stalled(HistoryBuilder::gateway(), 1_000).end();
        history.entries[0].at = moved;
        let mut moving = history.entries[0].clone();
        moving.event = Event::ClockMoved {
            from: answered,
            to: moved,
        };
        history.profile.capabilities.insert(Capability::Clock);
        history.profile.gateway.runs_on = true;
        let unmoved = history.clone();
        history.entries.insert(0, moving);

        assert_eq!(history.blur(answered, answered).as_millis(), 1_000);
        assert_eq!(unmoved.blur(answered, answered), Duration::ZERO);
    }
}
