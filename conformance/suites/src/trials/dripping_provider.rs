//! A provider that sends a byte now and then.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Drip, Effect, WireFault};

use super::{COMPANY, Trial, fault, late_providers, names, operation};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::DRIPPING_PROVIDER,
    about: "INSEE answers about a company, a byte at a time, ten of them within the deadline.",
    capture: CaptureLevel::Full,
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
        let drip = Effect::Wire(WireFault::Drip(Drip::bytewise(deadline / 10)));
        bench
            .play(vec![fault("drips", "insee", "unite-legale", &entity, drip)])
            .await?;
        let call = bench.spawn(ask);
        bench.provider_was_asked(&entity).await?;
        late_providers::until_answered(bench, call, &STEPS).await
    })
}

/// In tenths of the deadline: an answer is told at the end of the step it came in, a sound one at the end of the first.
const STEPS: [u32; 4] = [10, 1, 4, 20];
