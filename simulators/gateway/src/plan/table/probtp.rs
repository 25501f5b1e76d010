//! ProBTP's operations.

use crate::{
    answers::{conformite_retraite, document, made::only},
    plan::table::{Plan, Source, itself, made},
    sources::probtp,
};

pub(super) const PLANS: &[Plan] = &[
    made(
        "api_entreprise_v3_probtp_attestations_cotisation_retraite",
        &[Source::of(&[probtp::ATTESTATION])],
        |said, desk| {
            let pdf = probtp::document(&only(said)?.body)?;
            let paper = desk.paper("attestation_cotisation_retraite_probtp", pdf);
            Ok(document::answer(&paper).into())
        },
    ),
    itself(
        "api_entreprise_v3_probtp_conformites_cotisations_retraite",
        probtp::CONFORMITE,
        |raw, _| conformite_retraite::answer(raw),
    ),
];
