//! DataSubvention's operation.

use crate::{
    answers::subventions,
    plan::table::{Plan, itself},
    sources::data_subvention::GRANTS,
};

pub(super) const PLANS: &[Plan] = &[itself(
    "api_entreprise_v3_data_subvention_subventions",
    GRANTS,
    |raw, _| subventions::answer(raw),
)];
