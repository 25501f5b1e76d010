//! The older version's operations.

use crate::{
    plan::table::{Plan, Source, made},
    sources::{
        infogreffe::EXTRAIT,
        insee::{self, SIEGE, UNITE_LEGALE},
    },
    v2::entreprises,
};

pub(super) const PLANS: &[Plan] = &[made(
    "v2_entreprises_restored",
    &[
        Source {
            asks: &[UNITE_LEGALE, SIEGE],
            // A company that was merged into another has its head office there.
            goes_on: |company| {
                insee::record(&company.body)?;
                Ok(!company.redirected)
            },
        },
        Source::of(&[EXTRAIT]),
    ],
    entreprises::merge,
)];
