//! The deeds and accounts that a company filed: `api_entreprise_v3_inpi_rne_actes_bilans`.
//!
//! Each has a link to a link to its file (facts 86). What is confidential or was taken back is left out.

use serde_json::{Map, Value, json};

use super::{
    desk::Desk,
    fields::{text, tidy},
};
use crate::{
    sources::{Ask, Raw, inpi},
    trouble::{Class, Trouble},
};

/// The answer for what the register gave; a company that filed nothing is not found.
pub(crate) fn answer(raw: &Raw, desk: &mut Desk<'_>) -> Result<Value, Trouble> {
    let record: Value =
        serde_json::from_slice(&raw.body).map_err(|_| Trouble::said(Class::Unknown, &raw.body))?;
    let actes: Vec<Value> = public(&record, "actes")
        .map(|deed| acte(deed, desk))
        .collect();
    let bilans: Vec<Value> = public(&record, "bilans")
        .map(|one| bilan(one, desk))
        .collect();
    if actes.is_empty() && bilans.is_empty() {
        return Err(Trouble::said(Class::NotFound, &raw.body));
    }
    Ok(json!({"data": {"actes": actes, "bilans": bilans}, "links": {}, "meta": {}}))
}

fn public<'a>(record: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    let documents = record.get(list).and_then(Value::as_array);
    documents.into_iter().flatten().filter(|document| {
        document.get("deleted") != Some(&json!(true))
            && text(document, "confidentiality") == Some("Public")
    })
}

fn acte(deed: &Value, desk: &mut Desk<'_>) -> Value {
    let kinds = deed.get("typeRdd").and_then(Value::as_array);
    let kinds: Option<Vec<Value>> = kinds.map(|kinds| kinds.iter().map(kind).collect());
    let mut record = document(deed);
    record.insert("types_actes".to_owned(), json!(kinds));
    linked(record, inpi::ACTE, desk)
}

fn kind(kind: &Value) -> Value {
    let mut record = Map::new();
    for (ours, theirs) in [("type_acte", "typeActe"), ("type_decision", "decision")] {
        if let Some(words) = text(kind, theirs) {
            record.insert(ours.to_owned(), json!(tidy(words)));
        }
    }
    Value::Object(record)
}

fn bilan(accounts: &Value, desk: &mut Desk<'_>) -> Value {
    let mut record = document(accounts);
    record.insert(
        "date_cloture".to_owned(),
        json!(text(accounts, "dateCloture")),
    );
    let letter = text(accounts, "typeBilan").unwrap_or_default();
    record.insert("type".to_owned(), json!(kind_of_accounts(letter)));
    linked(record, inpi::BILAN, desk)
}

/// What both kinds have.
fn document(document: &Value) -> Map<String, Value> {
    let updated = text(document, "updatedAt").map(|moment| moment.split('T').next());
    let fields = [
        ("id", json!(text(document, "id"))),
        ("nom_document", json!(text(document, "nomDocument"))),
        ("date_depot", json!(text(document, "dateDepot"))),
        ("date_mise_a_jour", json!(updated)),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

fn linked(mut record: Map<String, Value>, ask: Ask, desk: &mut Desk<'_>) -> Value {
    let id = record["id"].as_str().unwrap_or_default().to_owned();
    record.insert("url".to_owned(), json!(desk.download(ask, &id)));
    Value::Object(record)
}

fn kind_of_accounts(letter: &str) -> &'static str {
    match letter {
        "S" => "bilan simplifié",
        "K" => "bilan consolidé",
        "B" => "bilan de type banque",
        "A" => "bilan de type assurance",
        "AS" => "bilan de type agricole simplifié",
        _ => "bilan complet",
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

    fn made(record: &Value) -> Result<Value, Trouble> {
        let (dice, query) = (Dice::new(1, "desk"), Query::default());
        answer(&raw(record), &mut desk(&dice, &query))
    }

    fn document(id: &str, more: &Value) -> Value {
        let mut record = json!({
            "updatedAt": "2024-06-07T04:55:39+02:00",
            "dateDepot": "2024-01-29",
            "nomDocument": "C0022A1001L167004D20240604H170356",
            "confidentiality": "Public",
            "deleted": false,
            "id": id,
        });
        record
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        record
    }

    #[test]
    fn deeds_and_accounts_each_have_a_link() {
        let record = json!({
            "actes": [
                document("63e7e2e3998acaecf81b485e", &json!({"typeRdd": [
                    {"typeActe": "Statuts mis à jour"},
                    {"typeActe": "Procès-verbal", "decision": "Augmentation  du capital social"},
                ]})),
                document("63e7e2e3998acaecf81b485f", &json!({})),
            ],
            "bilans": [document("63e7e2e3998acaecf81b4860", &json!({"dateCloture": "2023-08-31", "typeBilan": "S"}))],
        });

        let answer = made(&record).unwrap();

        assert_fits_the_official_description(
            "/v3/inpi/rne/unites_legales/open_data/{siren}/actes_bilans",
            &answer,
        );
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn what_is_not_public_is_left_out_and_a_company_without_the_rest_is_not_found() {
        let record = json!({
            "actes": [document("a", &json!({"deleted": true}))],
            "bilans": [document("b", &json!({"confidentiality": "Confidentiel"}))],
        });

        let refused = made(&record).unwrap_err();

        assert_eq!(refused.class, Class::NotFound);
        assert_eq!(made(&json!({})).unwrap_err().class, Class::NotFound);
    }

    #[test]
    fn every_letter_is_a_kind_of_accounts() {
        let kinds = ["C", "S", "K", "B", "A", "AS"].map(kind_of_accounts);

        assert!(kinds.iter().all(|kind| kind.starts_with("bilan ")));
        assert_eq!(kinds.len(), std::collections::BTreeSet::from(kinds).len());
    }
}
