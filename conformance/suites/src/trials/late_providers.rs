//! A provider never answers, another one late but in time.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Fault, Symptom, WireFault};
use futures_util::future::join_all;
use tokio::task::JoinHandle;

use super::{COMPANY, REGISTER, Trial, fault, names, operation};
use crate::{Bench, TrialError, cast::Cast, noise, probe, probe::Answer, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::LATE_PROVIDERS,
    about: "INSEE answers about one company at nine tenths of the deadline, about another one never, \
            about others that it is out of service or failed, and about some nothing that can be read: its \
            connection ends before or within the answer; Infogreffe is asked meanwhile.",
    capture: CaptureLevel::Full,
    act,
};

pub(super) type Calling = JoinHandle<Result<Answer, TrialError>>;

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let deadline = bench
            .profile()
            .gateway
            .deadline(COMPANY)
            .unwrap_or_default();
        let operation = operation(COMPANY)?;
        let cast = Cast::new(bench.seed());
        let (late, silent) = (cast.ask(&operation)?, cast.ask(&operation)?);
        let entity = |ask: &probe::Ask| ask.entity.clone().unwrap_or_default();
        let (late_entity, silent_entity) = (entity(&late), entity(&silent));
        let strikes =
            |name: &str, entity: &str, then| fault(name, "insee", "unite-legale", entity, then);
        let mut faults = vec![
            strikes("silent", &silent_entity, Effect::Wire(WireFault::Silence)),
            Fault {
                delay: (deadline * 9 / 10).into(),
                ..strikes("late", &late_entity, Effect::Pass)
            },
        ];
        let mut failing = Vec::new();
        for (name, effect) in FAILURES {
            let ask = cast.ask(&operation)?;
            faults.push(strikes(name, &entity(&ask), effect));
            failing.push(ask);
        }
        bench.play(faults).await?;

        for ask in failing {
            bench.probe(ask).await?;
        }
        let silent = bench.spawn(silent);
        bench.provider_was_asked(&silent_entity).await?;
        let mut other = bench.spawn(cast.ask(&*self::operation(REGISTER)?)?);
        let goes_on =
            answered_soon(bench, std::slice::from_mut(&mut other)).await? || !bench.stands_still();
        let mut late = goes_on.then(|| bench.spawn(late));
        if late.is_some() {
            bench.provider_was_asked(&late_entity).await?;
        }
        bench.let_pass(deadline * 9 / 10).await?;
        if let Some(late) = &mut late {
            answered_soon(bench, std::slice::from_mut(late)).await?;
        }
        until_answered(bench, vec![silent], &STEPS).await?;
        ended(other).await?;
        match late {
            Some(late) => ended(late).await,
            // A gateway in which calls wait for each other would only keep everybody waiting.
            None => Ok(()),
        }
    })
}

/// Lets so many tenths of the deadline pass one after another until all calls have ended.
pub(super) async fn until_answered(
    bench: &Bench,
    mut calls: Vec<Calling>,
    tenths: &[u32],
) -> Result<(), TrialError> {
    let deadline = bench.profile().gateway.deadline(COMPANY);
    for tenths in tenths {
        bench
            .let_pass(deadline.unwrap_or_default() * *tenths / 10)
            .await?;
        if answered_soon(bench, &mut calls).await? {
            break;
        }
    }
    for call in calls {
        ended(call).await?;
    }
    Ok(())
}

/// Whether calls have ended by now; a moment is left for the bytes to arrive where no time passes meanwhile.
pub(super) async fn answered_soon(
    bench: &Bench,
    calls: &mut [Calling],
) -> Result<bool, TrialError> {
    if bench.stands_still() {
        let running = calls.iter_mut().filter(|call| !call.is_finished());
        let soon = noise::within(bench.patience().arrival(), join_all(running)).await;
        for ended in soon.into_iter().flatten() {
            ended.map_err(|broken| TrialError::Broken(broken.to_string()))??;
        }
    }
    Ok(calls.iter().all(JoinHandle::is_finished))
}

async fn ended(call: Calling) -> Result<(), TrialError> {
    if call.is_finished() {
        return Ok(());
    }
    let ended = call.await;
    ended
        .map_err(|broken| TrialError::Broken(broken.to_string()))?
        .map(drop)
}

/// What a provider can do instead of answering, in no time.
const FAILURES: [(&str, Effect); 6] = [
    ("down", Effect::Symptom(Symptom::Unavailable)),
    ("failed", Effect::Symptom(Symptom::InternalError)),
    ("nonsense", Effect::Wire(WireFault::Garbage)),
    ("cut", Effect::Wire(WireFault::Cut { after: 20 })),
    ("closed", Effect::Wire(WireFault::Close)),
    ("reset", Effect::Wire(WireFault::Reset)),
];
/// From nine tenths of the deadline on. An answer is told at the end of the step it came in, so a step ends
/// where judges draw a line: at the deadline, at 1.1 and at 1.5 of it.
const STEPS: [u32; 5] = [1, 1, 4, 10, 20];
