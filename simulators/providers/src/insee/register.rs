//! Records of the register, field by field as Sirene names them.

use doublure_fixtures::{
    Date,
    world::{
        Activity, Address, Company, Diffusion, Establishment, Headcount, Identity, Succession,
        nomenclature,
    },
};
use serde_json::{Map, Value, json};

/// `uniteLegale` as it stands alone: what changes over time in periods.
pub(super) fn unite_legale(company: &Company) -> Value {
    let mut record = Map::new();
    record.insert("siren".to_owned(), json!(company.siren.to_string()));
    record.extend(constant(company));
    let history = history(
        (company.created, company.ceased),
        ["A", "C"],
        (
            "etatAdministratifUniteLegale",
            "changementEtatAdministratifUniteLegale",
        ),
        &changing(company),
    );
    record.insert("nombrePeriodesUniteLegale".to_owned(), json!(history.len()));
    record.insert("periodesUniteLegale".to_owned(), json!(history));
    Value::Object(record)
}

/// `etablissement`, its company flat within it.
pub(super) fn etablissement(company: &Company, place: &Establishment) -> Value {
    let siret = place.siret.to_string();
    let history = history(
        (place.created, place.closed),
        ["A", "F"],
        (
            "etatAdministratifEtablissement",
            "changementEtatAdministratifEtablissement",
        ),
        &activity_of_place(place),
    );
    let mut flat = constant(company);
    flat.insert(
        "etatAdministratifUniteLegale".to_owned(),
        json!(state(company.ceased, ["A", "C"])),
    );
    flat.extend(changing(company));
    json!({
        "siren": company.siren.to_string(),
        "nic": &siret[9..],
        "siret": siret,
        "statutDiffusionEtablissement": diffusion(company),
        "dateCreationEtablissement": place.created.to_string(),
        "trancheEffectifsEtablissement": place.headcount.code,
        "anneeEffectifsEtablissement": year(&place.headcount),
        "activitePrincipaleRegistreMetiersEtablissement": null,
        "activitePrincipaleNAF25Etablissement": later_code(&place.activity),
        "dateDernierTraitementEtablissement": treated(company),
        "etablissementSiege": place.head_office,
        "nombrePeriodesEtablissement": history.len(),
        "uniteLegale": flat,
        "adresseEtablissement": adresse(&place.address),
        "periodesEtablissement": history,
    })
}

/// A link between an establishment and the one that carries it on.
pub(super) fn lien(link: &Succession) -> Value {
    let date = link.date.to_string();
    json!({
        "siretEtablissementPredecesseur": link.predecessor.to_string(),
        "siretEtablissementSuccesseur": link.successor.to_string(),
        "dateLienSuccession": date,
        "transfertSiege": link.head_office_moved,
        "continuiteEconomique": true,
        "dateDernierTraitementLienSuccession": format!("{date}T00:00:00"),
    })
}

/// The fields of a company that stand outside its periods.
fn constant(company: &Company) -> Map<String, Value> {
    let person = Person::of(&company.identity);
    let first_name = |index: usize| json!(person.first_names.get(index));
    fields(json!({
        "statutDiffusionUniteLegale": diffusion(company),
        "dateCreationUniteLegale": company.created.to_string(),
        "sigleUniteLegale": person.acronym,
        "sexeUniteLegale": person.sex,
        "prenom1UniteLegale": first_name(0),
        "prenom2UniteLegale": first_name(1),
        "prenom3UniteLegale": first_name(2),
        "prenom4UniteLegale": first_name(3),
        "prenomUsuelUniteLegale": first_name(0),
        "pseudonymeUniteLegale": null,
        "identifiantAssociationUniteLegale": company.rna,
        "trancheEffectifsUniteLegale": company.headcount.code,
        "anneeEffectifsUniteLegale": year(&company.headcount),
        "dateDernierTraitementUniteLegale": treated(company),
        "activitePrincipaleNAF25UniteLegale": later_code(&company.activity),
        "categorieEntreprise": company.category,
        "anneeCategorieEntreprise": company.category.and(year(&company.headcount)),
    }))
}

/// The fields of a company that stand in each of its periods.
fn changing(company: &Company) -> Map<String, Value> {
    let person = Person::of(&company.identity);
    let office = company
        .establishments
        .iter()
        .find(|place| place.head_office);
    fields(json!({
        "nomUniteLegale": person.birth_name,
        "nomUsageUniteLegale": person.used_name,
        "denominationUniteLegale": person.name,
        "denominationUsuelle1UniteLegale": null,
        "denominationUsuelle2UniteLegale": null,
        "denominationUsuelle3UniteLegale": null,
        "categorieJuridiqueUniteLegale": company.legal_form.code,
        "activitePrincipaleUniteLegale": company.activity.code,
        "nomenclatureActivitePrincipaleUniteLegale": company.activity.nomenclature,
        "nicSiegeUniteLegale": office.map(|place| place.siret.to_string()[9..].to_owned()),
        "economieSocialeSolidaireUniteLegale": company.social_economy.map(yes_or_no),
        "caractereEmployeurUniteLegale": yes_or_no(employs(&company.headcount)),
    }))
}

/// The fields of an establishment that stand in each of its periods.
fn activity_of_place(place: &Establishment) -> Map<String, Value> {
    let Activity {
        code, nomenclature, ..
    } = &place.activity;
    fields(json!({
        "enseigne1Etablissement": place.sign,
        "enseigne2Etablissement": null,
        "enseigne3Etablissement": null,
        "denominationUsuelleEtablissement": null,
        "activitePrincipaleEtablissement": code,
        "nomenclatureActivitePrincipaleEtablissement": nomenclature,
        "caractereEmployeurEtablissement": yes_or_no(employs(&place.headcount)),
    }))
}

/// The code in the nomenclature of 2025, which the register keeps outside its periods.
fn later_code(activity: &Activity) -> Option<String> {
    nomenclature::in_naf_2025(&activity.code).map(|later| later.code)
}

fn adresse(address: &Address) -> Value {
    json!({
        "complementAdresseEtablissement": address.complement,
        "numeroVoieEtablissement": address.number,
        "indiceRepetitionEtablissement": address.repetition.map(str::to_uppercase),
        "typeVoieEtablissement": street_kind(address.street_kind),
        "libelleVoieEtablissement": address.street,
        "codePostalEtablissement": address.post_code,
        "libelleCommuneEtablissement": address.commune,
        "libelleCommuneEtrangerEtablissement": null,
        "distributionSpecialeEtablissement": null,
        "codeCommuneEtablissement": address.commune_code,
        "codeCedexEtablissement": null,
        "libelleCedexEtablissement": null,
        "codePaysEtrangerEtablissement": null,
        "libellePaysEtrangerEtablissement": null,
    })
}

/// Periods, latest first: one while it lasts, a second one once it is over.
fn history(
    (from, end): (Date, Option<Date>),
    [open, shut]: [&str; 2],
    (name, change): (&str, &str),
    rest: &Map<String, Value>,
) -> Vec<Value> {
    let period = |from: Date, to: Option<Date>, state: &str, changed: bool| {
        let mut period = fields(json!({
            "dateFin": to.map(|day| day.to_string()),
            "dateDebut": from.to_string(),
            name: state,
            change: changed,
        }));
        period.extend(rest.clone());
        Value::Object(period)
    };
    let Some(end) = end else {
        return vec![period(from, None, open, false)];
    };
    let last = end.yesterday().unwrap_or(end);
    vec![
        period(end, None, shut, true),
        period(from, Some(last), open, false),
    ]
}

/// The parts of an identity, each where it applies.
#[derive(Default)]
struct Person<'a> {
    name: Option<&'a str>,
    acronym: Option<&'a str>,
    first_names: &'a [String],
    birth_name: Option<&'a str>,
    used_name: Option<&'a str>,
    sex: Option<&'a str>,
}

impl<'a> Person<'a> {
    fn of(identity: &'a Identity) -> Self {
        match identity {
            Identity::Legal { name, acronym } => Self {
                name: Some(name),
                acronym: acronym.as_deref(),
                ..Self::default()
            },
            Identity::Natural {
                first_names,
                birth_name,
                used_name,
                sex,
            } => Self {
                first_names,
                birth_name: Some(birth_name),
                used_name: used_name.as_deref(),
                sex: Some(sex),
                ..Self::default()
            },
        }
    }
}

fn diffusion(company: &Company) -> &'static str {
    match (company.diffusion, company.commercial_use) {
        (Diffusion::Partial, _) => "P",
        (Diffusion::Full, true) => "O",
        (Diffusion::Full, false) | (Diffusion::Never, _) => "N",
    }
}

/// Kinds of street as the register abbreviates them; others stand in full.
fn street_kind(kind: &str) -> &str {
    match kind {
        "ALLEE" => "ALL",
        "AVENUE" => "AV",
        "BOULEVARD" => "BD",
        "CHEMIN" => "CHE",
        "COURS" => "CRS",
        "FAUBOURG" => "FG",
        "IMPASSE" => "IMP",
        "PASSAGE" => "PAS",
        "PLACE" => "PL",
        "ROUTE" => "RTE",
        "SQUARE" => "SQ",
        other => other,
    }
}

fn state(end: Option<Date>, [open, shut]: [&str; 2]) -> &str {
    if end.is_some() { shut } else { open }
}

fn year(headcount: &Headcount) -> Option<String> {
    headcount.year.map(|year| year.to_string())
}

fn employs(headcount: &Headcount) -> bool {
    headcount.from.is_some_and(|from| from > 0)
}

fn treated(company: &Company) -> String {
    format!("{}T00:00:00", company.updated)
}

fn yes_or_no(flag: bool) -> &'static str {
    if flag { "O" } else { "N" }
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
