use serde_json::json;

use super::Usual;

pub(super) const CALLS: &[Usual] = &[Usual {
    call: "bilans",
    is: |target| target.contains("/bilans/json"),
    says: || {
        let sheet = json!({"dateArrete": "202412", "dureeExercice": "12", "caHT": "1234"});
        json!({"code-retour": 200, "bilans": [sheet]})
            .to_string()
            .into()
    },
}];
