//! Operations of the funds for paid leave, CIBTP and CNETP.

use std::time::Duration;

use crate::{
    answers::{document, made::only},
    plan::table::{Plan, Source, made},
    sources::{self, cibtp, cnetp},
};

pub(super) const PLANS: &[Plan] = &[
    made(
        "api_entreprise_v3_cibtp_attestation_cotisations_conges_payes_chomage_intemperies",
        &[Source::of(&[cibtp::ATTESTATION])],
        |said, desk| {
            desk.life = desk.life.min(CIBTP_LIFE);
            let pdf = sources::pdf(only(said)?.body)?;
            let paper = desk.paper("attestation_cotisations_cibtp", pdf);
            Ok(document::answer(&paper).into())
        },
    ),
    made(
        "api_entreprise_v3_cnetp_attestation_cotisations_conges_payes_chomage_intemperies",
        &[Source::of(&[cnetp::ATTESTATION])],
        |said, desk| {
            let pdf = sources::pdf(only(said)?.body)?;
            let paper = desk.paper("attestation_cotisations_cnetp", pdf);
            Ok(document::answer(&paper).into())
        },
    ),
];

/// CIBTP wants its documents gone after ten minutes (facts 83).
const CIBTP_LIFE: Duration = Duration::from_secs(600);
