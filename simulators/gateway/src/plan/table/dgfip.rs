//! DGFIP's operations.

use crate::{
    answers::{
        attestation_fiscale, chiffres_affaires,
        desk::Desk,
        document, liasses_fiscales, liens_capitalistiques,
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
    itself(
        "api_entreprise_v3_dgfip_liasses_fiscales",
        dgfip::LIASSE_FISCALE,
        |raw, _| liasses_fiscales::answer(raw),
    ),
    itself(
        "api_entreprise_v3_dgfip_liens_capitalistiques",
        dgfip::LIASSE_FISCALE,
        |raw, _| liens_capitalistiques::answer(raw),
    ),
];

fn paper(said: Said, desk: &mut Desk<'_>) -> Result<Paper, Trouble> {
    let pdf = dgfip::document(&only(said)?.body)?;
    Ok(desk.paper("attestation_fiscale_dgfip", pdf))
}

const ATTESTATION: &[Source] = &[Source::of(&[dgfip::ATTESTATION_FISCALE])];
