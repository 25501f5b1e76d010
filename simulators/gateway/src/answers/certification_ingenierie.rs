//! Qualifications of engineers: `api_entreprise_v3_opqibi_certifications_ingenierie`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    dates,
    fields::{record, tidy},
};
use crate::{sources::Raw, trouble::Trouble};

/// A certificate in OPQIBI's words.
#[derive(Deserialize)]
struct Certificate {
    numero_certificat: String,
    url: String,
    date_de_delivrance_du_certificat: String,
    duree_de_validite_du_certificat: String,
    assurance: String,
    qualifications: Vec<Qualification>,
    date_de_validite_des_qualification: String,
    qualifications_probatoires: Vec<Qualification>,
    date_de_validite_des_qualifications_probatoires: Option<String>,
}

/// A qualification in OPQIBI's words.
#[derive(Deserialize)]
struct Qualification {
    #[serde(rename = "Nom")]
    name: String,
    #[serde(rename = "CodeQualification")]
    code: String,
    #[serde(rename = "Definition")]
    definition: String,
    rge: String,
}

/// The answer for what OPQIBI gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let own: Certificate = record(raw)?;
    let probation = own.date_de_validite_des_qualifications_probatoires;
    let data = json!({
        "numero_certificat": own.numero_certificat,
        "url": own.url,
        "date_delivrance_certificat": day(&own.date_de_delivrance_du_certificat),
        "duree_validite_certificat": tidy(&own.duree_de_validite_du_certificat),
        "assurances": tidy(&own.assurance),
        "qualifications": told(&own.qualifications),
        "date_validite_qualifications": day(&own.date_de_validite_des_qualification),
        "qualifications_probatoires": told(&own.qualifications_probatoires),
        "date_validite_qualifications_probatoires": probation.as_deref().map(day),
    });
    Ok(json!({"data": data, "links": {}, "meta": {}}))
}

fn told(list: &[Qualification]) -> Vec<Value> {
    let one = |own: &Qualification| {
        json!({
            "nom": tidy(&own.name),
            "code_qualification": own.code,
            "definition": tidy(&own.definition),
            "rge": own.rge == "1",
        })
    };
    list.iter().map(one).collect()
}

/// A day as all write it; as it stands where it is none.
fn day(text: &str) -> String {
    dates::french(text).map_or_else(|| text.to_owned(), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        assert_fits_the_official_description, certificates::certificate_of_engineers, raw,
    };

    const PATH: &str = "/v3/opqibi/unites_legales/{siren}/certification_ingenierie";

    #[test]
    fn qualifications_are_told_apart_from_those_on_probation() {
        let answer = answer(&raw(&certificate_of_engineers())).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn nothing_on_probation_has_no_day() {
        let mut certificate = certificate_of_engineers();
        certificate["qualifications_probatoires"] = json!([]);
        certificate["date_de_validite_des_qualifications_probatoires"] = Value::Null;

        let answer = answer(&raw(&certificate)).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        assert_eq!(
            answer["data"]["date_validite_qualifications_probatoires"],
            Value::Null
        );
    }
}
