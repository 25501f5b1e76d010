//! Collective agreements: `api_entreprise_v3_fabrique_numerique_ministeres_sociaux_conventions_collectives`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fields::{entries, record, tidy};
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// What the Fabrique gave: one of these, for the place that was asked about.
#[derive(Deserialize)]
struct Place {
    conventions: Vec<Agreement>,
}

/// An agreement in the Fabrique's words.
#[derive(Deserialize)]
struct Agreement {
    id: String,
    num: u64,
    title: String,
    #[serde(rename = "shortTitle")]
    short_title: String,
    active: bool,
    etat: String,
    url: String,
    synonymes: Option<Vec<String>>,
    date_publi: String,
}

/// The answer for what the Fabrique gave: no agreement is not found.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let places: Vec<Place> = record(raw)?;
    let agreements = places.into_iter().next().map(|place| place.conventions);
    let agreements = agreements.unwrap_or_default();
    if agreements.is_empty() {
        return Err(Trouble::said(Class::NotFound, &raw.body));
    }
    let told = agreements
        .iter()
        .map(|own| (told(own), json!({"internal_id": own.id})));
    Ok(json!({"data": entries(told), "links": {}, "meta": {}}))
}

fn told(own: &Agreement) -> Value {
    json!({
        "type": "convention_collective",
        "titre": tidy(&own.title),
        "titre_court": tidy(&own.short_title),
        "numero_idcc": own.num,
        "active": own.active,
        "etat": state(&own.etat),
        "synonymes": own.synonymes.as_deref().unwrap_or_default(),
        "url": own.url,
        "date_publication": own.date_publi.get(..10),
    })
}

fn state(word: &str) -> &str {
    match word {
        "VIGUEUR" => "vigueur",
        "VIGUEUR_ETEN" => "vigueur_etendue",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        assert_fits_the_official_description, certificates::agreements, raw,
    };

    #[test]
    fn each_agreement_is_an_entry_with_its_id() {
        let answer = answer(&raw(&agreements())).unwrap();

        let path = "/v3/fabrique_numerique_ministeres_sociaux/etablissements/{siret}/conventions_collectives";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_place_without_agreements_is_not_found() {
        let none = json!([{"conventions": [], "siret": "41816609600069"}]);

        assert_eq!(answer(&raw(&none)).unwrap_err().class, Class::NotFound);
    }
}
