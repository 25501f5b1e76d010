//! VIES's operation.

use crate::{
    answers::numero_tva,
    plan::table::{Plan, itself},
    sources::vies,
};

pub(super) const PLANS: &[Plan] = &[itself(
    "api_entreprise_v3_european_commission_vies",
    vies::NUMERO_TVA,
    |raw, _| numero_tva::answer(raw),
)];
