//! A company as the register holds it: what was declared in the last formality.

use doublure_fixtures::world::{
    Address, Company, Diffusion, Establishment, Identity, Officer,
    rne::{Nature, RneEntry},
};
use serde_json::{Value, json};

use super::{
    owners,
    spelling::{mixed, month},
};

/// The answer of `companies`.
pub(super) fn record(company: &Company, entry: &RneEntry) -> Value {
    let (field, kind, person) = match &company.identity {
        Identity::Legal { name, .. } => ("personneMorale", "M", legal(name, company, entry)),
        Identity::Natural { .. } => ("personnePhysique", "P", natural(company, entry)),
    };
    json!({
        "updatedAt": format!("{}T10:00:00+01:00", company.updated),
        "id": format!("{:024x}", company.siren.as_u32()),
        "siren": company.siren.to_string(),
        "nombreRepresentantsActifs": entry.officers.len(),
        "nombreBeneficiairesEffectifsActifs": entry.owners.len(),
        "formality": {
            "siren": company.siren.to_string(),
            "typePersonne": kind,
            "formeJuridique": company.legal_form.code,
            "diffusionCommerciale": company.commercial_use,
            "diffusionINSEE": if company.diffusion == Diffusion::Full { "O" } else { "N" },
            "content": {
                "formeExerciceActivitePrincipale": nature(entry.nature),
                "natureCreation": {
                    "dateCreation": company.created.to_string(),
                    "formeJuridique": company.legal_form.code,
                    "societeEtrangere": false,
                    "etablieEnFrance": true,
                },
                field: person,
                "inscriptionsOffices": notes(entry),
            },
        },
    })
}

fn legal(name: &str, company: &Company, entry: &RneEntry) -> Value {
    let mut person = both(company, entry);
    person["beneficiairesEffectifs"] = entry.owners.iter().map(owners::record).collect();
    person["observations"] = json!({"rcs": remarks(company)});
    person["composition"] = json!({
        "pouvoirs": entry.officers.iter().map(power).collect::<Vec<Value>>(),
    });
    person["identite"]["entreprise"]["denomination"] = json!(mixed(name));
    let registration = company.registration.as_ref();
    person["identite"]["description"] = json!({
        "objet": entry.purpose,
        "duree": 99,
        "dateFinExistence": registration.and_then(|entry| entry.term).map(|day| day.to_string()),
        "dateClotureExerciceSocial": registration.map(|entry| day_and_month(&entry.year_end)),
        "datePremiereCloture": entry.first_year_end.map(|day| day.to_string()),
        "dateDissolutionDisparition": company.ceased.map(|day| day.to_string()),
        "indicateurPoursuiteActivite": company.ceased.map(|_| false),
        "montantCapital": registration.map(|entry| euros(entry.capital.cents)),
        "deviseCapital": "EUR",
    });
    person
}

fn natural(company: &Company, entry: &RneEntry) -> Value {
    let mut person = both(company, entry);
    if let Identity::Natural {
        first_names,
        birth_name,
        used_name,
        sex,
    } = &company.identity
    {
        let born = entry
            .officers
            .first()
            .map(|(officer, _)| month(officer.born));
        person["identite"]["entrepreneur"] = json!({"descriptionPersonne": {
            "nom": mixed(birth_name),
            "nomUsage": used_name.as_deref().map(mixed),
            "prenoms": first_names,
            "genre": if *sex == "F" { "2" } else { "1" },
            "dateDeNaissance": born,
        }});
    }
    person
}

/// What is said of both kinds of persons.
fn both(company: &Company, entry: &RneEntry) -> Value {
    let (office, others) = company
        .establishments
        .split_first()
        .expect("a company has an establishment");
    let has_one_owner = ["5498", "5720"].contains(&company.legal_form.code.as_str());
    let place = |nth| move |place: &Establishment| establishment(place, entry, nth);
    json!({
        "adresseEntreprise": {"adresse": address(&office.address)},
        "etablissementPrincipal": place("1")(office),
        "autresEtablissements": others.iter().map(place("2")).collect::<Vec<Value>>(),
        "identite": {"entreprise": {
            "siren": company.siren.to_string(),
            "formeJuridique": company.legal_form.code,
            "codeApe": without_dot(&company.activity.code),
            "codeAprm": entry.craft.as_ref().map(|craft| &craft.craft.code),
            "indicateurAssocieUnique": has_one_owner,
            "dateImmat": format!("{}T00:00:00+02:00", entry.registered),
            "dateDebutActiv": company.created.to_string(),
        }},
    })
}

fn establishment(place: &Establishment, entry: &RneEntry, role: &str) -> Value {
    json!({
        "descriptionEtablissement": {
            "rolePourEntreprise": role,
            "siret": place.siret.to_string(),
            "enseigne": place.sign,
            "indicateurEtablissementPrincipal": place.head_office,
            "statutPourFormalite": if place.closed.is_some() { "6" } else { "5" },
            "dateEffetFermeture": place.closed.map(|day| day.to_string()),
            "codeApe": without_dot(&place.activity.code),
            "codeAprm": entry.craft.as_ref().map(|craft| &craft.craft.code),
        },
        "adresse": address(&place.address),
        "activites": [{
            "indicateurPrincipal": true,
            "dateDebut": place.created.to_string(),
            "exerciceActivite": "P",
            "formeExercice": nature(entry.nature),
            "descriptionDetaillee": place.activity.label,
            "codeApe": without_dot(&place.activity.code),
            "origine": {"typeOrigine": "1"},
        }],
    })
}

fn address(address: &Address) -> Value {
    json!({
        "pays": "FRANCE",
        "codePays": "FRA",
        "codePostal": address.post_code,
        "commune": mixed(&address.commune),
        "codeInseeCommune": address.commune_code,
        "numVoie": address.number,
        "indiceRepetition": address.repetition,
        "typeVoie": address.street_kind,
        "voie": address.street.to_lowercase(),
        "complementLocalisation": address.complement,
    })
}

fn power((officer, residence): &(Officer, String)) -> Value {
    json!({
        "actif": true,
        "typeDePersonne": "INDIVIDU",
        "roleEntreprise": role(&officer.function),
        "individu": {
            "descriptionPersonne": {
                "nom": mixed(&officer.name),
                "prenoms": [officer.first_name],
                "dateDeNaissance": month(officer.born),
            },
            "adresseDomicile": {"pays": "FRANCE", "codePays": "FRA", "commune": residence},
        },
    })
}

fn remarks(company: &Company) -> Vec<Value> {
    let entry = company.registration.iter();
    let remarks = entry.flat_map(|entry| &entry.remarks);
    remarks
        .map(|(number, day, text)| {
            json!({"numObservation": number, "dateAjout": day.to_string(), "texte": text})
        })
        .collect()
}

fn notes(entry: &RneEntry) -> Vec<Value> {
    let notes = entry.notes.iter();
    notes
        .map(|(day, text)| json!({"dateEffet": day.to_string(), "observationComplementaire": text}))
        .collect()
}

/// Codes of functions, as the register has them.
fn role(function: &str) -> &str {
    match function {
        "GERANT" => "30",
        "PRESIDENT DU CONSEIL D'ADMINISTRATION" => "51",
        "DIRECTEUR GENERAL" => "53",
        "ADMINISTRATEUR" => "65",
        "PRESIDENT" => "73",
        other => other,
    }
}

const fn nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Commercial => "COMMERCIALE",
        Nature::Craft => "ARTISANALE",
        Nature::Farming => "AGRICOLE_NON_ACTIF",
        Nature::Profession => "LIBERALE_NON_REGLEMENTEE",
        Nature::Property => "GESTION_DE_BIENS",
    }
}

/// `12-31` as `3112`.
fn day_and_month(text: &str) -> String {
    let (month, day) = text.split_once('-').unwrap_or((text, ""));
    format!("{day}{month}")
}

fn without_dot(code: &str) -> String {
    code.replace('.', "")
}

#[expect(
    clippy::cast_precision_loss,
    reason = "capitals are far below 2^53 cents"
)]
fn euros(cents: u64) -> f64 {
    cents as f64 / 100.0
}
