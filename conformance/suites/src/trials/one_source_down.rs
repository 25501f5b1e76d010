//! An aggregate of which nothing, the lesser, the main or every source is down.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Answer, Effect, Fault, WireFault};

use super::{AGGREGATE, COMPANY, Trial, fault, late_providers, names, operation, serves};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::ONE_SOURCE_DOWN,
    about: "Asks for aggregates of INSEE and Infogreffe: all well, Infogreffe answers 503, speaks nonsense and (where \
            the clock can be moved) not at all, INSEE answers 503, both do; and INSEE alone.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let operation = operation(AGGREGATE)?;
        let mut asks = vec![cast.ask(&operation)?];
        let mut faults = Vec::new();
        for (place, (insee, infogreffe)) in CASES.into_iter().enumerate() {
            let ask = cast.ask(&operation)?;
            faults.extend(insee.map(|then| strikes(place, INSEE, &ask, then())));
            faults.extend(infogreffe.map(|then| strikes(place, INFOGREFFE, &ask, then())));
            asks.push(ask);
        }
        if serves(bench, COMPANY) {
            let alone = cast.ask(&*self::operation(COMPANY)?)?;
            faults.push(strikes(CASES.len(), INSEE, &alone, down()));
            asks.push(alone);
        }
        let late = cast.ask(&operation)?;
        faults.push(strikes(asks.len(), INFOGREFFE, &late, silence()));
        bench.play(faults).await?;
        for ask in asks {
            bench.probe(ask).await?;
        }
        if !bench.stands_still() {
            return Ok(());
        }
        let entity = late.entity.clone().unwrap_or_default();
        let call = bench.spawn(late);
        bench.provider_was_asked(&entity).await?;
        late_providers::until_answered(bench, vec![call], &STEPS).await
    })
}

fn strikes(place: usize, (provider, call): (&str, &str), ask: &Ask, then: Effect) -> Fault {
    let entity = ask.entity.as_deref().unwrap_or_default();
    fault(&format!("{provider}-{place}"), provider, call, entity, then)
}

fn down() -> Effect {
    Effect::Answer(Answer {
        status: 503,
        ..Answer::default()
    })
}

const fn nonsense() -> Effect {
    Effect::Wire(WireFault::Garbage)
}

const fn silence() -> Effect {
    Effect::Wire(WireFault::Silence)
}

/// What a source does.
type Does = Option<fn() -> Effect>;
/// What INSEE and Infogreffe do.
const CASES: [(Does, Does); 4] = [
    (None, Some(down)),
    (None, Some(nonsense)),
    (Some(down), None),
    (Some(down), Some(down)),
];
const INSEE: (&str, &str) = ("insee", "unite-legale");
const INFOGREFFE: (&str, &str) = ("infogreffe", "extrait");
/// Of the deadline, in tenths.
const STEPS: [u32; 3] = [10, 5, 5];
