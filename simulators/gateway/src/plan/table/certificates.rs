//! Operations of those who certify: FNTP, Qualibat, Qualifelec, OPQIBI, ADEME.

use crate::{
    answers::{
        certification_batiment, certification_ingenierie, certificats_qualifelec, certificats_rge,
        desk::Desk,
        document,
        made::{Said, only},
        paper::Paper,
    },
    plan::table::{Plan, Source, itself, made},
    sources::{self, ademe, fntp, opqibi, qualibat, qualifelec},
    trouble::Trouble,
};

pub(super) const PLANS: &[Plan] = &[
    made(
        "api_entreprise_v3_fntp_carte_professionnelle_travaux_publics",
        &[Source::of(&[fntp::CARTE])],
        |said, desk| {
            let pdf = sources::pdf(only(said)?.body)?;
            let paper = desk.paper("carte_professionnelle_fntp", pdf);
            Ok(document::answer(&paper).into())
        },
    ),
    made(
        "api_entreprise_v3_qualibat_certifications_batiment",
        QUALIBAT,
        |said, desk| Ok(document::answer(&certificate(said, desk)?).into()),
    ),
    made(
        "api_entreprise_v4_qualibat_certifications_batiment",
        QUALIBAT,
        |said, desk| Ok(certification_batiment::answer(&certificate(said, desk)?).into()),
    ),
    itself(
        "api_entreprise_v3_qualifelec_certificats",
        qualifelec::CERTIFICATS,
        |raw, _| certificats_qualifelec::answer(raw),
    ),
    itself(
        "api_entreprise_v3_opqibi_certifications_ingenierie",
        opqibi::CERTIFICAT,
        |raw, _| certification_ingenierie::answer(raw),
    ),
    itself(
        "api_entreprise_v3_ademe_certificats_rge",
        ademe::LIGNES,
        |raw, _| certificats_rge::answer(raw),
    ),
];

fn certificate(said: Said, desk: &mut Desk<'_>) -> Result<Paper, Trouble> {
    let pdf = sources::pdf(only(said)?.body)?;
    Ok(desk.paper("certificat_qualibat", pdf))
}

const QUALIBAT: &[Source] = &[Source::of(&[qualibat::CERTIFICAT])];
