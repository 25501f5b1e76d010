//! The gateway's own operations: no provider is asked.

use crate::plan::table::{Plan, Work};

pub(super) const PLANS: &[Plan] = &[
    Plan::of("api_entreprise_privileges", Work::Privileges),
    Plan::of("v2_privileges", Work::Privileges),
];
