//! One operation gives answers of all kinds.

use doublure_fixtures::contract::Whom;
use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Fault, Symptom};

use super::{COMPANY, Trial, fault, late_providers, names, operation, strictest};
use crate::{
    Bench, TrialError, cast::Cast, gateway::questions::NO_COMPANY, probe::Ask, runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::ANSWERS_OF_ALL_KINDS,
    about: "Calls one operation well, about a company that nobody knows, about one that is withheld, about no company \
            at all, without tracing parameters, while its provider fails and while it is out of service, without a \
            right, with tokens that are not good, and twice at once; calls the operation with the smallest quota \
            until that is spent.",
    capture: CaptureLevel::Heads,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let operation = operation(COMPANY)?;
        let cast = Cast::new(bench.seed());
        let good = cast.ask(&operation)?;
        let (failing, down, slow) = (
            cast.ask(&operation)?,
            cast.ask(&operation)?,
            cast.ask(&operation)?,
        );
        let strikes = |name, ask: &Ask, then| {
            let entity = ask.entity.as_deref().unwrap_or_default();
            fault(name, "insee", "unite-legale", entity, then)
        };
        let deadline = bench.profile().gateway.deadline(COMPANY);
        bench
            .play(vec![
                strikes("fails", &failing, Effect::Symptom(Symptom::InternalError)),
                strikes("down", &down, Effect::Symptom(Symptom::Unavailable)),
                Fault {
                    delay: (deadline.unwrap_or_default() / 4).into(),
                    ..strikes("slow", &slow, Effect::Pass)
                },
            ])
            .await?;
        let mut asks = vec![
            good.clone(),
            Ask::operation(&operation, cast.nobody()),
            Ask::operation(&operation, Whom::of(Cast::well_known("never-diffusible")?)),
            malformed(cast.ask(&operation)?),
            untraced(cast.ask(&operation)?),
            failing,
            down,
            good,
        ];
        // Twice each, so that the next answer tells what the one before it drew.
        if bench.has_token("unprivileged") {
            let ask = with_token(cast.ask(&operation)?, "unprivileged");
            asks.extend([ask.clone(), ask]);
        }
        let bad = BAD.into_iter().filter(|name| bench.has_token(name));
        for name in bad.cycle().take(BAD.len()) {
            asks.push(with_token(cast.ask(&operation)?, name));
            asks.push(cast.ask(&operation)?);
        }
        for ask in asks {
            bench.probe(ask).await?;
        }
        // Before and behind, a call that is alone tells how many are left.
        bench.probe(cast.ask(&operation)?).await?;
        at_once(bench, slow).await?;
        bench.probe(cast.ask(&operation)?).await?;
        one_too_many(bench, &cast).await
    })
}

fn with_token(mut ask: Ask, name: &str) -> Ask {
    ask.token = Some(name.to_owned());
    ask
}

/// Makes the same call again while its provider takes its time for the first.
async fn at_once(bench: &Bench, slow: Ask) -> Result<(), TrialError> {
    let entity = slow.entity.clone().unwrap_or_default();
    let first = bench.spawn(slow.clone());
    bench.provider_was_asked(&entity).await?;
    let mut second = bench.spawn(slow);
    let is_refused =
        late_providers::answered_soon(bench, std::slice::from_mut(&mut second)).await?;
    late_providers::until_answered(bench, vec![first], &HALVES).await?;
    match is_refused {
        true => Ok(()),
        false => late_providers::until_answered(bench, vec![second], &HALVES).await,
    }
}

/// About no company at all.
fn malformed(mut ask: Ask) -> Ask {
    let entity = ask.entity.replace(NO_COMPANY.to_owned());
    ask.target = ask.target.replace(&entity.unwrap_or_default(), NO_COMPANY);
    ask
}

/// Without tracing parameters.
fn untraced(mut ask: Ask) -> Ask {
    let path = ask.target.split('?').next().unwrap_or_default();
    ask.target = path.to_owned();
    ask
}

/// Calls the operation with the smallest quota until one call is too many; not where the quota is large.
async fn one_too_many(bench: &Bench, cast: &Cast) -> Result<(), TrialError> {
    let Some((operation, limit)) = strictest(bench).filter(|(_, limit)| *limit <= FEW) else {
        return Ok(());
    };
    for _ in 0..=limit {
        let answer = bench
            .probe(Ask::operation(&operation, cast.nobody()))
            .await?;
        // Going on would be ignoring it, and other trials may have spent the quota of a shared window.
        if answer.status() == Some(429) {
            break;
        }
    }
    Ok(())
}

/// Of the deadline, in tenths.
const HALVES: [u32; 2] = [5, 5];
const BAD: [&str; 2] = ["forged", "expired"];
/// A quota that is spent in passing.
const FEW: u32 = 10;
