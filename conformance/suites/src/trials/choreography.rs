//! A run of calls at moments that only its seed knows.

use std::time::Duration;

use doublure_journal::CaptureLevel;

use super::{COMPANY, Chance, OTHER_TOKEN, REGISTER, Trial, names, operation, strictest};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::CHOREOGRAPHY,
    about: "Calls two groups with two tokens at moments drawn from the seed, over several windows.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let Some((strict, _)) = strictest(bench) else {
            return Ok(());
        };
        let (company, register) = (operation(COMPANY)?, operation(REGISTER)?);
        let cast = Cast::new(bench.seed());
        let mut chance = Chance(bench.seed());
        let mut refused = 0;
        for _ in 0..CALLS {
            // Short gaps often, so that limits are reached; long ones at times, so that windows end.
            let gap = match chance.below(8) {
                0 => chance.below(70_000),
                1..=3 => chance.below(5_000),
                _ => 0,
            };
            bench.let_pass(Duration::from_millis(gap)).await?;
            let operation = match chance.below(6) {
                0 => &register,
                1 | 2 => &company,
                _ => &strict,
            };
            let mut ask = Ask::operation(operation, cast.nobody());
            if chance.below(2) == 0 && bench.has_token(OTHER_TOKEN) {
                ask.token = Some(OTHER_TOKEN.to_owned());
            }
            let answer = bench.probe(ask).await?;
            refused += u32::from(answer.status() == Some(429));
            // Where no time passes each refusal is one more that was ignored, and at some number of them a ban is due.
            if !bench.moves_clock() && refused >= MOST_REFUSED {
                break;
            }
        }
        Ok(())
    })
}

/// Enough to pass the smallest limit in several windows.
const CALLS: u32 = 48;
/// A fifth of what may be ignored, since other trials go over limits, too.
const MOST_REFUSED: u32 = 10;
