//! More requests than an address may make, from one that is never banned.

use doublure_journal::CaptureLevel;

use super::{
    RIGHTS, Trial,
    ban_by_volume::{LANES, together},
    names, operation,
};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::ALLOW_LISTED,
    about: "An address that is never banned makes two requests more than others may; 127.0.0.5 calls beside it.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let gateway = &bench.profile().gateway;
        let rights = Ask::operation(&*operation(RIGHTS)?, Cast::new(bench.seed()).nobody());
        let other = rights.clone().from_address(5);
        for spared in &gateway.never_banned {
            let call = Ask {
                from: Some(*spared),
                ..rights.clone()
            };
            let allowed = vec![call.clone(); gateway.address_limit as usize];
            bench.flood(allowed, LANES).await?;
            // Where it is banned after all, nobody waits for an answer that does not come.
            together(
                bench,
                vec![call.clone(), call],
                &other,
                bench.patience().silence(),
            )
            .await?;
        }
        Ok(())
    })
}
