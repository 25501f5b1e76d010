//! An operator known to customs: `api_entreprise_v3_dgddi_eori`.

use serde_json::{Value, json};

use super::fields::squeezed;
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// The answer for what DGDDI gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let answer: Option<Value> = serde_json::from_slice(&raw.body).ok();
    let operator = answer.as_ref().and_then(|answer| answer.get("EORI"));
    let operator = operator.ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    let text = |name| squeezed(operator, name);
    Ok(json!({
        "data": {
            "id": text("identifiant"),
            "actif": operator.get("actif"),
            "code_pays": text("codePays"),
            "code_postal": text("codePostal"),
            "libelle": text("libelle"),
            "pays": text("pays"),
            "rue": text("rue"),
            "ville": text("ville"),
        },
        "links": {},
        "meta": {},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw};

    #[test]
    fn an_operator_is_told_without_the_runs_of_spaces() {
        let answer = answer(&raw(&json!({"EORI": {
            "identifiant": "ESA08536583",
            "actif": true,
            "libelle": "EJEMPLO  EXPORTACION SA",
            "rue": "CALLE  MAYOR 12",
            "codePostal": "28013",
            "ville": "MADRID",
            "pays": "ESPAGNE",
            "codePays": "ES",
        }})))
        .unwrap();

        let path = "/v3/douanes/etablissements/{siret_or_eori}/immatriculations_eori";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn what_is_no_operator_is_unknown() {
        let refused = answer(&raw(&json!({"erreur": {}})));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
