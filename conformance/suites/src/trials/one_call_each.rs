//! Each operation is called once; all is well.

use doublure_fixtures::Contract;
use doublure_journal::CaptureLevel;

use super::{Trial, names};
use crate::{Bench, TrialError, cast::Cast, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::ONE_CALL_EACH,
    about: "Calls each operation once, each about another company; nothing goes wrong.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let served = &bench.profile().gateway.operations;
        for operation in Contract::built_in().operations() {
            if served.contains_key(&operation.id) && !operation.providers.is_empty() {
                bench.probe(cast.ask(operation)?).await?;
            }
        }
        Ok(())
    })
}
