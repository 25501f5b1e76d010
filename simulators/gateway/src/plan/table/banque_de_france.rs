//! Banque de France's operation.

use crate::{
    answers::bilans,
    plan::table::{Plan, itself},
    sources::banque_de_france,
};

pub(super) const PLANS: &[Plan] = &[itself(
    "api_entreprise_v3_banque_de_france_bilans_entreprise",
    banque_de_france::BILANS,
    |raw, _| bilans::answer(raw),
)];
