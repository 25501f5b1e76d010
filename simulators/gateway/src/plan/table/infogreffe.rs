//! Infogreffe's operations.

use crate::{
    answers::{extrait_rcs, mandataires_sociaux},
    plan::table::{Plan, itself},
    sources::infogreffe::EXTRAIT,
};

pub(super) const PLANS: &[Plan] = &[
    itself(
        "api_entreprise_v3_infogreffe_extraits_rcs",
        EXTRAIT,
        |raw, _| extrait_rcs::answer(raw),
    ),
    itself(
        "api_entreprise_v3_infogreffe_mandataires_sociaux",
        EXTRAIT,
        |raw, _| mandataires_sociaux::answer(raw),
    ),
];
