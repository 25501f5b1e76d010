use serde_json::json;

use super::{LOGIN, Usual};
use crate::{answers::samples::tax_return, tests::bench::PDF};

pub(super) const CALLS: &[Usual] = &[
    LOGIN,
    Usual {
        call: "attestation-fiscale",
        is: |target| target.contains("/attestationFiscale"),
        says: || PDF.into(),
    },
    Usual {
        call: "liasse-fiscale",
        is: |target| target.contains("/getLiasseFiscale"),
        says: || tax_return().to_string().into(),
    },
    Usual {
        call: "chiffre-affaires",
        is: |target| target.contains("/chiffreAffaires"),
        says: || {
            let year = json!({"ca": "1234", "dateFinExercice": "2024-12-31T00:00:00+01:00"});
            json!({"liste_ca": [year]}).to_string().into()
        },
    },
];
