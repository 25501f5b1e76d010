//! An attestation of an account under analysis.

use doublure_fixtures::contract::Whom;
use doublure_journal::CaptureLevel;

use super::{Trial, VIGILANCE, names, operation};
use crate::{Bench, TrialError, cast::Cast, probe::Ask, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::UNDER_ANALYSIS,
    about: "Asks for the attestation of a company whose account a person at URSSAF must look at.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let siren = Cast::well_known("under-analysis")?;
        let ask = Ask::operation(&*operation(VIGILANCE)?, Whom::of(siren));
        bench.probe(ask).await?;
        Ok(())
    })
}
