use super::Usual;
use crate::answers::samples::{EXTRACT, returned};

pub(super) const CALLS: &[Usual] = &[Usual {
    call: "extrait",
    is: |_| true,
    says: || returned(EXTRACT).body,
}];
