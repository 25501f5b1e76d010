//! The address of an establishment: `api_entreprise_v3_insee_adresses_etablissements`, `…_diffusables`.

use serde_json::{Value, json};

use super::{asked::Asked, company::day, etablissement::Place};
use crate::{
    sources::{Raw, insee},
    trouble::{Class, Trouble},
};

/// The answer for what INSEE gave.
pub(crate) fn answer(raw: &Raw, asked: &Asked<'_>) -> Result<Value, Trouble> {
    let record = insee::record(&raw.body)?;
    let place = Place::of(&record).ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    Ok(json!({
        "data": place.address(asked),
        "links": {
            "unite_legale": asked.link(&format!("unites_legales/{}", place.company.siren)),
            "etablissement": asked.link(&format!("etablissements/{}", place.siret)),
        },
        "meta": {"date_derniere_mise_a_jour": day(&record, "dateDernierTraitementEtablissement")},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        asked, asked_by_anyone, assert_fits_the_official_description, establishment, raw,
    };

    const SIRET: &str = "41816609600069";

    #[test]
    fn an_address_has_the_documented_shape() {
        let answer = answer(&raw(&establishment(|_| ())), &asked(SIRET)).unwrap();

        let path = "/v3/insee/sirene/etablissements/{siret}/adresse";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn of_an_address_that_is_withheld_the_commune_is_left() {
        let place = establishment(|record| {
            record["statutDiffusionEtablissement"] = json!("P");
        });

        let answer = answer(&raw(&place), &asked_by_anyone(SIRET)).unwrap();

        let path = "/v3/insee/sirene/etablissements/diffusibles/{siret}/adresse";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn what_is_no_record_of_an_establishment_is_unknown() {
        let refused = answer(&raw(&json!({"etablissement": {"siret": "1"}})), &asked(""));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
