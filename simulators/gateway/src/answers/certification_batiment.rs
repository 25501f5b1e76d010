//! What a certificate of Qualibat says: `api_entreprise_v4_qualibat_certifications_batiment`.
//!
//! All of it is read in the text of the document; what does not stand there is null.

use doublure_fixtures::Date;
use serde_json::{Value, json};

use super::{dates, fields::tidy, paper::Paper};

/// The answer about a certificate.
pub(crate) fn answer(paper: &Paper) -> Value {
    let lines = paper.lines();
    let after = |words: &str| lines.iter().find_map(|line| line.strip_prefix(words));
    let day = |words| {
        after(words)
            .and_then(dates::french)
            .map(|day| day.to_string())
    };
    json!({
        "data": {
            "document_url": paper.url,
            "document_url_expires_in": paper.life.as_secs(),
            "date_emission": day("Emis le "),
            "date_fin_validite": day("Valable jusqu'au "),
            "entity": {
                "assurance_responsabilite_travaux": insurer(after("Assurance travaux : ")),
                "assurance_responsabilite_civile": insurer(after("Assurance civile : ")),
                "certifications": certifications(&lines),
            },
        },
        "links": {},
        "meta": {},
    })
}

/// `SMABTP, contrat 0123456789`.
fn insurer(line: Option<&str>) -> Value {
    let parts = line.and_then(|line| line.split_once(", contrat "));
    json!({
        "nom": parts.map(|(name, _)| name),
        "identifiant": parts.map(|(_, contract)| contract),
    })
}

/// `Qualification 3511 du 04/06/2021, RGE`, each with its label on the next line.
fn certifications(lines: &[String]) -> Vec<Value> {
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let read = |(head, label): (&String, &String)| {
        let (code, rest) = head.strip_prefix("Qualification ")?.split_once(" du ")?;
        let (day, rge) = match rest.strip_suffix(", RGE") {
            Some(day) => (day, true),
            None => (rest, false),
        };
        let given: Date = dates::french(day)?;
        Some(json!({
            "code": code,
            "libelle": tidy(label),
            "rge": rge,
            "date_attribution": given.to_string(),
        }))
    };
    pairs.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, paper};

    const PATH: &str = "/v4/qualibat/etablissements/{siret}/certification_batiment";

    #[test]
    fn all_that_the_document_says_is_read() {
        let answer = answer(&paper(&[
            "Emis le 17/06/2025",
            "Valable jusqu'au 17/06/2029",
            "Assurance travaux : SMABTP, contrat 0729849017",
            "Assurance civile : AXA FRANCE IARD, contrat 1730739895",
            "Qualification 4311 du 20/11/2022",
            "Menuiserie  intérieure en bois",
            "Qualification 7122 du 01/11/2019, RGE",
            "Isolation thermique par l'intérieur",
        ]));

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn what_the_document_does_not_say_is_null() {
        let answer = answer(&paper(&["Certificat E-E391885"]));

        assert_fits_the_official_description(PATH, &answer);
        assert_eq!(answer["data"]["date_emission"], Value::Null);
        let insurer = &answer["data"]["entity"]["assurance_responsabilite_civile"];
        assert_eq!(*insurer, json!({"nom": null, "identifiant": null}));
        assert_eq!(answer["data"]["entity"]["certifications"], json!([]));
    }
}
