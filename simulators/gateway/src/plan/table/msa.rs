//! MSA's operation.

use crate::{
    answers::conformite_cotisations_msa,
    plan::table::{Plan, itself},
    sources::msa,
};

pub(super) const PLANS: &[Plan] = &[itself(
    "api_entreprise_v3_msa_conformites_cotisations",
    msa::CONFORMITE,
    |raw, _| conformite_cotisations_msa::answer(raw),
)];
