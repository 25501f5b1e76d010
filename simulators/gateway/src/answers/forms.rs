//! What the lines of tax forms are called: DGFIP's dictionary, as far as the gateway knows it by heart.
//!
//! Letters and labels are those of the forms themselves; EDI codes and absolute codes are invented in the official shape.

use serde_json::{Map, Value, json};

/// A line of a form with all that is known of it; a line that is not in the dictionary has its number alone.
pub(crate) fn described(form: &str, nref: &str) -> Value {
    let found = LINES.iter().find(|line| line.0 == form && line.1 == nref);
    let mut told = Map::new();
    if let Some((_, nref, code, kind, label)) = found {
        told.insert("code".to_owned(), json!(code));
        told.insert(
            "code_EDI".to_owned(),
            json!(format!("{code}:C516:{}:1:{kind}", &nref[2..])),
        );
        told.insert("code_absolu".to_owned(), json!(format!("2{nref}")));
        told.insert("code_type_donnee".to_owned(), json!(kind));
        told.insert("intitule".to_owned(), json!(label));
    }
    told.insert("code_nref".to_owned(), json!(nref));
    Value::Object(told)
}

/// Form, number of the line, its letters, its kind of value, its label.
const LINES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "2051",
        "300414",
        "DA",
        "MOA",
        "Capital social ou individuel",
    ),
    ("2051", "300438", "DL", "MOA", "Total des capitaux propres"),
    (
        "2051",
        "302359",
        "DR",
        "MOA",
        "Total des provisions pour risques et charges",
    ),
    (
        "2051",
        "300451",
        "DS",
        "MOA",
        "Emprunts obligataires convertibles",
    ),
    (
        "2051",
        "300453",
        "DT",
        "MOA",
        "Autres emprunts obligataires",
    ),
    (
        "2051",
        "300455",
        "DU",
        "MOA",
        "Emprunts et dettes auprès des établissements de crédit",
    ),
    (
        "2051",
        "300458",
        "DV",
        "MOA",
        "Emprunts et dettes financières divers",
    ),
    ("2051", "300476", "EE", "MOA", "Total général du passif"),
    ("2052", "300506", "FL", "MOA", "Chiffre d'affaires nets"),
    ("2053", "300606", "HN", "MOA", "Bénéfice ou perte"),
    (
        "2033A",
        "304390",
        "CA",
        "MOA",
        "Capital social ou individuel",
    ),
    ("2033A", "304396", "TC", "MOA", "Total des capitaux propres"),
    ("2033A", "304407", "TG", "MOA", "Total général du passif"),
    ("2033B", "304432", "VS", "MOA", "Ventes et services"),
    ("2033B", "304476", "BP", "MOA", "Bénéfice ou perte"),
    ("2035A", "305201", "AA", "MOA", "Recettes encaissées"),
    ("2035A", "305240", "CP", "MOA", "Bénéfice ou déficit"),
    ("2059F", "305767", "GR", "CCI", "Déposé néant"),
    ("2059G", "305768", "GS", "CCI", "Déposé néant"),
    ("2057", "301195", "VI", "MOA", "Groupe et associés"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_described_where_its_form_has_it() {
        assert_eq!(
            described("2052", "300506"),
            json!({
                "code": "FL",
                "code_EDI": "FL:C516:0506:1:MOA",
                "code_absolu": "2300506",
                "code_type_donnee": "MOA",
                "intitule": "Chiffre d'affaires nets",
                "code_nref": "300506",
            })
        );
        assert_eq!(described("2051", "300506"), json!({"code_nref": "300506"}));
    }
}
