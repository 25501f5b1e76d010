//! An aggregate of which nothing, the lesser or the main source is down.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Answer, Effect, Fault};

use super::{AGGREGATE, Trial, fault, names, operation};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::ONE_SOURCE_DOWN,
    about: "Asks for aggregates of INSEE and Infogreffe: all well, Infogreffe answers 503, INSEE does.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let operation = operation(AGGREGATE)?;
        let (whole, lesser, main) = (
            cast.ask(&operation)?,
            cast.ask(&operation)?,
            cast.ask(&operation)?,
        );
        bench
            .play(vec![
                down("lesser-down", "infogreffe", "extrait", &lesser),
                down("main-down", "insee", "unite-legale", &main),
            ])
            .await?;
        for ask in [whole, lesser, main] {
            bench.probe(ask).await?;
        }
        Ok(())
    })
}

fn down(name: &str, provider: &str, call: &str, ask: &Ask) -> Fault {
    let unavailable = Effect::Answer(Answer {
        status: 503,
        ..Answer::default()
    });
    let entity = ask.entity.as_deref().unwrap_or_default();
    fault(name, provider, call, entity, unavailable)
}
