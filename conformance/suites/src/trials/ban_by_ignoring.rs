//! A caller goes on after 429 until it is banned.

use doublure_journal::CaptureLevel;

use super::{RIGHTS, Trial, ban_by_volume::together, names, operation, strictest};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::BAN_BY_IGNORING,
    about: "127.0.0.6 spends the smallest quota, is refused, and calls on as often as it may and once more; \
            127.0.0.7 calls beside it.",
    capture: CaptureLevel::Heads,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let Some((strict, limit)) = strictest(bench) else {
            return Ok(());
        };
        let cast = Cast::new(bench.seed());
        let call = || Ask::operation(&strict, cast.nobody()).from_address(6);
        let other = Ask::operation(&*operation(RIGHTS)?, cast.nobody()).from_address(7);
        // The first 429 ignores nothing.
        let allowed = limit + 1 + bench.profile().gateway.ignored_429_limit;
        bench
            .flood((0..allowed).map(|_| call()).collect(), 1)
            .await?;
        together(bench, vec![call()], &other, bench.patience().silence()).await
    })
}
