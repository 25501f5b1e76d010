//! Good and bad tokens, and what they are good for.

use doublure_journal::CaptureLevel;

use super::{COMPANY, REGISTER, RIGHTS, Trial, VIGILANCE, names, operation, serves};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::TOKENS,
    about: "Calls without a token and with each that the target names; good ones ask for their rights and use them.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let call = |id: &str, token: Option<&str>| -> Result<Ask, TrialError> {
            Ok(Ask {
                token: token.map(str::to_owned),
                ..cast.ask(&*operation(id)?)?
            })
        };
        bench.probe(call(COMPANY, None)?).await?;
        for name in BAD.into_iter().filter(|name| bench.has_token(name)) {
            bench.probe(call(COMPANY, Some(name))?).await?;
        }
        for name in GOOD.into_iter().filter(|name| bench.has_token(name)) {
            let all = [RIGHTS, COMPANY, REGISTER, VIGILANCE].into_iter();
            for id in all.filter(|id| serves(bench, id)) {
                bench.probe(call(id, Some(name))?).await?;
            }
        }
        Ok(())
    })
}

const BAD: [&str; 3] = ["forged", "expired", "revoked"];
const GOOD: [&str; 2] = ["standard", "unprivileged"];
