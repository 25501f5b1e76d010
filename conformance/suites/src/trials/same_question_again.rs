//! The same question again, once the first was answered.

use std::collections::BTreeMap;

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Symptom};

use super::{COMPANY, Trial, VIGILANCE, fault, names, operation, serves};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::SAME_QUESTION_AGAIN,
    about: "Asks twice, then once more past every cache; asks while INSEE is out of service, and again when it is not.",
    capture: CaptureLevel::Heads,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        for id in [COMPANY, VIGILANCE]
            .into_iter()
            .filter(|id| serves(bench, id))
        {
            let ask = cast.ask(&*operation(id)?)?;
            let past = Ask {
                headers: BTreeMap::from([("Cache-Control".to_owned(), "no-cache".to_owned())]),
                ..ask.clone()
            };
            for ask in [ask.clone(), ask, past] {
                bench.probe(ask).await?;
            }
        }
        let failing = cast.ask(&*operation(COMPANY)?)?;
        let entity = failing.entity.clone().unwrap_or_default();
        let down = Effect::Symptom(Symptom::Unavailable);
        let fault = fault("down", "insee", "unite-legale", &entity, down);
        bench.play(vec![fault]).await?;
        bench.probe(failing.clone()).await?;
        bench.play(Vec::new()).await?;
        bench.probe(failing).await.map(drop)
    })
}
