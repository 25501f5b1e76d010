//! `entreprise` and `etablissement_siege` as v2 names and nests them.

use serde_json::{Map, Value, json};

use crate::answers::{
    company::{Company, FOR_ALL, activity_label, day, headcount, legal_form},
    dates,
    etablissement::Place,
    extrait_rcs::{Extract, Officer},
    fields::text,
    unite_legale::ceased,
};

/// Whether all may use a company's data.
pub(super) fn is_for_commerce(company: &Company<'_>) -> bool {
    text(company.constant, "statutDiffusionUniteLegale") == Some(FOR_ALL)
}

/// The members of `entreprise` that come from the trade register.
pub(super) fn register(extract: &Extract<'_>) -> [Value; 4] {
    let officers: Vec<Value> = extract
        .officers()
        .map(|officer| dirigeant(&officer))
        .collect();
    let struck_off = extract.struck_off();
    [
        json!(extract.capital()),
        json!(extract.trade_name()),
        json!(officers),
        json!(struck_off.as_deref().and_then(dates::unix_seconds)),
    ]
}

/// `entreprise`; `extra`: what the trade register says, nothing where it does not know the company, none where it failed.
pub(super) fn entreprise(company: &Company<'_>, extra: Option<Option<[Value; 4]>>) -> Value {
    let Company {
        siren,
        constant,
        current,
    } = *company;
    let activity = text(current, "activitePrincipaleUniteLegale");
    let form = legal_form(text(current, "categorieJuridiqueUniteLegale"));
    let staff = text(constant, "trancheEffectifsUniteLegale");
    let mut members = json!({
        "siren": siren,
        "numero_tva_intracommunautaire": vat_number(siren),
        "forme_juridique": form["libelle"],
        "forme_juridique_code": form["code"],
        "libelle_naf_entreprise": activity_label(activity),
        "naf_entreprise": activity.map(without_dot),
        "raison_sociale": company.name(),
        "siret_siege_social": company.head_office(),
        "code_effectif_entreprise": staff,
        "date_creation": day(constant, "dateCreationUniteLegale"),
        "nom": text(current, "nomUniteLegale"),
        "prenom": text(constant, "prenomUsuelUniteLegale"),
        "categorie_entreprise": text(constant, "categorieEntreprise"),
        "tranche_effectif_salarie_entreprise":
            headcount(staff, text(constant, "anneeEffectifsUniteLegale")),
        "diffusable_commercialement": is_for_commerce(company),
        "etat_administratif": {
            "value": text(current, "etatAdministratifUniteLegale"),
            "date_cessation": ceased(current),
        },
    });
    if let Value::Object(members) = &mut members {
        add_register(members, extra);
    }
    members
}

/// `etablissement_siege`.
pub(super) fn etablissement_siege(place: &Place<'_>) -> Value {
    let activity = text(place.current, "activitePrincipaleEtablissement");
    let postal = place.postal();
    json!({
        "siege_social": place.record.get("etablissementSiege"),
        "siret": place.siret,
        "naf": activity.map(without_dot),
        "libelle_naf": activity_label(activity),
        "date_mise_a_jour": day(place.record, "dateDernierTraitementEtablissement"),
        "tranche_effectif_salarie_etablissement": headcount(
            text(place.record, "trancheEffectifsEtablissement"),
            text(place.record, "anneeEffectifsEtablissement"),
        ),
        "date_creation_etablissement": day(place.record, "dateCreationEtablissement"),
        "commune_implantation": {
            "code": text(postal, "codeCommuneEtablissement"),
            "value": text(postal, "libelleCommuneEtablissement"),
        },
        "pays_implantation": {"code": "FR", "value": "FRANCE"},
        "diffusable_commercialement": place.diffusion() == Some(FOR_ALL),
        "enseigne": place.sign(),
        "adresse": adresse(place),
        "etat_administratif": {
            "value": text(place.current, "etatAdministratifEtablissement"),
            "date_fermeture": place.closed(),
        },
    })
}

fn adresse(place: &Place<'_>) -> Value {
    let postal = place.postal();
    let lines = place.lines();
    let [l1, l2, l3, l4, l5, l6, l7] = lines.each_ref().map(|line| none_if_empty(line));
    json!({
        "l1": l1, "l2": l2, "l3": l3, "l4": l4, "l5": l5, "l6": l6, "l7": l7,
        "numero_voie": text(postal, "numeroVoieEtablissement"),
        "type_voie": place.street_kind(),
        "nom_voie": text(postal, "libelleVoieEtablissement"),
        "complement_adresse": text(postal, "complementAdresseEtablissement"),
        "code_postal": text(postal, "codePostalEtablissement"),
        "localite": text(postal, "libelleCommuneEtablissement"),
        "code_insee_localite": text(postal, "codeCommuneEtablissement"),
        "cedex": text(postal, "codeCedexEtablissement"),
    })
}

fn add_register(members: &mut Map<String, Value>, extra: Option<Option<[Value; 4]>>) {
    let values = match extra {
        Some(Some(values)) => values,
        Some(None) => [Value::Null, Value::Null, json!([]), Value::Null],
        None => [MISSING; 4].map(Value::from),
    };
    let names = [
        "capital_social",
        "nom_commercial",
        "mandataires_sociaux",
        "date_radiation",
    ];
    members.extend(names.map(str::to_owned).into_iter().zip(values));
}

fn dirigeant(officer: &Officer<'_>) -> Value {
    let born = officer.born();
    json!({
        "nom": officer.name(),
        "prenom": officer.first_name(),
        "fonction": officer.function,
        "date_naissance": born,
        "date_naissance_timestamp": born.as_deref().and_then(dates::unix_seconds),
        "raison_sociale": officer.company_name(),
        "identifiant": officer.siren(),
        "type": if officer.natural { "PP" } else { "PM" },
    })
}

/// The European VAT number that follows from a SIREN.
fn vat_number(siren: &str) -> Option<String> {
    let number: u64 = siren.parse().ok()?;
    let key = (12 + 3 * (number % 97)) % 97;
    Some(format!("FR{key:02}{siren}"))
}

fn without_dot(code: &str) -> String {
    code.replace('.', "")
}

fn none_if_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// What stands in the place of a value whose source failed (000:559).
const MISSING: &str = "Donnée indisponible";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vat_number_follows_from_the_siren() {
        assert_eq!(vat_number("418166096").as_deref(), Some("FR16418166096"));
        assert_eq!(vat_number("abc"), None);
    }
}
