use super::{LOGIN, Usual};
use crate::tests::bench::PDF;

pub(super) const CALLS: &[Usual] = &[
    LOGIN,
    Usual {
        call: "attestation-fiscale",
        is: |target| target.contains("/attestationFiscale"),
        says: || PDF.into(),
    },
];
