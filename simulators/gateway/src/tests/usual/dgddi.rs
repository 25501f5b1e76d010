use serde_json::json;

use super::Usual;

pub(super) const CALLS: &[Usual] = &[Usual {
    call: "eori",
    is: |target| target.starts_with("/eori/"),
    says: || {
        let operator = json!({
            "identifiant": "FR41816609600069",
            "actif": true,
            "libelle": "ESSAI",
            "rue": "1 RUE DES LILAS",
            "codePostal": "75007",
            "ville": "PARIS",
            "pays": "FRANCE",
            "codePays": "FR",
        });
        json!({"EORI": operator}).to_string().into()
    },
}];
