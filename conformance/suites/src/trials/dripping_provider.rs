//! A provider that sends a byte now and then.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Drip, Effect, WireFault};

use super::{COMPANY, Trial, fault, late_providers, names, operation};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::DRIPPING_PROVIDER,
    about: "INSEE answers about a company, a byte at a time, ten of them within the deadline; and about another one \
            in pieces, the head of its answer with the first, each well before the deadline that counts from the last.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let (operation, cast) = (operation(COMPANY)?, Cast::new(bench.seed()));
        let asks = [cast.ask(&operation)?, cast.ask(&operation)?];
        let deadline = bench
            .profile()
            .gateway
            .deadline(COMPANY)
            .unwrap_or_default();
        let in_pieces = Drip {
            bytes: PIECE,
            ..Drip::bytewise(deadline * 6 / 10)
        };
        let drips = [
            ("drips", Drip::bytewise(deadline / 10)),
            ("drips-in-pieces", in_pieces),
        ];
        let entities = asks.clone().map(|ask| ask.entity.unwrap_or_default());
        let faults = drips
            .into_iter()
            .zip(&entities)
            .map(|((name, drip), entity)| {
                let drip = Effect::Wire(WireFault::Drip(drip));
                fault(name, "insee", "unite-legale", entity, drip)
            });
        bench.play(faults.collect()).await?;
        let calls = asks.map(|ask| bench.spawn(ask));
        for entity in &entities {
            bench.provider_was_asked(entity).await?;
        }
        late_providers::until_answered(bench, Vec::from(calls), &STEPS).await
    })
}

/// Bytes: longer than the head of an answer, and so short that what is left of it takes longer than the deadline.
const PIECE: u64 = 300;
/// In tenths of the deadline: an answer is told at the end of the step it came in, a sound one at the end of the first.
const STEPS: [u32; 4] = [10, 1, 4, 20];
