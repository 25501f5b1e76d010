use serde_json::json;

use super::Usual;
use crate::{
    answers::samples::registers::{JWT, rne_attachments, rne_company},
    tests::bench::PDF,
};

pub(super) const CALLS: &[Usual] = &[
    Usual {
        call: "login",
        is: |target| target == "/api/sso/login",
        says: || json!({"token": JWT, "user": {}}).to_string().into(),
    },
    Usual {
        call: "attachments",
        is: |target| target.ends_with("/attachments"),
        says: || rne_attachments().to_string().into(),
    },
    Usual {
        call: "companies",
        is: |target| target.starts_with("/api/companies/"),
        says: || rne_company().to_string().into(),
    },
    Usual {
        call: "file",
        is: |target| target.ends_with("/download") || target.starts_with("/export/"),
        says: || PDF.into(),
    },
];
