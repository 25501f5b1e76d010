use base64::{Engine, prelude::BASE64_STANDARD};

use super::{LOGIN, Usual};
use crate::tests::bench::PDF;

pub(super) const CALLS: &[Usual] = &[
    LOGIN,
    Usual {
        call: "attestation",
        is: |target| target.contains("/attn/"),
        says: || BASE64_STANDARD.encode(PDF).into(),
    },
];
