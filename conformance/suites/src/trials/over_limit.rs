//! More calls than the limit of the smallest group.

use std::sync::Arc;

use doublure_fixtures::{Contract, contract::Operation};
use doublure_journal::CaptureLevel;

use super::{Trial, names};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::OVER_LIMIT,
    about: "Calls the operation with the smallest quota up to its limit, and three times more.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let Some((operation, limit)) = strictest(bench) else {
            return Ok(());
        };
        let cast = Cast::new(bench.seed());
        for _ in 0..limit + OVER {
            let mut ask = cast.ask(&operation)?;
            // Where trials share a window, the other token has not been used in it.
            if bench.has_token(OTHER_TOKEN) {
                ask.token = Some(OTHER_TOKEN.to_owned());
            }
            bench.probe(ask).await?;
        }
        Ok(())
    })
}

/// The operation with the smallest quota, and its limit.
fn strictest(bench: &Bench) -> Option<(Arc<Operation>, u32)> {
    let contract = Contract::built_in();
    let limited = contract.operations().iter().filter_map(|operation| {
        let (_, limit) = bench.profile().gateway.quota(&operation.id)?;
        Some((Arc::clone(operation), limit))
    });
    limited.min_by_key(|(_, limit)| *limit)
}

/// Enough to see that the refusal lasts, far from what brings a ban.
const OVER: u32 = 3;
const OTHER_TOKEN: &str = "second";
