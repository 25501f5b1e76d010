//! A craftsman's entry: `api_entreprise_v3_rnm_entreprises_artisanales`.

use serde_json::{Value, json};

use super::fields::text;
use crate::{
    sources::{Raw, rnm},
    trouble::Trouble,
};

/// The answer for what the register gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let record = rnm::record(&raw.body)?;
    let itinerant = text(&record, "ent_act_non_sedentaire") == Some("1");
    Ok(json!({
        "data": {
            "modalite_exercice": text(&record, "ent_act_modalite_exercice").unwrap_or("NR"),
            "non_sedentaire": if itinerant { "1" } else { "0" },
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
    fn season_and_place_are_told() {
        let record =
            json!({"id": "35123", "ent_act_modalite_exercice": "S", "ent_act_non_sedentaire": "1"});

        let answer = answer(&raw(&record)).unwrap();

        assert_fits_the_official_description("/v3/cma_france/rnm/unites_legales/{siren}", &answer);
        assert_eq!(
            answer["data"],
            json!({"modalite_exercice": "S", "non_sedentaire": "1"})
        );
    }

    #[test]
    fn what_the_register_does_not_tell_is_not_known() {
        let answer = answer(&raw(&json!({"id": "35123"}))).unwrap();

        assert_eq!(
            answer["data"],
            json!({"modalite_exercice": "NR", "non_sedentaire": "0"})
        );
    }
}
