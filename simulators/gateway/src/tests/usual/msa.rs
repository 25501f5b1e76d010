use serde_json::json;

use super::Usual;

pub(super) const CALLS: &[Usual] = &[Usual {
    call: "conformite",
    is: |target| target.starts_with("/ws/top-rmp/"),
    says: || {
        let said = json!({"TopRMPResponse": {"topRegMarchePublic": "O"}});
        said.to_string().into()
    },
}];
