//! An establishment: `api_entreprise_v3_insee_etablissements`, `…_sieges_unites_legales`, their `…_diffusables`, and the
//! same of version 4.

use serde_json::{Value, json};

use super::{
    asked::Asked,
    company::{
        Company, FOR_ALL, WITHHELD, activity, day, diffusion_status, headcount, is_partial,
        later_activity,
    },
    fields::{current, text},
};
use crate::{
    sources::{Raw, insee},
    trouble::{Class, Trouble},
};

/// The answer for what INSEE gave.
pub(crate) fn answer(raw: &Raw, asked: &Asked<'_>) -> Result<Value, Trouble> {
    let record = insee::record(&raw.body)?;
    let place = Place::of(&record).ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    let siren = place.company.siren;
    Ok(json!({
        "data": place.shown(asked),
        "links": {"unite_legale": asked.link(&format!("unites_legales/{siren}"))},
        "meta": {
            "date_derniere_mise_a_jour": day(&record, "dateDernierTraitementEtablissement"),
            "redirect_from_siret": raw.redirected.then_some(asked.entity),
        },
    }))
}

/// An establishment of the register.
pub(crate) struct Place<'a> {
    /// SIRET.
    pub(crate) siret: &'a str,
    /// The whole record.
    pub(crate) record: &'a Value,
    /// What stands in its current period.
    pub(crate) current: &'a Value,
    /// The company it belongs to.
    pub(crate) company: Company<'a>,
}

impl<'a> Place<'a> {
    /// The establishment in a record; none: it has no number or no company.
    pub(crate) fn of(record: &'a Value) -> Option<Self> {
        let company = record.get("uniteLegale")?;
        Some(Self {
            siret: text(record, "siret")?,
            record,
            current: current(record, "periodesEtablissement"),
            company: Company {
                siren: text(record, "siren")?,
                constant: company,
                current: company,
            },
        })
    }

    /// The names over its door.
    pub(crate) fn sign(&self) -> Option<String> {
        let names = [
            "enseigne1Etablissement",
            "enseigne2Etablissement",
            "enseigne3Etablissement",
        ];
        let names: Vec<&str> = names
            .iter()
            .filter_map(|name| text(self.current, name))
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The day it closed: the first of the period in which it is shut.
    pub(crate) fn closed(&self) -> Option<i64> {
        let is_shut = text(self.current, "etatAdministratifEtablissement") == Some("F");
        is_shut.then(|| day(self.current, "dateDebut")).flatten()
    }

    /// Letter of its diffusion.
    pub(crate) fn diffusion(&self) -> Option<&'a str> {
        text(self.record, "statutDiffusionEtablissement")
    }

    /// Its kind of street, in full.
    pub(crate) fn street_kind(&self) -> Option<String> {
        text(self.postal(), "typeVoieEtablissement").map(in_full)
    }

    /// The seven lines of an envelope.
    pub(crate) fn lines(&self) -> [String; 7] {
        let postal = self.postal();
        let part = |name| text(postal, name).unwrap_or_default().to_owned();
        let natural = self.company.is_natural();
        let name = self.company.name().unwrap_or_default();
        let (first, second) = match natural {
            true => (String::new(), name),
            false => (name, String::new()),
        };
        let kind = self.street_kind().unwrap_or_default();
        let street = [
            part("numeroVoieEtablissement"),
            part("indiceRepetitionEtablissement").to_uppercase(),
            kind,
            part("libelleVoieEtablissement"),
        ];
        let town = match text(postal, "codeCedexEtablissement") {
            Some(code) => [code.to_owned(), part("libelleCedexEtablissement")],
            None => [
                part("codePostalEtablissement"),
                part("libelleCommuneEtablissement"),
            ],
        };
        [
            first,
            second,
            part("complementAdresseEtablissement"),
            joined(&street),
            part("distributionSpecialeEtablissement"),
            joined(&town),
            text(postal, "libellePaysEtrangerEtablissement")
                .unwrap_or("FRANCE")
                .to_owned(),
        ]
    }

    /// The postal address in INSEE's record.
    pub(crate) fn postal(&self) -> &'a Value {
        self.record
            .get("adresseEtablissement")
            .unwrap_or(&Value::Null)
    }

    /// Whether its address and sign are withheld from who asks.
    fn is_withheld(&self, asked: &Asked<'_>) -> bool {
        asked.public && is_partial(self.diffusion())
    }

    fn shown(&self, asked: &Asked<'_>) -> Value {
        let mut data = self.members();
        data["unite_legale"] = Value::Object(self.company.members(asked));
        data["adresse"] = self.address(asked);
        if self.is_withheld(asked) {
            data["enseigne"] = json!(WITHHELD);
        }
        if let Some(members) = data.as_object_mut().filter(|_| asked.version >= 4) {
            let later = text(self.record, "activitePrincipaleNAF25Etablissement");
            later_activity(members, later);
        }
        data
    }

    fn members(&self) -> Value {
        let Self {
            record, current, ..
        } = self;
        json!({
            "siret": self.siret,
            "siege_social": record.get("etablissementSiege"),
            "etat_administratif": text(current, "etatAdministratifEtablissement"),
            "date_fermeture": self.closed(),
            "enseigne": self.sign(),
            "activite_principale": activity(
                text(current, "activitePrincipaleEtablissement"),
                text(current, "nomenclatureActivitePrincipaleEtablissement"),
            ),
            "tranche_effectif_salarie": headcount(
                text(record, "trancheEffectifsEtablissement"),
                text(record, "anneeEffectifsEtablissement"),
            ),
            "status_diffusion": diffusion_status(self.diffusion()),
            "diffusable_commercialement": self.diffusion() == Some(FOR_ALL),
            "date_creation": day(record, "dateCreationEtablissement"),
            "unite_legale": null,
            "adresse": null,
        })
    }

    /// Its address, as far as it may be shown.
    pub(crate) fn address(&self, asked: &Asked<'_>) -> Value {
        let mut address = self.whole_address();
        if self.is_withheld(asked) {
            withhold(&mut address);
        }
        address
    }

    fn whole_address(&self) -> Value {
        let postal = self.postal();
        let [l1, l2, l3, l4, l5, l6, l7] = self.lines();
        json!({
            "numero_voie": text(postal, "numeroVoieEtablissement").unwrap_or_default(),
            "indice_repetition_voie": text(postal, "indiceRepetitionEtablissement").map(str::to_lowercase),
            "type_voie": self.street_kind(),
            "libelle_voie": text(postal, "libelleVoieEtablissement").unwrap_or_default(),
            "complement_adresse": text(postal, "complementAdresseEtablissement"),
            "code_commune": text(postal, "codeCommuneEtablissement"),
            "code_postal": text(postal, "codePostalEtablissement"),
            "distribution_speciale": text(postal, "distributionSpecialeEtablissement"),
            "code_cedex": text(postal, "codeCedexEtablissement"),
            "libelle_cedex": text(postal, "libelleCedexEtablissement"),
            "libelle_commune": text(postal, "libelleCommuneEtablissement"),
            "libelle_commune_etranger": text(postal, "libelleCommuneEtrangerEtablissement"),
            "code_pays_etranger": text(postal, "codePaysEtrangerEtablissement"),
            "libelle_pays_etranger": text(postal, "libellePaysEtrangerEtablissement"),
            "status_diffusion": diffusion_status(self.diffusion()),
            "acheminement_postal": {
                "l1": l1, "l2": l2, "l3": l3, "l4": l4, "l5": l5, "l6": l6, "l7": l7,
            },
        })
    }
}

/// Leaves the commune and the country.
fn withhold(address: &mut Value) {
    for name in STREET {
        address[name] = json!(WITHHELD);
    }
    for line in ["l1", "l2", "l3", "l4", "l5", "l6"] {
        address["acheminement_postal"][line] = json!(WITHHELD);
    }
}

/// A kind of street in full, as the register abbreviates it or writes it without accents.
fn in_full(kind: &str) -> String {
    let known = STREETS.iter().find(|(short, _)| *short == kind);
    known.map_or(kind, |(_, long)| long).to_owned()
}

fn joined(parts: &[String]) -> String {
    let filled: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    filled.join(" ")
}

const STREET: [&str; 9] = [
    "complement_adresse",
    "numero_voie",
    "indice_repetition_voie",
    "type_voie",
    "libelle_voie",
    "code_postal",
    "distribution_speciale",
    "code_cedex",
    "libelle_cedex",
];

const STREETS: [(&str, &str); 44] = [
    ("ALL", "ALLÉE"),
    ("ALLEE", "ALLÉE"),
    ("AV", "AVENUE"),
    ("BD", "BOULEVARD"),
    ("CAR", "CARREFOUR"),
    ("CHE", "CHEMIN"),
    ("CHS", "CHAUSSÉE"),
    ("CHAUSSEE", "CHAUSSÉE"),
    ("CITE", "CITÉ"),
    ("COR", "CORNICHE"),
    ("CRS", "COURS"),
    ("DOM", "DOMAINE"),
    ("DSC", "DESCENTE"),
    ("ECA", "ECART"),
    ("ESP", "ESPLANADE"),
    ("FG", "FAUBOURG"),
    ("GR", "GRANDE RUE"),
    ("HAM", "HAMEAU"),
    ("HLE", "HALLE"),
    ("IMP", "IMPASSE"),
    ("LD", "LIEU-DIT"),
    ("LOT", "LOTISSEMENT"),
    ("MAR", "MARCHÉ"),
    ("MARCHE", "MARCHÉ"),
    ("MTE", "MONTÉE"),
    ("MONTEE", "MONTÉE"),
    ("PAS", "PASSAGE"),
    ("PL", "PLACE"),
    ("PLN", "PLAINE"),
    ("PLT", "PLATEAU"),
    ("PRO", "PROMENADE"),
    ("PRV", "PARVIS"),
    ("QUA", "QUARTIER"),
    ("RES", "RÉSIDENCE"),
    ("RESIDENCE", "RÉSIDENCE"),
    ("RLE", "RUELLE"),
    ("ROC", "ROCADE"),
    ("RPT", "ROND-POINT"),
    ("RTE", "ROUTE"),
    ("SEN", "SENTIER"),
    ("SQ", "SQUARE"),
    ("TPL", "TERRE-PLEIN"),
    ("TRA", "TRAVERSE"),
    ("VLGE", "VILLAGE"),
];

#[cfg(test)]
mod tests;
