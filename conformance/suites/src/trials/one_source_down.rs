//! An aggregate of which the lesser source is down.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Answer, Effect};

use super::{AGGREGATE, Trial, fault, names, operation};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::ONE_SOURCE_DOWN,
    about: "Asks for an aggregate of INSEE and Infogreffe while Infogreffe answers 503.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let ask = Cast::new(bench.seed()).ask(&*operation(AGGREGATE)?)?;
        let down = Effect::Answer(Answer {
            status: 503,
            ..Answer::default()
        });
        let entity = ask.entity.clone().unwrap_or_default();
        bench
            .play(vec![fault("down", "infogreffe", "extrait", &entity, down)])
            .await?;
        bench.probe(ask).await?;
        Ok(())
    })
}
