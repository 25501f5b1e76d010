//! Whether the algorithm of an edition, with some phase, explains what some calls of one counter were told.
//!
//! What a call was told shows the whole state of its counter: Reset names the window, Remaining the place in it. A call
//! whose answer is unknown, or left aside, may have been counted within its interval, or not at all. To leave an answer
//! aside therefore never makes an explanation impossible: what contradicts the algorithm in part does so as a whole.

use std::{collections::BTreeMap, ops::RangeInclusive};

use doublure_rules::WindowStart;

/// The algorithm of an edition for one counter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Algorithm {
    pub(super) start: WindowStart,
    /// How long a window lasts, in microseconds.
    pub(super) length: u64,
    /// Calls of a window.
    pub(super) limit: u64,
}

/// A call of one counter. Times are in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// When it may have been counted at the earliest: it was sent then.
    pub(super) from: u64,
    /// At the latest: its answer was there.
    pub(super) until: u64,
    /// None: unknown or left aside.
    pub(super) told: Option<Told>,
}

/// What the answer to a call shows of its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// In Unix seconds.
    pub(super) reset: u64,
    /// Remaining; none beside a refusal.
    pub(super) left: Option<u64>,
}

/// Why no phase explains some answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Contradiction {
    /// A window begins before the last one is over.
    #[error("the window until {reset} must have begun while the one until {before} went on")]
    Overlap { before: u64, reset: u64 },
    /// Two calls were given one place.
    #[error("Remaining {left} was said twice in the window until {reset}")]
    Twice { left: u64, reset: u64 },
    /// A place was taken by no call that was made.
    #[error("no call was made that can have left {left} in the window until {reset}")]
    Nobody { left: u64, reset: u64 },
    /// A call was counted at another time than its place demands.
    #[error(
        "a call that left {left} in the window until {reset} cannot have been counted when it was made"
    )]
    OutOfTurn { left: u64, reset: u64 },
    /// A call was refused while some were left, or when the window was over.
    #[error("a call cannot have been refused in the window until {reset} when it was made")]
    RefusedOutOfTurn { reset: u64 },
}

/// What was told of one window.
struct Window {
    reset: u64,
    /// By place, from 1.
    counted: BTreeMap<u64, Call>,
    refused: Vec<Call>,
}

/// A place of which nothing was told.
struct Open {
    left: u64,
    /// When it can have been taken, by the calls before it and after it.
    from: u64,
    until: u64,
}

impl Algorithm {
    /// Why the algorithm explains these calls of one counter with no phase; none: some phase explains them.
    pub(super) fn contradiction(&self, calls: &[Call]) -> Option<Contradiction> {
        let spare: Vec<Call> = calls.iter().filter(|c| c.told.is_none()).copied().collect();
        // Until then others may have called, which is the phase.
        let ours = calls.iter().map(|call| call.until).min()?;
        let mut before = None;
        for window in self.windows(calls) {
            let window = match window {
                Ok(window) => window,
                Err(twice) => return Some(twice),
            };
            match self.begins(&window, &spare, before, ours) {
                Ok(begins) => before = Some((window.reset, begins + self.length)),
                Err(contradiction) => return Some(contradiction),
            }
        }
        None
    }

    /// The windows that something was told of, in their order.
    fn windows(&self, calls: &[Call]) -> Vec<Result<Window, Contradiction>> {
        let mut by_reset: BTreeMap<u64, Vec<(Call, Option<u64>)>> = BTreeMap::new();
        for call in calls {
            if let Some(Told { reset, left }) = call.told {
                by_reset.entry(reset).or_default().push((*call, left));
            }
        }
        by_reset
            .into_iter()
            .map(|(reset, calls)| self.window(reset, calls))
            .collect()
    }

    fn window(&self, reset: u64, calls: Vec<(Call, Option<u64>)>) -> Result<Window, Contradiction> {
        let (mut counted, mut refused) = (BTreeMap::new(), Vec::new());
        for (call, left) in calls {
            match left {
                None => refused.push(call),
                Some(left) => {
                    let place = self.limit.saturating_sub(left);
                    if counted.insert(place, call).is_some() {
                        return Err(Contradiction::Twice { left, reset });
                    }
                }
            }
        }
        // The earliest first: any order of refusals will do.
        refused.sort_by_key(|call| call.from);
        Ok(Window {
            reset,
            counted,
            refused,
        })
    }

    /// The earliest moment at which a window can have begun. It leaves most to those that follow.
    fn begins(
        &self,
        window: &Window,
        spare: &[Call],
        before: Option<(u64, u64)>,
        ours: u64,
    ) -> Result<u64, Contradiction> {
        let latest = (window.reset * SECOND).saturating_sub(self.length);
        let rounded = match self.start {
            WindowStart::FirstCall => SECOND - 1,
            WindowStart::Aligned => 0,
        };
        let mut earliest = latest.saturating_sub(rounded);
        if let Some((before, over)) = before {
            if over > latest {
                let reset = window.reset;
                return Err(Contradiction::Overlap { before, reset });
            }
            earliest = earliest.max(over);
        }
        let made = window.counted.values().chain(&window.refused).chain(spare);
        // Nothing but a call can hold the beginning back: it opens the window, or comes before its end.
        let mut moments: Vec<u64> = made
            .flat_map(|call| [call.from, (call.from + 1).saturating_sub(self.length)])
            .filter(|moment| (earliest..=latest).contains(moment))
            .chain([earliest])
            .collect();
        moments.sort_unstable();
        moments.dedup();
        let mut why = None;
        for begins in moments {
            let by_others = before.is_none() && begins <= ours;
            match self.carry_out(window, spare, begins, by_others) {
                Ok(()) => return Ok(begins),
                Err(contradiction) => why = Some(contradiction),
            }
        }
        Err(why.unwrap_or(Contradiction::RefusedOutOfTurn {
            reset: window.reset,
        }))
    }

    /// Counts the calls of a window that begins at a moment; spare calls take the places of which nothing was told.
    fn carry_out(
        &self,
        window: &Window,
        spare: &[Call],
        begins: u64,
        by_others: bool,
    ) -> Result<(), Contradiction> {
        let (reset, ends) = (window.reset, begins + self.length);
        let (mut now, mut open) = (begins, Vec::new());
        for place in self.places(window, by_others) {
            let left = self.limit - place;
            let opens = place == 1 && self.start == WindowStart::FirstCall;
            let last = if opens { begins } else { ends - 1 };
            if let Some(call) = window.counted.get(&place) {
                now = call
                    .counted_within(now, last)
                    .ok_or(Contradiction::OutOfTurn { left, reset })?;
                close(&mut open, call.until);
            } else if open.len() < spare.len() {
                open.push(Open {
                    left,
                    from: now,
                    until: last,
                });
            } else {
                return Err(Contradiction::Nobody { left, reset });
            }
        }
        for call in &window.refused {
            call.counted_within(now, ends - 1)
                .ok_or(Contradiction::RefusedOutOfTurn { reset })?;
            close(&mut open, call.until);
        }
        match filled(&open, spare.to_vec()) {
            Ok(()) => Ok(()),
            Err(left) => Err(Contradiction::Nobody { left, reset }),
        }
    }

    /// The places that calls of ours took.
    fn places(&self, window: &Window, by_others: bool) -> RangeInclusive<u64> {
        let mut told = window.counted.keys().copied();
        let first = match by_others {
            true => told.next().unwrap_or(self.limit + 1),
            false => 1,
        };
        let last = match window.refused.is_empty() {
            true => window.counted.keys().next_back().copied(),
            false => None,
        };
        first..=last.unwrap_or(self.limit)
    }
}

impl Call {
    /// The first moment between two at which it can have been counted.
    fn counted_within(&self, first: u64, last: u64) -> Option<u64> {
        let at = self.from.max(first);
        (at <= last && at <= self.until).then_some(at)
    }
}

/// Lets no place be taken after a moment.
fn close(open: &mut [Open], until: u64) {
    for place in open {
        place.until = place.until.min(until);
    }
}

/// Whether spare calls can take all these places; else what the first one left that none can take.
///
/// Each end of a place comes no earlier than that of the place before it, so that the call that is over first goes first.
/// Two calls that got each other's order wrong could as well change places.
fn filled(open: &[Open], mut spare: Vec<Call>) -> Result<(), u64> {
    for place in open {
        let calls = spare.iter().enumerate();
        let (next, _) = calls
            .filter(|(_, call)| call.counted_within(place.from, place.until).is_some())
            .min_by_key(|(_, call)| call.until)
            .ok_or(place.left)?;
        spare.swap_remove(next);
    }
    Ok(())
}

/// In microseconds.
const SECOND: u64 = 1_000_000;

#[cfg(test)]
mod tests;
