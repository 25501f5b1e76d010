//! DGFIP's operations.

use crate::{
    answers::{
        attestation_fiscale, chiffres_affaires,
        desk::Desk,
        document,
        made::{Said, only},
        paper::Paper,
    },
    plan::table::{Plan, Source, itself, made},
    sources::dgfip,
    trouble::Trouble,
};

pub(super) const PLANS: &[Plan] = &[
    made(
        "api_entreprise_v3_dgfip_attestations_fiscales",
        ATTESTATION,
        |said, desk| Ok(document::answer(&paper(said, desk)?).into()),
    ),
    made(
        "api_entreprise_v4_dgfip_attestations_fiscales",
        ATTESTATION,
        |said, desk| Ok(attestation_fiscale::answer(&paper(said, desk)?).into()),
    ),
    itself(
        "api_entreprise_v3_dgfip_chiffres_affaires",
        dgfip::CHIFFRE_AFFAIRES,
        |raw, _| chiffres_affaires::answer(raw),
    ),
];

fn paper(said: Said, desk: &mut Desk<'_>) -> Result<Paper, Trouble> {
    let pdf = dgfip::document(&only(said)?.body)?;
    Ok(desk.paper("attestation_fiscale_dgfip", pdf))
}

const ATTESTATION: &[Source] = &[Source::of(&[dgfip::ATTESTATION_FISCALE])];
