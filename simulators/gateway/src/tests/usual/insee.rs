use serde_json::json;

use super::{LOGIN, Usual};
use crate::answers::samples::{establishment, legal_person, successions};

pub(super) const CALLS: &[Usual] = &[
    LOGIN,
    Usual {
        call: "unite-legale",
        is: |target| target.contains("/siren/"),
        says: || legal_person().to_string().into(),
    },
    Usual {
        call: "successions",
        is: |target| target.contains("/liensSuccession"),
        says: || successions().to_string().into(),
    },
    Usual {
        call: "etablissement",
        is: |target| target.contains("/siret/"),
        says: || establishment(|_| ()).to_string().into(),
    },
    Usual {
        call: "siege",
        is: |target| target.contains("/siret?"),
        says: || {
            let mut office = establishment(|_| ());
            let offices = [office["etablissement"].take()];
            json!({"header": {"statut": 200}, "etablissements": offices})
                .to_string()
                .into()
        },
    },
];
