//! A company as every answer of INSEE shows it.

use doublure_fixtures::world::nomenclature;
use serde_json::{Map, Value, json};

use super::{
    asked::Asked,
    dates,
    fields::{text, yes},
};

/// A company of the register: what never changes and what stands in its current period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Company<'a> {
    /// SIREN.
    pub(crate) siren: &'a str,
    /// What never changes.
    pub(crate) constant: &'a Value,
    /// What stands in its current period.
    pub(crate) current: &'a Value,
}

impl Company<'_> {
    /// The members that all answers have in common, as far as they may be shown.
    pub(crate) fn members(&self, asked: &Asked<'_>) -> Map<String, Value> {
        let mut members = self.all_members();
        if asked.version >= 4 {
            let later = text(self.constant, "activitePrincipaleNAF25UniteLegale");
            later_activity(&mut members, later);
        }
        if asked.public && is_partial(text(self.constant, "statutDiffusionUniteLegale")) {
            self.withhold(&mut members);
        }
        members
    }

    fn all_members(&self) -> Map<String, Value> {
        let Self {
            siren,
            constant,
            current,
        } = *self;
        let diffusion = text(constant, "statutDiffusionUniteLegale");
        let members = json!({
            "siren": siren,
            "rna": text(constant, "identifiantAssociationUniteLegale"),
            "siret_siege_social": self.head_office(),
            "type": self.kind(),
            "personne_morale_attributs": {
                "raison_sociale": text(current, "denominationUniteLegale"),
                "sigle": text(constant, "sigleUniteLegale"),
            },
            "personne_physique_attributs": self.person(),
            "categorie_entreprise": text(constant, "categorieEntreprise"),
            "status_diffusion": diffusion_status(diffusion),
            "diffusable_commercialement": diffusion == Some(FOR_ALL),
            "forme_juridique": legal_form(text(current, "categorieJuridiqueUniteLegale")),
            "activite_principale": activity(
                text(current, "activitePrincipaleUniteLegale"),
                text(current, "nomenclatureActivitePrincipaleUniteLegale"),
            ),
            "tranche_effectif_salarie": headcount(
                text(constant, "trancheEffectifsUniteLegale"),
                text(constant, "anneeEffectifsUniteLegale"),
            ),
            "etat_administratif": text(current, "etatAdministratifUniteLegale"),
            "economie_sociale_et_solidaire": yes(current, "economieSocialeSolidaireUniteLegale"),
            "date_creation": day(constant, "dateCreationUniteLegale"),
        });
        match members {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    /// SIRET of its head office.
    pub(crate) fn head_office(&self) -> Option<String> {
        let nic = text(self.current, "nicSiegeUniteLegale")?;
        Some(format!("{}{nic}", self.siren))
    }

    /// Its name; for a natural person the first name in use and the name.
    pub(crate) fn name(&self) -> Option<String> {
        let legal = text(self.current, "denominationUniteLegale").map(str::to_owned);
        legal.or_else(|| self.natural_name())
    }

    /// First name in use and name of a natural person.
    pub(crate) fn natural_name(&self) -> Option<String> {
        let name = text(self.current, "nomUsageUniteLegale")
            .or_else(|| text(self.current, "nomUniteLegale"))?;
        let first = text(self.constant, "prenomUsuelUniteLegale");
        Some(first.map_or_else(|| name.to_owned(), |first| format!("{first} {name}")))
    }

    /// Whether it is a natural person.
    pub(crate) fn is_natural(&self) -> bool {
        text(self.current, "denominationUniteLegale").is_none()
            && text(self.current, "nomUniteLegale").is_some()
    }

    /// Takes out what a company in part diffusible does not show: its short name; a natural person all its names.
    fn withhold(&self, members: &mut Map<String, Value>) {
        members["personne_morale_attributs"]["sigle"] = json!(WITHHELD);
        if self.is_natural() {
            members["personne_morale_attributs"]["raison_sociale"] = json!(WITHHELD);
            let person = members["personne_physique_attributs"].as_object_mut();
            for value in person.into_iter().flat_map(Map::values_mut) {
                *value = json!(WITHHELD);
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self.is_natural() {
            true => "personne_physique",
            false => "personne_morale",
        }
    }

    fn person(&self) -> Value {
        let Self {
            constant, current, ..
        } = *self;
        json!({
            "pseudonyme": text(constant, "pseudonymeUniteLegale"),
            "prenom_usuel": text(constant, "prenomUsuelUniteLegale"),
            "prenom_1": text(constant, "prenom1UniteLegale"),
            "prenom_2": text(constant, "prenom2UniteLegale"),
            "prenom_3": text(constant, "prenom3UniteLegale"),
            "prenom_4": text(constant, "prenom4UniteLegale"),
            "nom_usage": text(current, "nomUsageUniteLegale"),
            "nom_naissance": text(current, "nomUniteLegale"),
            "sexe": text(constant, "sexeUniteLegale"),
        })
    }
}

/// A legal form with its label.
pub(crate) fn legal_form(code: Option<&str>) -> Value {
    let known = code.and_then(nomenclature::legal_form);
    let label = known.map_or_else(|| UNKNOWN_FORM.to_owned(), |form| form.label);
    json!({"code": code, "libelle": label})
}

/// An activity with its label.
pub(crate) fn activity(code: Option<&str>, nomenclature: Option<&str>) -> Value {
    json!({
        "code": code,
        "nomenclature": nomenclature,
        "libelle": activity_label(code),
    })
}

/// Puts the activity in the nomenclature of 2025 first, as version 4 does, and the other one beside it.
pub(crate) fn later_activity(members: &mut Map<String, Value>, code: Option<&str>) {
    let later = activity(code, Some(NAF_2025));
    let older = members.insert("activite_principale".to_owned(), later);
    members.insert("activite_principale_naf_rev2".to_owned(), json!(older));
}

/// The label of an activity.
pub(crate) fn activity_label(code: Option<&str>) -> String {
    let known = code.and_then(nomenclature::activity);
    known.map_or_else(|| UNKNOWN_ACTIVITY.to_owned(), |activity| activity.label)
}

/// A range of numbers of staff with its label and bounds.
pub(crate) fn headcount(code: Option<&str>, year: Option<&str>) -> Value {
    let range = code.and_then(|code| nomenclature::headcount(code, None));
    json!({
        "de": range.as_ref().and_then(|range| range.from),
        "a": range.as_ref().and_then(|range| range.to),
        "code": code,
        "date_reference": year,
        "intitule": range.map(|range| range.label),
    })
}

/// Whether data may be shown, in the gateway's words.
pub(crate) fn diffusion_status(letter: Option<&str>) -> &'static str {
    match letter {
        Some(FOR_ALL) => "diffusible",
        Some("P") => "partiellement_diffusible",
        _ => "non_diffusible",
    }
}

/// Whether only a part of it may be shown to all.
pub(crate) fn is_partial(letter: Option<&str>) -> bool {
    letter == Some("P")
}

/// A day as Unix seconds.
pub(crate) fn day(record: &Value, name: &str) -> Option<i64> {
    dates::unix_seconds(text(record, name)?)
}

/// INSEE's letter for data that all may see and use.
pub(crate) const FOR_ALL: &str = "O";

/// What stands in the place of a value that is not shown to all.
pub(crate) const WITHHELD: &str = "[ND]";

const NAF_2025: &str = "NAF2025";
const UNKNOWN_FORM: &str = "catégorie juridique absente de la nomenclature";
const UNKNOWN_ACTIVITY: &str = "activité absente de la nomenclature";
