use serde_json::json;

use super::Usual;
use crate::answers::samples::registers::{JWT, grants};

pub(super) const CALLS: &[Usual] = &[
    Usual {
        call: "login",
        is: |target| target == "/auth/login",
        says: || json!({"user": {"jwt": {"token": JWT}}}).to_string().into(),
    },
    Usual {
        call: "grants",
        is: |target| target.ends_with("/grants"),
        says: || grants().to_string().into(),
    },
];
