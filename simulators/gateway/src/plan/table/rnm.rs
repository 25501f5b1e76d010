//! The operation of the register of crafts.

use crate::{
    answers::entreprise_artisanale,
    plan::table::{Plan, itself},
    sources::rnm::ENTREPRISE,
};

pub(super) const PLANS: &[Plan] = &[itself(
    "api_entreprise_v3_rnm_entreprises_artisanales",
    ENTREPRISE,
    |raw, _| entreprise_artisanale::answer(raw),
)];
