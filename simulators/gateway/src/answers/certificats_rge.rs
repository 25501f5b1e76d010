//! What of an establishment is RGE: `api_entreprise_v3_ademe_certificats_rge`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fields::{collection, record, tidy};
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// What ADEME gave.
#[derive(Deserialize)]
struct Answer {
    results: Vec<Line>,
}

/// A line in ADEME's words.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_updatedAt")]
    updated: String,
    url_qualification: String,
    nom_certificat: String,
    domaine: String,
    meta_domaine: String,
    code_qualification: String,
    nom_qualification: String,
    organisme: String,
    lien_date_debut: String,
    lien_date_fin: String,
    traitement_termine: bool,
}

/// The answer for what ADEME gave: an empty list is not found.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let Answer { results } = record(raw)?;
    if results.is_empty() {
        return Err(Trouble::said(Class::NotFound, &raw.body));
    }
    Ok(collection(results.iter().map(told), json!({})))
}

/// Domains have official words, runs of spaces included: they stay as they are.
fn told(line: &Line) -> Value {
    json!({
        "url": line.url_qualification,
        "nom_certificat": tidy(&line.nom_certificat),
        "domaine": line.domaine,
        "meta_domaine": line.meta_domaine,
        "qualification": {
            "code": line.code_qualification,
            "nom": tidy(&line.nom_qualification),
        },
        "organisme": line.organisme,
        "date_attribution": line.lien_date_debut,
        "date_expiration": line.lien_date_fin,
        "meta": {
            "internal_id": line.id,
            "updated_at": line.updated.get(..10),
            "archived": line.traitement_termine,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        assert_fits_the_official_description, certificates::labels, raw,
    };

    #[test]
    fn each_line_is_an_entry_of_its_own() {
        let answer = answer(&raw(&labels())).unwrap();

        let path = "/v3/ademe/etablissements/{siret}/certification_rge";
        assert_fits_the_official_description(path, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn an_empty_list_is_not_found() {
        let trouble = answer(&raw(&json!({"total": 0, "results": []}))).unwrap_err();

        assert_eq!(trouble.class, Class::NotFound);
    }
}
