use super::Usual;
use crate::{answers::samples::registers::ASSOCIATION, tests::bench::PDF};

pub(super) const CALLS: &[Usual] = &[
    Usual {
        call: "structure",
        is: |target| target.contains("/structure/"),
        says: || ASSOCIATION.into(),
    },
    Usual {
        call: "document",
        is: |target| target.contains("/documents/"),
        says: || PDF.into(),
    },
];
