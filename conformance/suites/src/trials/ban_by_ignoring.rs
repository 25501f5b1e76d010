//! A caller goes on after 429 until it is banned.

use doublure_journal::CaptureLevel;

use super::{OTHER_TOKEN, RIGHTS, Trial, ban_by_volume::together, names, operation, strictest};
use crate::{
    Bench, TrialError,
    cast::Cast,
    probe::{Ask, STANDARD},
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::BAN_BY_IGNORING,
    about: "127.0.0.6 spends the smallest quota with each of two tokens, is refused, and calls on as often as it may with \
            both together and once more; if that is answered, as often as it may with one of them alone and once more; \
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
        let calls = |token: &str, count: u32| -> Vec<Ask> {
            let call = || Ask {
                token: Some(token.to_owned()),
                ..Ask::operation(&strict, cast.nobody()).from_address(6)
            };
            (0..count).map(|_| call()).collect()
        };
        let other = Ask::operation(&*operation(RIGHTS)?, cast.nobody()).from_address(7);
        let silence = bench.patience().silence();
        let allowed = bench.profile().gateway.ignored_429_limit;
        // The first 429 ignores nothing.
        let refused = limit + 1;
        // Who has one token ignores all with that.
        let (last, before) = match bench.has_token(OTHER_TOKEN) {
            true => (OTHER_TOKEN, allowed / 2),
            false => (STANDARD, 0),
        };
        if before > 0 {
            bench.flood(calls(STANDARD, refused + before), 1).await?;
        }
        let rest = allowed - before;
        bench.flood(calls(last, refused + rest), 1).await?;
        let goes_on = together(bench, calls(last, 1), &other, silence).await?;
        if before > 0 && goes_on {
            bench.flood(calls(last, before - 1), 1).await?;
            together(bench, calls(last, 1), &other, silence).await?;
        }
        Ok(())
    })
}
