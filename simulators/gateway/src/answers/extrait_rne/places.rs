//! The establishments of an entry, and the words for its codes.

use doublure_fixtures::world::nomenclature;
use serde_json::{Value, json};

use super::super::fields::{text, tidy};

/// Those that are open, head office first, and how many are closed.
pub(super) fn establishments(person: &Value) -> (Vec<Value>, usize) {
    let principal = Some(&person["etablissementPrincipal"]).filter(|place| place.is_object());
    let others = person["autresEtablissements"]
        .as_array()
        .into_iter()
        .flatten();
    let all = principal.map(|place| ("Siège et principal", place));
    let all: Vec<(&str, &Value)> = all
        .into_iter()
        .chain(others.map(|place| ("Secondaire", place)))
        .collect();
    let open: Vec<Value> = all
        .iter()
        .filter(|(_, place)| is_open(place))
        .map(|(kind, place)| establishment(kind, place))
        .collect();
    let closed = all.len() - open.len();
    (open, closed)
}

fn is_open(place: &Value) -> bool {
    let description = &place["descriptionEtablissement"];
    text(description, "statutPourFormalite") != Some("6")
        && text(description, "dateEffetFermeture").is_none()
}

fn establishment(kind: &str, place: &Value) -> Value {
    let description = &place["descriptionEtablissement"];
    let activities = || place["activites"].as_array().into_iter().flatten();
    let main = activities().find(|activity| activity["indicateurPrincipal"] == true);
    let main = main.unwrap_or(&Value::Null);
    let others: Vec<String> = activities()
        .filter(|activity| activity["indicateurPrincipal"] != true)
        .filter_map(|activity| text(activity, "descriptionDetaillee").map(tidy))
        .collect();
    json!({
        "type_etablissement": kind,
        "date_debut_activite": text(main, "dateDebut"),
        "siret": text(description, "siret"),
        "code_APE": activity(text(description, "codeApe").unwrap_or_default()),
        "code_APRM": craft(text(description, "codeAprm")),
        "nature_etablissement": text(main, "formeExercice").unwrap_or_default(),
        "activite_principale": text(main, "descriptionDetaillee").map(tidy).unwrap_or_default(),
        "autre_activite": (!others.is_empty()).then(|| others.join(", ")),
        "adresse": address(&place["adresse"]),
        "statut": "actif",
    })
}

/// An address in one line, in capitals.
pub(super) fn address(record: &Value) -> Value {
    let parts = ["numVoie", "indiceRepetition", "typeVoie", "voie"];
    let parts: Vec<&str> = parts.iter().filter_map(|name| text(record, name)).collect();
    json!({
        "voie": tidy(&parts.join(" ")).to_uppercase(),
        "code_postal": text(record, "codePostal").unwrap_or_default(),
        "commune": text(record, "commune").unwrap_or_default().to_uppercase(),
        "pays": text(record, "pays").unwrap_or("FRANCE"),
        "complement": text(record, "complementLocalisation"),
    })
}

/// An activity by its code without a dot: `6202A`.
pub(super) fn activity(code: &str) -> Value {
    json!({"code": code, "libelle": label(code).unwrap_or_else(|| format!("Activité {code}"))})
}

/// A craft: the activity it is, and a letter.
pub(super) fn craft(code: Option<&str>) -> Value {
    let label = code.and_then(|code| label(code.get(..5)?));
    json!({"code": code, "libelle": label})
}

/// A legal form by its code.
pub(super) fn legal_form(code: &str) -> Value {
    let known = nomenclature::legal_form(code).map(|form| form.label);
    json!({"code": code, "libelle": known.unwrap_or_else(|| format!("Forme juridique {code}"))})
}

fn label(code: &str) -> Option<String> {
    let (division, rest) = code.split_at_checked(2)?;
    nomenclature::activity(&format!("{division}.{rest}")).map(|activity| activity.label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_words_and_those_that_have_none_say_their_code() {
        assert_eq!(activity("9602A")["libelle"], "Coiffure");
        assert_eq!(
            craft(Some("9602AA")),
            json!({"code": "9602AA", "libelle": "Coiffure"})
        );
        assert_eq!(craft(None), json!({"code": null, "libelle": null}));
        assert_eq!(activity("0000X")["libelle"], "Activité 0000X");
        assert_eq!(legal_form("0000")["libelle"], "Forme juridique 0000");
    }

    #[test]
    fn a_company_that_closed_all_has_none_open() {
        let closed = json!({"descriptionEtablissement": {"statutPourFormalite": "6"}});
        let person = json!({"etablissementPrincipal": closed, "autresEtablissements": [closed]});

        assert_eq!(establishments(&person), (vec![], 2));
        assert_eq!(establishments(&json!({})), (vec![], 0));
    }
}
