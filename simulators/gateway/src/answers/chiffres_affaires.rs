//! Turnover: `api_entreprise_v3_dgfip_chiffres_affaires`, a collection.

use serde_json::{Value, json};

use super::fields::text;
use crate::{
    sources::{Raw, dgfip},
    trouble::{Class, Trouble},
};

/// The answer for what DGFIP gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let years = dgfip::turnovers(&raw.body)?;
    let items: Option<Vec<Value>> = years.iter().map(item).collect();
    let items = items.ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    Ok(json!({"data": items, "meta": {}, "links": {}}))
}

/// One year; none: it lacks its turnover or its end.
fn item(year: &Value) -> Option<Value> {
    let turnover: i64 = text(year, "ca")?.parse().ok()?;
    let end = text(year, "dateFinExercice")?.get(..10)?;
    Some(json!({
        "data": {"chiffre_affaires": turnover, "date_fin_exercice": end},
        "links": {},
        "meta": {},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw};

    #[test]
    fn each_year_has_its_turnover_and_the_day_it_ended() {
        let answer = answer(&raw(&json!({"liste_ca": [
            {"ca": "648374448", "dateFinExercice": "2016-12-31T00:00:00+01:00"},
            {"ca": "-12", "dateFinExercice": "2015-06-30T00:00:00+02:00"},
        ]})))
        .unwrap();

        let path = "/v3/dgfip/etablissements/{siret}/chiffres_affaires";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_year_without_an_end_is_unknown() {
        let refused = answer(&raw(&json!({"liste_ca": [{"ca": "1"}]})));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
