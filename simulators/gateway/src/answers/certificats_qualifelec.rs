//! Certificates of electricians: `api_entreprise_v3_qualifelec_certificats`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    dates,
    fields::{collection, record, tidy},
};
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// A certificate in Qualifelec's words; every day is a Unix second.
#[derive(Deserialize)]
struct Certificate {
    url: String,
    num: u64,
    rge: bool,
    start_date: u64,
    end_date: u64,
    label: String,
    qualification_start_date: u64,
    qualification_end_date: u64,
    indexes: Vec<Named>,
    mentions: Vec<Named>,
    domains: Vec<Named>,
    classification: Classification,
    decennial_insurance: String,
    decennial_insurance_start_date: Option<u64>,
    decennial_insurance_end_date: Option<u64>,
    liability_insurance: String,
    liability_insurance_start_date: Option<u64>,
    liability_insurance_end_date: Option<u64>,
}

/// A code and its label.
#[derive(Deserialize)]
struct Named {
    code: String,
    label: String,
}

/// Means in staff; nothing for a qualification on probation.
#[derive(Deserialize)]
struct Classification {
    code: Option<u64>,
    label: Option<String>,
}

/// The answer for what Qualifelec gave: none is not found.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let certificates: Vec<Certificate> = record(raw)?;
    if certificates.is_empty() {
        return Err(Trouble::said(Class::NotFound, &raw.body));
    }
    let meta = json!({"total": certificates.len()});
    Ok(collection(certificates.iter().map(told), meta))
}

fn told(own: &Certificate) -> Value {
    json!({
        "document_url": own.url,
        "numero": own.num,
        "rge": own.rge,
        "date_debut": day(own.start_date),
        "date_fin": day(own.end_date),
        "qualification": {
            "label": tidy(&own.label),
            "date_debut": day(own.qualification_start_date),
            "date_fin": day(own.qualification_end_date),
            "indices": named(&own.indexes),
            "mentions": named(&own.mentions),
            "domaines": named(&own.domains),
            "classification": {
                "code": own.classification.code,
                "label": own.classification.label,
            },
        },
        "assurance_decennale": {
            "nom": own.decennial_insurance,
            "date_debut": own.decennial_insurance_start_date.map(day),
            "date_fin": own.decennial_insurance_end_date.map(day),
        },
        "assurance_civile": {
            "nom": own.liability_insurance,
            "date_debut": own.liability_insurance_start_date.map(day),
            "date_fin": own.liability_insurance_end_date.map(day),
        },
    })
}

fn named(list: &[Named]) -> Vec<Value> {
    let one = |own: &Named| json!({"code": own.code, "label": tidy(&own.label)});
    list.iter().map(one).collect()
}

fn day(unix_seconds: u64) -> String {
    dates::day_in_paris(unix_seconds).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        assert_fits_the_official_description, certificates::certificates_of_electricians, raw,
    };

    const PATH: &str = "/v3/qualifelec/etablissements/{siret}/certificats";

    #[test]
    fn each_certificate_is_an_entry_of_its_own() {
        let answer = answer(&raw(&certificates_of_electricians())).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_qualification_on_probation_has_no_class() {
        let mut certificates = certificates_of_electricians();
        certificates[0]["classification"] = json!({"code": null, "label": null});
        certificates[0]["liability_insurance_start_date"] = Value::Null;

        let answer = answer(&raw(&certificates)).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        let class = &answer["data"][0]["data"]["qualification"]["classification"];
        assert_eq!(*class, json!({"code": null, "label": null}));
    }

    #[test]
    fn no_certificate_is_not_found() {
        let trouble = answer(&raw(&json!([]))).unwrap_err();

        assert_eq!(trouble.class, Class::NotFound);
    }
}
