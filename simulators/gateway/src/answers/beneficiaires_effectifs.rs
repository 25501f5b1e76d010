//! Those who own a company in the end: `api_entreprise_v3_inpi_rne_beneficiaires_effectifs`, a collection.

use serde_json::{Value, json};

use super::fields::text;
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// The answer for what the register gave. Those of whom it does not say how are only counted by their numbers. A natural
/// person, and a company of which nobody is known, are not found.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let record: Value =
        serde_json::from_slice(&raw.body).map_err(|_| Trouble::said(Class::Unknown, &raw.body))?;
    let content = record.pointer("/formality/content");
    let content = content.ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    let owners = content.pointer("/personneMorale/beneficiairesEffectifs");
    let owners = owners
        .and_then(Value::as_array)
        .filter(|owners| !owners.is_empty());
    let owners = owners.ok_or_else(|| Trouble::said(Class::NotFound, &raw.body))?;
    let (known, others): (Vec<&Value>, Vec<&Value>) = owners
        .iter()
        .partition(|owner| owner["modalite"].is_object());
    let without: Vec<Option<&str>> = others
        .iter()
        .map(|owner| text(owner, "beneficiaireId"))
        .collect();
    let data: Vec<Value> = known.iter().map(|owner| item(owner)).collect();
    Ok(json!({
        "data": data,
        "links": {},
        "meta": {"count": data.len(), "beneficiaires_sans_modalites_uuids": without},
    }))
}

fn item(owner: &Value) -> Value {
    let person = &owner["beneficiaire"]["descriptionPersonne"];
    let country = text(&owner["beneficiaire"]["adresseDomicile"], "pays");
    let born = text(person, "dateDeNaissance").and_then(|month| month.split_once('-'));
    let data = json!({
        "beneficiaire_uuid": text(owner, "beneficiaireId"),
        "nom": text(person, "nom").unwrap_or_default().to_uppercase(),
        "nom_usage": text(person, "nomUsage").map(str::to_uppercase),
        "prenoms": first_names(person),
        "date_naissance": {
            "annee": born.map(|(year, _)| year),
            "mois": born.map(|(_, month)| month),
        },
        "nationalite": text(person, "nationalite"),
        "pays_residence": country.unwrap_or_default(),
        "modalites": modalities(&owner["modalite"]),
    });
    json!({"data": data, "links": {}, "meta": {}})
}

fn first_names(person: &Value) -> Vec<String> {
    let names = person["prenoms"].as_array().into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .map(str::to_uppercase)
        .collect()
}

fn modalities(figures: &Value) -> Value {
    let percent = |name: &str| figures[name].as_f64().unwrap_or_default();
    let flag = |name: &str| figures[name].as_bool().unwrap_or_default();
    json!({
        "detention_de_capital": {
            "parts_totale": percent("detentionPartTotale"),
            "parts_directes": {
                "detention": flag("detentionPartDirecte"),
                "pleine_propriete": percent("partsDirectesPleinePropriete"),
                "nue_propriete": percent("partsDirectesNuePropriete"),
            },
            "parts_indirectes": {
                "detention": flag("detentionPartIndirecte"),
                "par_indivision": owned("partsIndirectesIndivision", "partsIndirectesIndivision", percent),
                "via_personnes_morales": owned("partsIndirectesPersonnesMorales", "partsIndirectesPmorales", percent),
            },
        },
        "vocation_a_devenir_titulaire_de_parts": {
            "parts_directes": {
                "pleine_propriete": percent("vocationTitulaireDirectePleinePropriete"),
                "nue_propriete": percent("vocationTitulaireDirecteNuePropriete"),
            },
            "parts_indirectes": {
                "par_indivision": owned("vocationTitulaireIndirecteIndivision", "vocationTitulaireIndirecte", percent),
                "via_personnes_morales": owned("vocationTitulaireIndirectePersonnesMorales", "vocationTitulaireIndirectePmorales", percent),
            },
        },
        "droits_de_vote": {
            "total": percent("detentionVoteTotal"),
            "directes": {
                "detention": flag("detentionVoteDirecte"),
                "pleine_propriete": percent("voteDirectePleinePropriete"),
                "nue_propriete": percent("voteDirecteNuePropriete"),
                "usufruit": percent("voteDirecteUsufruit"),
            },
            "indirectes": {
                "detention": flag("detentionVoteIndirecte"),
                "par_indivision": voted("voteIndirecteIndivision", "voteIndirecteIndivision", percent),
                "via_personnes_morales": voted("voteIndirectePersonnesMorales", "voteIndirectePmorales", percent),
            },
        },
        "pouvoirs_de_controle": {
            "decision_ag": flag("detentionPouvoirDecisionAG"),
            "nommage_membres_conseil_administratif": flag("detentionPouvoirNommageMembresConseilAdmin"),
            "autres": flag("detentionAutresMoyensControle"),
        },
        "representant_legal": flag("beneficiaireRepresentantLegal"),
        "representant_legal_placement_sans_gestion_deleguee": flag("representantLegalPlacementSansGestionDelegue"),
    })
}

/// The share under a name, and what it is made of under names that begin alike.
fn owned(total: &str, beginning: &str, percent: impl Fn(&str) -> f64) -> Value {
    json!({
        "total": percent(total),
        "pleine_propriete": percent(&format!("{beginning}PleinePropriete")),
        "nue_propriete": percent(&format!("{beginning}NuePropriete")),
    })
}

/// The same of rights to vote, which may be an usufructuary's.
fn voted(total: &str, beginning: &str, percent: impl Fn(&str) -> f64) -> Value {
    let mut share = owned(total, beginning, &percent);
    share["usufruit"] = json!(percent(&format!("{beginning}Usufruit")));
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw};

    const PATH: &str = "/v3/inpi/rne/unites_legales/{siren}/beneficiaires_effectifs";

    fn company(owners: &Value) -> Raw {
        raw(
            &json!({"formality": {"content": {"personneMorale": {"beneficiairesEffectifs": owners}}}}),
        )
    }

    fn owner(id: &str) -> Value {
        json!({
            "beneficiaireId": id,
            "beneficiaire": {
                "descriptionPersonne": {
                    "nom": "Dupont", "nomUsage": "Dubois", "prenoms": ["Jean", "MARC"],
                    "dateDeNaissance": "1989-01", "nationalite": "Française",
                },
                "adresseDomicile": {"pays": "FRANCE"},
            },
        })
    }

    #[test]
    fn names_are_in_capitals_and_shares_told_by_the_way_they_are_held() {
        let mut one = owner("21120ee0-d42b-44f6-a462-d3724cf6aeaf");
        one["modalite"] = json!({
            "detentionPartTotale": 49.0,
            "detentionPartDirecte": true,
            "partsDirectesPleinePropriete": 40.0,
            "partsDirectesNuePropriete": 9.0,
            "voteIndirectePersonnesMorales": 30.0,
            "voteIndirectePmoralesUsufruit": 30.0,
            "detentionVoteTotal": 30.0,
        });

        let answer = answer(&company(&json!([
            one,
            owner("fce4cefc-ff15-43f9-824f-7f782d65f8d5")
        ])))
        .unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_birth_that_is_not_known_is_null() {
        let mut one = owner("a");
        one["modalite"] = json!({});
        one["beneficiaire"]["descriptionPersonne"] = json!({"nom": "X", "prenoms": []});

        let answer = answer(&company(&json!([one]))).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        assert_eq!(
            answer["data"][0]["data"]["date_naissance"],
            json!({"annee": null, "mois": null})
        );
    }

    #[test]
    fn a_natural_person_has_none_and_a_record_without_content_is_unknown() {
        let class = |record: &Value| answer(&raw(record)).unwrap_err().class;

        let natural = json!({"formality": {"content": {"personnePhysique": {}}}});
        assert_eq!(class(&natural), Class::NotFound);
        assert_eq!(
            answer(&company(&json!([]))).unwrap_err().class,
            Class::NotFound
        );
        assert_eq!(class(&json!({})), Class::Unknown);
    }
}
