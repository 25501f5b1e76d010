//! URSSAF's operations.

use crate::{
    answers::{attestation_vigilance, desk::Desk, document, made::only, paper::Paper},
    plan::table::{Plan, Source, made},
    sources::{Raw, urssaf},
    trouble::Trouble,
};

pub(super) const PLANS: &[Plan] = &[
    made(
        "api_entreprise_v3_acoss_attestations_sociales",
        SOURCES,
        |said, desk| {
            let paper = paper(only(said)?, desk)?;
            Ok(document::answer(&paper).into())
        },
    ),
    made(
        "api_entreprise_v4_acoss_attestations_sociales",
        SOURCES,
        |said, desk| match only(said).and_then(|raw| paper(raw, desk)) {
            Ok(paper) => Ok(attestation_vigilance::delivered(&paper).into()),
            Err(trouble) if trouble.class == urssaf::REFUSED => {
                Ok(attestation_vigilance::refused().into())
            }
            Err(trouble) => Err(trouble),
        },
    ),
];

fn paper(raw: Raw, desk: &mut Desk<'_>) -> Result<Paper, Trouble> {
    Ok(desk.paper("attestation_vigilance_urssaf", urssaf::document(&raw.body)?))
}

const SOURCES: &[Source] = &[Source::of(&[urssaf::ATTESTATION])];
