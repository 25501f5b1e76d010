//! The operations of the directory of associations, which MI and DJEPVA open.

use crate::{
    answers::{
        association::{self, Reader},
        association_rna, documents_association,
        made::only,
    },
    plan::table::{Plan, Source, itself, made},
    sources::associations::{DJEPVA_STRUCTURE, DOCUMENTS, STRUCTURE},
};

pub(super) const PLANS: &[Plan] = &[
    itself(
        "api_entreprise_v3_mi_associations",
        STRUCTURE,
        association_rna::answer,
    ),
    made(
        "api_entreprise_v3_mi_documents_associations",
        &[Source::of(&[DOCUMENTS])],
        |said, desk| Ok(documents_association::answer(&only(said)?, desk)?.into()),
    ),
    made(
        "api_entreprise_v4_mi_unites_legales",
        DJEPVA,
        |said, desk| Ok(association::answer(&only(said)?, desk, Reader::Entitled)?.into()),
    ),
    made(
        "api_entreprise_v4_mi_unites_legales_open_data",
        DJEPVA,
        |said, desk| Ok(association::answer(&only(said)?, desk, Reader::Anyone)?.into()),
    ),
];

const DJEPVA: &[Source] = &[Source::of(&[DJEPVA_STRUCTURE])];
