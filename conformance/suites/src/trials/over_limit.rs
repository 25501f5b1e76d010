//! More calls than the limit of the smallest group, until the window is over.

use std::time::Duration;

use doublure_journal::CaptureLevel;

use super::{OTHER_TOKEN, Trial, names, retry_after, strictest};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::OVER_LIMIT,
    about: "Calls the operation with the smallest quota up to its limit, three times more, again shortly before \
            Retry-After is over, and when it is.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let Some((operation, limit)) = strictest(bench) else {
            return Ok(());
        };
        let cast = Cast::new(bench.seed());
        let call = async || {
            let mut ask = cast.ask_on(&operation);
            if bench.has_token(OTHER_TOKEN) {
                ask.token = Some(OTHER_TOKEN.to_owned());
            }
            bench.probe(ask).await
        };
        let mut last = None;
        for _ in 0..limit + OVER {
            last = Some(call().await?);
        }
        let Some(wait) = last.and_then(|answer| retry_after(bench, &answer)) else {
            return Ok(());
        };
        bench.wait_out(wait.saturating_sub(SHORTLY)).await?;
        call().await?;
        bench.wait_out(SHORTLY + ROUNDED).await?;
        call().await?;
        Ok(())
    })
}

/// Enough to see that the refusal lasts, far from what brings a ban.
const OVER: u32 = 3;
/// Further from Reset than the second that it is rounded up to.
const SHORTLY: Duration = Duration::from_secs(2);
/// What a Retry-After that was rounded down leaves out.
const ROUNDED: Duration = Duration::from_secs(1);
