//! One operation gives answers of all kinds.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Symptom};

use super::{COMPANY, Trial, fault, names, operation};
use crate::{
    Bench, TrialError, cast::Cast, gateway::questions::NO_COMPANY, probe::Ask, runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::ANSWERS_OF_ALL_KINDS,
    about: "Calls one operation well, about a company that nobody knows, about no company at all, without \
            tracing parameters, and while its provider fails.",
    capture: CaptureLevel::Heads,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let operation = operation(COMPANY)?;
        let cast = Cast::new(bench.seed());
        let good = cast.ask(&operation)?;
        let failing = cast.ask(&operation)?;
        let entity = failing.entity.clone().unwrap_or_default();
        let fails = Effect::Symptom(Symptom::InternalError);
        bench
            .play(vec![fault(
                "fails",
                "insee",
                "unite-legale",
                &entity,
                fails,
            )])
            .await?;
        let mut untraced = cast.ask(&operation)?;
        untraced.target = untraced
            .target
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned();
        let mut malformed = cast.ask(&operation)?;
        let entity = malformed.entity.replace(NO_COMPANY.to_owned());
        malformed.target = malformed
            .target
            .replace(&entity.unwrap_or_default(), NO_COMPANY);
        let asks = [
            good.clone(),
            Ask::operation(&operation, cast.nobody()),
            malformed,
            untraced,
            failing,
            good,
            cast.ask(&operation)?,
        ];
        for ask in asks {
            bench.probe(ask).await?;
        }
        Ok(())
    })
}
