//! The documents of an association: `api_entreprise_v3_mi_documents_associations`, a collection.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::desk::Desk;
use crate::{
    sources::{Raw, associations::Fetched},
    trouble::{Class, Trouble},
};

/// The answer for the documents that were fetched. One that is none is told as such; where none is one, there is no answer.
pub(crate) fn answer(raw: &Raw, desk: &mut Desk<'_>) -> Result<Value, Trouble> {
    let fetched: Vec<Fetched> =
        serde_json::from_slice(&raw.body).map_err(|_| Trouble::said(Class::Unknown, &raw.body))?;
    let flaws: Vec<&str> = fetched
        .iter()
        .filter_map(|one| one.flaw.as_deref())
        .collect();
    if let (true, Some(first)) = (flaws.len() == fetched.len(), flaws.first()) {
        return Err(class_of(first).into());
    }
    let data: Vec<Value> = fetched.iter().map(|one| item(one, desk)).collect();
    Ok(json!({
        "data": data,
        "links": {},
        "meta": {
            "nombre_documents": fetched.len(),
            "nombre_documents_deficients": flaws.len(),
        },
    }))
}

fn item(fetched: &Fetched, desk: &mut Desk<'_>) -> Value {
    let pdf = fetched
        .content
        .as_ref()
        .and_then(|content| BASE64_STANDARD.decode(content).ok());
    let paper = pdf.map(|pdf| desk.paper("document_asso", pdf.into()));
    let errors: Vec<&str> = fetched.flaw.as_deref().map(words).into_iter().collect();
    json!({
        "data": {
            "timestamp": fetched.filed,
            "type": fetched.label,
            "url": paper.as_ref().map(|paper| &paper.url),
            "expires_in": paper.as_ref().map(|paper| paper.life.as_secs()),
            "errors": errors,
        },
        "links": {},
        "meta": {},
    })
}

fn class_of(digits: &str) -> Class {
    match digits {
        "052" => Class::Own("052"),
        "054" => Class::Own("054"),
        "055" => Class::NotAPdf,
        "056" => Class::EmptyFile,
        _ => Class::Own("053"),
    }
}

/// What is wrong with a document, in the words of the code with these last digits.
fn words(digits: &str) -> &'static str {
    match digits {
        "052" => "Le document n'a pas pu être téléchargé dans le temps imparti.",
        "054" => "L'adresse du document n'est pas une URL.",
        "055" => "Le document reçu n'est pas du type annoncé.",
        "056" => "Le document reçu ne contient rien.",
        _ => "Le serveur qui détient le document n'a pas pu être joint.",
    }
}

#[cfg(test)]
mod tests {
    use doublure_kernel::Dice;

    use super::*;
    use crate::{
        answers::samples::{assert_fits_the_official_description, desk, raw},
        query::Query,
    };

    const PATH: &str = "/v3/ministere_interieur/rna/associations/{siret_or_rna}/documents";

    fn made(documents: &Value) -> Result<Value, Trouble> {
        let (dice, query) = (Dice::new(1, "desk"), Query::default());
        answer(&raw(documents), &mut desk(&dice, &query))
    }

    fn good() -> Value {
        let content = BASE64_STANDARD.encode("%PDF-1.7");
        json!({"label": "Statuts", "filed": "1631182730", "content": content, "flaw": null})
    }

    fn bad(digits: &str) -> Value {
        json!({"label": "Arrêté", "filed": "1604185200", "content": null, "flaw": digits})
    }

    #[test]
    fn a_document_has_a_link_and_one_that_is_none_says_why() {
        let answer = made(&json!([good(), bad("055")])).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn where_none_is_one_the_first_says_why() {
        let class = |digits: &str| made(&json!([bad(digits), bad("056")])).unwrap_err().class;

        assert_eq!(
            ["052", "053", "054", "055", "056"].map(class),
            [
                Class::Own("052"),
                Class::Own("053"),
                Class::Own("054"),
                Class::NotAPdf,
                Class::EmptyFile,
            ]
        );
    }

    #[test]
    fn each_flaw_has_words_of_its_own() {
        let said = ["052", "053", "054", "055", "056"].map(words);

        assert_eq!(std::collections::BTreeSet::from(said).len(), 5);
    }
}
