//! Those who run a company: `api_entreprise_v3_infogreffe_mandataires_sociaux`, a collection.

use serde_json::{Value, json};

use super::{
    dates,
    extrait_rcs::{Extract, Officer},
};
use crate::{
    sources::{Raw, infogreffe},
    trouble::{Class, Trouble},
};

/// The answer for what Infogreffe gave. A trader has no one who runs the company besides: the collection is empty.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let extract = infogreffe::extract(&raw.body)?;
    let extract = Extract::of(&extract).ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    let officers: Vec<Officer<'_>> = extract.officers().collect();
    let natural = officers.iter().filter(|officer| officer.natural).count();
    let data: Vec<Value> = officers.iter().map(item).collect();
    Ok(json!({
        "data": data,
        "links": {},
        "meta": {
            "personnes_physiques_count": natural,
            "personnes_morales_count": officers.len() - natural,
            "count": officers.len(),
        },
    }))
}

fn item(officer: &Officer<'_>) -> Value {
    let data = match officer.natural {
        true => natural_person(officer),
        false => legal_person(officer),
    };
    json!({"data": data, "links": {}, "meta": {}})
}

fn natural_person(officer: &Officer<'_>) -> Value {
    let born = officer.born();
    json!({
        "type": "personne_physique",
        "fonction": officer.function,
        "nom": officer.name(),
        "prenom": officer.first_name(),
        "date_naissance": born,
        "date_naissance_timestamp": born.as_deref().and_then(dates::unix_seconds),
        "lieu_naissance": officer.birth_place(),
        "pays_naissance": officer.of_birth("pays"),
        "code_pays_naissance": officer.of_birth("codePays"),
        "nationalite": officer.said("nationalite"),
        "code_nationalite": officer.said("codeNationalite"),
    })
}

fn legal_person(officer: &Officer<'_>) -> Value {
    let registry = officer.registry();
    json!({
        "numero_identification": officer.siren(),
        "type": "personne_morale",
        "fonction": officer.function,
        "raison_sociale": officer.company_name(),
        "code_greffe": registry.and_then(|registry| registry.attribute("code")),
        "libelle_greffe": registry.and_then(|registry| registry.text()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        EXTRACT, TRADER, assert_fits_the_official_description, returned,
    };

    const PATH: &str = "/v3/infogreffe/rcs/unites_legales/{siren}/mandataires_sociaux";

    #[test]
    fn those_who_run_a_company_are_listed_and_counted() {
        let answer = answer(&returned(EXTRACT)).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_trader_has_none() {
        let answer = answer(&returned(TRADER)).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        assert_eq!(answer["data"], json!([]));
        assert_eq!(answer["meta"]["count"], 0);
    }

    #[test]
    fn an_extract_without_a_number_is_unknown() {
        let refused = answer(&returned("<Extrait><dossier/></Extrait>"));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }
}
