//! A company's entry in the register: `api_entreprise_v3_inpi_rne_extrait_rne`.
//!
//! The attestation is behind a link to a link, as the running service has it; the description shows INPI's own address.

mod places;

use serde_json::{Value, json};

use super::{
    desk::Desk,
    fields::{text, tidy},
};
use crate::{
    sources::{Raw, inpi},
    trouble::{Class, Trouble},
};

use self::places::{activity, address, establishments};

/// The answer for what the register gave.
pub(crate) fn answer(raw: &Raw, desk: &mut Desk<'_>) -> Result<Value, Trouble> {
    let unknown = || Trouble::said(Class::Unknown, &raw.body);
    let record: Value = serde_json::from_slice(&raw.body).map_err(|_| unknown())?;
    let formality = record.get("formality").ok_or_else(unknown)?;
    let content = formality.get("content").ok_or_else(unknown)?;
    let person = ["personneMorale", "personnePhysique"];
    let person = person.into_iter().find_map(|kind| content.get(kind));
    let person = person.ok_or_else(unknown)?;
    let siren = text(formality, "siren").ok_or_else(unknown)?;
    let (places, closed) = establishments(person);
    Ok(json!({
        "data": {
            "document_url": desk.download(inpi::EXTRAIT, siren),
            "identite_entreprise": identity(siren, content, person),
            "dirigeants_et_associes": officers(person),
            "etablissements": places,
            "diffusion_commerciale": formality["diffusionCommerciale"].as_bool().unwrap_or_default(),
            "diffusion_insee": text(formality, "diffusionINSEE") == Some("O"),
            "etablissements_fermes_total": closed,
            "observations": remarks(content),
        },
        "links": {},
        "meta": {},
    }))
}

fn identity(siren: &str, content: &Value, person: &Value) -> Value {
    let company = &person["identite"]["entreprise"];
    let description = &person["identite"]["description"];
    let trader = &person["identite"]["entrepreneur"]["descriptionPersonne"];
    let form = text(company, "formeJuridique").unwrap_or_default();
    let craft = text(company, "codeAprm");
    json!({
        "denomination": text(company, "denomination").map(str::to_uppercase),
        "nom": text(trader, "nom").map(str::to_uppercase),
        "prenoms": trader["prenoms"].as_array().cloned().unwrap_or_default(),
        "siren": siren,
        "date_immatriculation_rne": day(company, "dateImmat").or_else(|| day(&content["natureCreation"], "dateCreation")),
        "date_debut_activite": day(company, "dateDebutActiv"),
        "detail_cessation": null,
        "dissolution": {
            "date": day(description, "dateDissolutionDisparition"),
            "poursuite_activite": description["indicateurPoursuiteActivite"].as_bool(),
            "avec_liquidation": null,
        },
        "date_fin_personne": day(description, "dateFinExistence"),
        "date_cloture_exercice": text(description, "dateClotureExerciceSocial").and_then(end_of_year),
        "date_premiere_cloture_exercice": day(description, "datePremiereCloture"),
        "nature_entreprise": nature(text(content, "formeExerciceActivitePrincipale").unwrap_or_default()),
        "forme_juridique": places::legal_form(form),
        "associe_unique": company["indicateurAssocieUnique"].as_bool().unwrap_or_default(),
        "activite_principales_objet_social": text(description, "objet").map(tidy),
        "code_APE": activity(text(company, "codeApe").unwrap_or_default()),
        "code_APRM": places::craft(craft),
        "capital_social": {
            "montant": description["montantCapital"].as_f64(),
            "devise": text(description, "deviseCapital").unwrap_or("EUR"),
        },
        "adresse_siege_social": address(&person["adresseEntreprise"]["adresse"]),
    })
}

fn officers(person: &Value) -> Vec<Value> {
    let powers = person["composition"]["pouvoirs"]
        .as_array()
        .into_iter()
        .flatten();
    powers
        .filter(|power| power["actif"] != false && power["individu"].is_object())
        .map(|power| {
            let individual = &power["individu"]["descriptionPersonne"];
            let born = text(individual, "dateDeNaissance").and_then(|month| month.split_once('-'));
            json!({
                "qualite": role(text(power, "roleEntreprise").unwrap_or_default()),
                "nom": text(individual, "nom").unwrap_or_default().to_uppercase(),
                "prenom": individual["prenoms"][0].as_str().unwrap_or_default().to_uppercase(),
                "date_naissance": born.map(|(year, month)| format!("{month}-{year}")),
                "commune_residence": text(&power["individu"]["adresseDomicile"], "commune").unwrap_or_default(),
            })
        })
        .collect()
}

fn remarks(content: &Value) -> Vec<Value> {
    let listed = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let registry = listed(&content["personneMorale"]["observations"]["rcs"]);
    let registry = registry.iter().map(|remark| {
        json!({
            "fournisseur": "rcs",
            "numero": text(remark, "numObservation").unwrap_or_default(),
            "date": day(remark, "dateAjout"),
            "texte": text(remark, "texte").map(tidy),
        })
    });
    let chamber = listed(&content["inscriptionsOffices"]);
    // The chamber of crafts gives its entries no number.
    let chamber = chamber.iter().map(|remark| {
        json!({
            "fournisseur": "rnm",
            "date": day(remark, "dateEffet"),
            "texte": text(remark, "observationComplementaire").map(tidy),
        })
    });
    registry.chain(chamber).collect()
}

/// The day of a day or of a moment.
fn day(record: &Value, name: &str) -> Option<String> {
    let day = text(record, name)?.split('T').next()?;
    Some(day.to_owned())
}

/// `3112` as `31-12`.
fn end_of_year(text: &str) -> Option<String> {
    let (day, month) = text.split_at_checked(2)?;
    (month.len() == 2).then(|| format!("{day}-{month}"))
}

/// The register has more kinds than the description.
fn nature(kind: &str) -> &'static str {
    match kind.split('_').next() {
        Some("ARTISANALE") => "ARTISANALE",
        Some("AGRICOLE") => "AGRICOLE",
        Some("LIBERALE") => "LIBERALE",
        _ => "COMMERCIALE",
    }
}

fn role(code: &str) -> &str {
    match code {
        "30" => "Gérant",
        "51" => "Président du conseil d'administration",
        "53" => "Directeur général",
        "65" => "Administrateur",
        "73" => "Président",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use doublure_kernel::Dice;

    use super::*;
    use crate::{
        answers::samples::{
            assert_fits_the_official_description, desk, raw, registers::rne_company,
        },
        query::Query,
    };

    const PATH: &str = "/v3/inpi/rne/unites_legales/{siren}/extrait_rne";

    fn made(record: &Value) -> Result<Value, Trouble> {
        let (dice, query) = (Dice::new(1, "desk"), Query::default());
        answer(&raw(record), &mut desk(&dice, &query))
    }

    #[test]
    fn a_legal_person_is_told_with_those_who_run_it() {
        let answer = made(&rne_company()).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_natural_person_is_told_by_name() {
        let mut record = rne_company();
        let content = &mut record["formality"]["content"];
        let mut person = content["personneMorale"].take();
        person["composition"] = Value::Null;
        person["identite"]["entreprise"]["denomination"] = Value::Null;
        person["identite"]["description"] = Value::Null;
        person["identite"]["entrepreneur"] =
            json!({"descriptionPersonne": {"nom": "Moreau", "prenoms": ["AURELIE"]}});
        *content =
            json!({"formeExerciceActivitePrincipale": "ARTISANALE", "personnePhysique": person});

        let answer = made(&record).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        let identity = &answer["data"]["identite_entreprise"];
        assert_eq!(
            (&identity["nom"], &identity["denomination"]),
            (&json!("MOREAU"), &Value::Null)
        );
        assert_eq!(answer["data"]["dirigeants_et_associes"], json!([]));
    }

    #[test]
    fn a_record_without_a_person_is_unknown() {
        let refused = made(&json!({"formality": {"siren": "418166096", "content": {}}}));

        assert_eq!(refused.unwrap_err().class, Class::Unknown);
    }

    #[test]
    fn kinds_and_roles_have_words() {
        assert_eq!(nature("AGRICOLE_NON_ACTIF"), "AGRICOLE");
        assert_eq!(nature("GESTION_DE_BIENS"), "COMMERCIALE");
        assert_eq!(["30", "51", "53", "65", "99"].map(role)[4], "99");
        assert_eq!(end_of_year("312"), None);
    }
}
