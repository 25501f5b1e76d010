//! Gateways that are not there as often as they promise.

use doublure_fixtures::Edition;

use crate::{
    gateway::{How, Mutant},
    proxy::Sabotage,
};

pub(super) static MUTANTS: &[Mutant] = &[Mutant {
    name: "fails-now-and-then",
    breaks: "Answers 503 to one call of a hundred and fifty though its providers are well.",
    how: How::Sabotage(Sabotage::FailsEvery(150)),
    editions: &[
        Edition::Documented,
        Edition::DocumentedV2,
        Edition::Observed,
    ],
    kills: &[("gw.availability.declared", "fails-too-often")],
    ..Mutant::COMMON
}];
