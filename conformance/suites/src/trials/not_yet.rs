//! Nothing is done: for what cannot be put to the test yet.

use doublure_journal::CaptureLevel;

use super::{Trial, names};
use crate::{Bench, TrialError, runner::Boxed};

pub(super) const TRIAL: Trial = Trial {
    name: names::NOT_YET,
    about: "Does nothing.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(_: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async { Ok(()) })
}
