//! Grants to associations: `api_entreprise_v3_data_subvention_subventions`, a collection.

use serde_json::{Map, Value, json};

use super::fields::tidy;
use crate::{
    sources::{Raw, data_subvention},
    trouble::Trouble,
};

/// The answer for what DataSubvention gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let grants = data_subvention::grants(&raw.body)?;
    let data: Vec<Value> = grants.iter().map(item).collect();
    Ok(json!({"data": data, "links": {}, "meta": {}}))
}

fn item(grant: &Value) -> Value {
    let application = grant.get("application").filter(|asked| asked.is_object());
    let payments = grant.get("payments").and_then(Value::as_array);
    let payments: Vec<Value> = payments.into_iter().flatten().map(payment).collect();
    json!({
        "data": {"demande_subvention": application.map(demand), "paiements": payments},
        "links": {},
        "meta": {},
    })
}

fn demand(asked: &Value) -> Value {
    let projects = asked["actions_proposee"].as_array().into_iter().flatten();
    let mut record = source(&asked["siret"]);
    record.extend(object(json!({
        "annee_exercice_demande": value(asked, "annee_demande"),
        "identifiant_engagement_juridique": value(asked, "ej"),
        "jointure_demandes_et_versements": value(asked, "versementKey"),
        "subvention_demandee": {
            "dispositif": words(asked, "dispositif"),
            "sous_dispositif": words(asked, "sous_dispositif"),
            "montant_demande": amount(&asked["montants"], "demande"),
        },
        "description_des_projets": {
            "estimation_cout_total": amount(&asked["montants"], "total"),
            "projet": projects.map(project).collect::<Vec<Value>>(),
        },
        "instruction": {
            "service_instructeur": words(asked, "service_instructeur"),
            "date_commission": value(asked, "date_commision"),
            "statut_demande": words(asked, "statut_label"),
            "montant_accorde": amount(&asked["montants"], "accorde"),
        },
    })));
    Value::Object(record)
}

fn project(planned: &Value) -> Value {
    json!({
        "rang": amount(planned, "rang"),
        "intitule": words(planned, "intitule"),
        "objectifs": words(planned, "objectifs"),
        "objectifs_operationnels": words(planned, "objectifs_operationnels"),
        "description": words(planned, "description"),
        "aide": {"nature": words(planned, "nature_aide"), "modalite": words(planned, "modalite_aide")},
        "modalite_ou_dispositif": words(planned, "modalite_ou_dispositif"),
        "indicateurs": value(planned, "indicateurs"),
        "cofinanceurs": words(&planned["cofinanceurs"], "noms"),
    })
}

fn payment(paid: &Value) -> Value {
    let mut record = source(&paid["ej"]);
    record.extend(object(json!({
        "jointure_demandes_et_versements": value(paid, "versementKey"),
        "montant_verse": amount(paid, "amount"),
        "date_versement": value(paid, "dateOperation"),
        "centre_financier": words(paid, "centreFinancier"),
        "domaine_fonctionnel": words(paid, "domaineFonctionnel"),
        "activitee": words(paid, "activitee"),
        "numero_bop": words(paid, "bop"),
        "programme": {
            "numero": words(paid, "programme"),
            "libelle": words(paid, "libelleProgramme"),
            "fournisseur": "Data Bretagne",
            "date_mise_a_jour_information": paid["programme"]["last_update"],
        },
    })));
    Value::Object(record)
}

/// Which system tells it, and since when.
fn source(told: &Value) -> Map<String, Value> {
    object(json!({
        "fournisseur": told["provider"],
        "date_mise_a_jour_information": told["last_update"],
    }))
}

fn value(record: &Value, name: &str) -> Value {
    record[name]["value"].clone()
}

fn words(record: &Value, name: &str) -> String {
    record[name]["value"].as_str().map(tidy).unwrap_or_default()
}

fn amount(record: &Value, name: &str) -> Value {
    match value(record, name) {
        Value::Number(number) => Value::Number(number),
        _ => json!(0),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw};

    const PATH: &str = "/v3/data_subvention/associations/{siren_or_siret_or_rna}/subventions";

    fn told(value: Value) -> Value {
        json!({"value": value, "provider": "OSIRIS", "last_update": "2019-01-01T00:00:00.000Z"})
    }

    fn asked() -> Value {
        json!({
            "siret": told(json!("12345678200010")),
            "annee_demande": told(json!(2019)),
            "ej": null,
            "dispositif": told(json!("ANS - Projets  Sportifs")),
            "statut_label": told(json!("Refusé")),
            "montants": {"total": told(json!(8500)), "demande": told(json!(2000))},
            "actions_proposee": [{"rang": told(json!(1)), "intitule": told(json!("Tournois"))}],
        })
    }

    fn paid() -> Value {
        json!({
            "ej": told(json!("2103847562")),
            "versementKey": told(json!("2103847562")),
            "amount": told(json!(1250)),
            "dateOperation": told(json!("2021-03-15T00:00:00.000Z")),
            "bop": told(json!("219")),
            "programme": told(json!("219")),
            "libelleProgramme": told(json!("Sport")),
        })
    }

    #[test]
    fn a_grant_is_what_was_asked_for_what_was_paid_or_both() {
        let grants = json!({"subventions": [
            {"application": asked(), "payments": null},
            {"application": null, "payments": [paid()]},
            {"application": asked(), "payments": [paid(), paid()]},
        ]});

        let answer = answer(&raw(&grants)).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{:#}", answer["data"][2]));
        assert_eq!(answer["data"][0]["data"]["paiements"], json!([]));
        assert_eq!(answer["data"][1]["data"]["demande_subvention"], Value::Null);
    }
}
