use serde_json::json;

use super::Usual;

pub(super) const CALLS: &[Usual] = &[Usual {
    call: "numero-tva",
    is: |target| target.contains("/ms/FR/vat/"),
    says: || {
        let said = json!({"isValid": true, "userError": "VALID", "vatNumber": "16418166096"});
        said.to_string().into()
    },
}];
