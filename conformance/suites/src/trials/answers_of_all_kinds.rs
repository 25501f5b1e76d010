//! One operation gives answers of all kinds.

use doublure_journal::CaptureLevel;
use doublure_scenarios::{Effect, Symptom};

use super::{COMPANY, Trial, fault, names, operation, strictest};
use crate::{
    Bench, TrialError, cast::Cast, gateway::questions::NO_COMPANY, probe::Ask, runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::ANSWERS_OF_ALL_KINDS,
    about: "Calls one operation well, about a company that nobody knows, about no company at all, without \
            tracing parameters, while its provider fails, without a right and with tokens that are not good; calls the \
            operation with the smallest quota until that is spent.",
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
        let mut asks = vec![
            good.clone(),
            Ask::operation(&operation, cast.nobody()),
            malformed(cast.ask(&operation)?),
            untraced(cast.ask(&operation)?),
            failing,
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
        one_too_many(bench, &cast).await
    })
}

fn with_token(mut ask: Ask, name: &str) -> Ask {
    ask.token = Some(name.to_owned());
    ask
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

const BAD: [&str; 2] = ["forged", "expired"];
/// A quota that is spent in passing.
const FEW: u32 = 10;
