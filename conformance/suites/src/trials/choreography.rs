//! A run of calls at moments that only its seed knows.

use std::time::Duration;

use doublure_journal::CaptureLevel;

use super::{COMPANY, OTHER_TOKEN, REGISTER, Trial, names, operation, strictest};
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
            bench.probe(ask).await?;
        }
        Ok(())
    })
}

/// Numbers drawn from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    /// The next number below a bound.
    const fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % bound
    }
}

/// Enough to pass the smallest limit in several windows.
const CALLS: u32 = 48;
