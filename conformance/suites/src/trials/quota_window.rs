//! Two calls of one window that does not start on the minute.

use std::time::Duration;

use doublure_journal::CaptureLevel;

use super::{COMPANY, Trial, names, operation};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::QUOTA_WINDOW,
    about: "Calls one operation 17.3 s past the minute, and again a quarter of a window later.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let operation = operation(COMPANY)?;
        let cast = Cast::new(bench.seed());
        bench.probe(cast.ask(&operation)?).await?;
        let window = Duration::from_millis(bench.profile().gateway.quota_window_ms);
        bench.skip(window / 4).await?;
        bench.probe(cast.ask(&operation)?).await?;
        Ok(())
    })
}
