//! The same call twice at once.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Fault};

use super::{COMPANY, Trial, fault, late_providers, names, operation};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::SAME_CALL_TWICE,
    about: "Makes the same call again while INSEE takes half the deadline for the first.",
    capture: CaptureLevel::Heads,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let ask = Cast::new(bench.seed()).ask(&*operation(COMPANY)?)?;
        let deadline = bench
            .profile()
            .gateway
            .deadline(COMPANY)
            .unwrap_or_default();
        let entity = ask.entity.clone().unwrap_or_default();
        let slow = Fault {
            delay: (deadline / 2).into(),
            ..fault("slow", "insee", "unite-legale", &entity, Effect::Pass)
        };
        bench.play(vec![slow]).await?;
        let first = bench.spawn(ask.clone());
        bench.provider_was_asked(&entity).await?;
        bench.probe(ask).await?;
        late_providers::until_answered(bench, vec![first], &STEPS).await
    })
}

/// In tenths of the deadline.
const STEPS: [u32; 2] = [5, 5];
