use serde_json::json;

use super::{LOGIN, Usual};

pub(super) const CALLS: &[Usual] = &[
    LOGIN,
    Usual {
        call: "effectifs-annuels",
        is: |target| target.contains("&siren="),
        says: || staff("A01", "20241231").into(),
    },
    Usual {
        call: "effectifs-mensuels",
        is: |target| target.contains("&siret="),
        says: || staff("M01", "20240601").into(),
    },
];

fn staff(nature: &str, period: &str) -> String {
    let entry = |source| {
        json!({
            "source": source,
            "nature": nature,
            "periode": period,
            "effectifs": "12.34",
            "miseAJourRCD": "2025-01-31",
        })
    };
    json!([entry("RA"), entry("RG")]).to_string()
}
