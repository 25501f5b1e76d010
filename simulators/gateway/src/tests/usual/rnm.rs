use serde_json::json;

use super::Usual;

pub(super) const CALLS: &[Usual] = &[Usual {
    call: "entreprise",
    is: |target| target.contains("/entreprises/"),
    says: || {
        let entry =
            json!({"id": "35123", "ent_act_modalite_exercice": "P", "ent_act_non_sedentaire": "0"});
        entry.to_string().into()
    },
}];
