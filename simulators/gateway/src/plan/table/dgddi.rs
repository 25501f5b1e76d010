//! DGDDI's operation.

use crate::{
    answers::eori,
    plan::table::{Plan, itself},
    sources::dgddi,
};

pub(super) const PLANS: &[Plan] = &[itself(
    "api_entreprise_v3_dgddi_eori",
    dgddi::EORI,
    |raw, _| eori::answer(raw),
)];
