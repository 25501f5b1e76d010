//! INPI's operations.

use crate::{
    answers::{actes_bilans, beneficiaires_effectifs, extrait_rne, made::only},
    plan::table::{Plan, Source, itself, made},
    sources::inpi::{ATTACHMENTS, COMPANIES},
};

pub(super) const PLANS: &[Plan] = &[
    made(
        "api_entreprise_v3_inpi_rne_actes_bilans",
        &[Source::of(&[ATTACHMENTS])],
        |said, desk| Ok(actes_bilans::answer(&only(said)?, desk)?.into()),
    ),
    itself(
        "api_entreprise_v3_inpi_rne_beneficiaires_effectifs",
        COMPANIES,
        |raw, _| beneficiaires_effectifs::answer(raw),
    ),
    made(
        "api_entreprise_v3_inpi_rne_extrait_rne",
        &[Source::of(&[COMPANIES])],
        |said, desk| Ok(extrait_rne::answer(&only(said)?, desk)?.into()),
    ),
];
