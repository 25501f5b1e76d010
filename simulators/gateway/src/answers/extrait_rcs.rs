//! `api_entreprise_v3_infogreffe_extraits_rcs`.

use serde_json::{Value, json};

use super::dates;
use crate::{
    sources::{Raw, infogreffe, xml::Element},
    trouble::{Class, Trouble},
};

/// The answer for what Infogreffe gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let extract = infogreffe::extract(&raw.body)?;
    let extract = Extract::of(&extract).ok_or_else(|| Trouble::said(Class::Unknown, &raw.body))?;
    Ok(json!({"data": extract.data(), "links": {}, "meta": {}}))
}

/// An extract of the trade register.
pub(crate) struct Extract<'a> {
    whole: &'a Element,
    file: &'a Element,
    company: &'a Element,
}

/// Someone who runs a company.
pub(crate) struct Officer<'a> {
    who: &'a Element,
    /// Function.
    pub(crate) function: Option<String>,
    /// Whether it is a natural person.
    pub(crate) natural: bool,
}

impl<'a> Extract<'a> {
    /// Reads `<Extrait>`; none: it lacks what every extract has.
    pub(crate) fn of(whole: &'a Element) -> Option<Self> {
        let file = whole.child("dossier")?;
        let company = file.child("entreprise")?;
        company.child("num_ident")?.attribute("siren")?;
        Some(Self {
            whole,
            file,
            company,
        })
    }

    /// Day the company was struck off.
    pub(crate) fn struck_off(&self) -> Option<String> {
        self.file.attribute("dateISO_radiation")
    }

    /// Trade name.
    pub(crate) fn trade_name(&self) -> Option<String> {
        text(Some(self.file), &["etablissement", "nom_commercial"])
    }

    /// Share capital in euros.
    pub(crate) fn capital(&self) -> Option<f64> {
        let amount = self.company.at(&["pm", "capital", "montant"])?;
        amount.attribute("valeur")?.parse().ok()
    }

    /// Those who run it.
    pub(crate) fn officers(&self) -> impl Iterator<Item = Officer<'a>> {
        let list = self.file.child("liste_dirigeant");
        list.into_iter()
            .flat_map(|list| list.all("dirigeant"))
            .filter_map(Officer::of)
    }

    fn data(&self) -> Value {
        let Self { file, company, .. } = self;
        let extracted = file.attribute("date_extrait");
        json!({
            "siren": attribute(Some(company), &["num_ident"], "siren"),
            "date_radiation": self.struck_off(),
            "date_extrait": extracted.as_deref().and_then(dates::from_words).map(|day| day.to_string()),
            "date_immatriculation": file.attribute("dateISO_immat"),
            "mandataires_sociaux": self.officers().map(|officer| officer.data()).collect::<Vec<_>>(),
            "observations": self.remarks(),
            "nom_commercial": self.trade_name(),
            "etablissement_principal": self.establishment(),
            "capital": {
                "montant": self.capital(),
                "devise": attribute(Some(company), &["pm", "capital", "montant"], "devise"),
                "code_devise": attribute(Some(company), &["pm", "capital", "montant"], "codeDevise"),
            },
            "greffe": {
                "valeur": text(Some(company), &["greffe"]),
                "code": attribute(Some(company), &["greffe"], "code"),
            },
            "personne_physique": self.natural_person(),
            "personne_morale": self.legal_person(),
        })
    }

    fn remarks(&self) -> Vec<Value> {
        let list = self.file.child("liste_observations");
        list.into_iter()
            .flat_map(|list| list.all("observation"))
            .map(|remark| {
                json!({
                    "numero": remark.attribute("numero"),
                    "libelle": text(Some(remark), &["libelle"]),
                    "date": remark.attribute("dateISO"),
                })
            })
            .collect()
    }

    fn establishment(&self) -> Value {
        let place = self.file.child("etablissement");
        json!({
            "activite": text(place, &["activite"]),
            "origine_fonds": text(place, &["origine_fonds"]),
            "mode_exploitation": text(place, &["mode_exploit"]),
            "code_ape": text(place, &["codeAPE"]),
        })
    }

    fn natural_person(&self) -> Value {
        let person = self.company.child("pp");
        let birth = person.and_then(|person| person.child("naissance"));
        json!({
            "adresse": self.address(person),
            "nationalite": {
                "valeur": attribute(person, &[], "nationalite"),
                "code": attribute(person, &[], "codeNationalite"),
            },
            "nom": text(person, &["nom"]),
            "prenom": text(person, &["prenom"]),
            "naissance": {
                "pays": {
                    "valeur": attribute(birth, &[], "pays"),
                    "code": attribute(birth, &[], "codePays"),
                },
                "date": attribute(birth, &["date"], "dateISO"),
                "lieu": text(birth, &["lieu"]),
            },
        })
    }

    /// The address that a person points to.
    fn address(&self, person: Option<&Element>) -> Value {
        let id = attribute(person, &[], "adresse");
        let pointed = |address: &&Element| id.is_some() && address.attribute("id") == id;
        let address = self.whole.all("adresse").find(pointed);
        json!({
            "nom_postal": text(address, &["nompostal"]),
            "numero": text(address, &["numero"]),
            "type": text(address, &["type"]),
            "voie": text(address, &["voie"]),
            "ligne_1": text(address, &["ligne1"]),
            "ligne_2": text(address, &["ligne2"]),
            "localite": text(address, &["localite"]),
            "code_postal": text(address, &["code_postal"]),
            "bureau_distributeur": text(address, &["bureau_distributeur"]),
            "pays": text(address, &["pays"]),
        })
    }

    fn legal_person(&self) -> Value {
        let person = self.company.child("pm");
        json!({
            "forme_juridique": {
                "valeur": attribute(person, &[], "forme_juridique"),
                "code": attribute(person, &[], "codeFormeJuridique"),
            },
            "denomination": text(person, &["denomination"]),
            "date_cloture_exercice_comptable": attribute(person, &["date_cloture"], "dateISO"),
            "date_fin_de_vie": attribute(person, &["duree_ste", "valeur_duree"], "dateISO"),
        })
    }
}

impl<'a> Officer<'a> {
    fn of(element: &'a Element) -> Option<Self> {
        let natural = element.attribute("type").as_deref() != Some("PM");
        Some(Self {
            who: element.child(if natural { "pp" } else { "pm" })?,
            function: text(Some(element), &["qualite"]),
            natural,
        })
    }

    /// Name of a natural person.
    pub(crate) fn name(&self) -> Option<String> {
        text(Some(self.who), &["nom"])
    }

    /// First name of a natural person.
    pub(crate) fn first_name(&self) -> Option<String> {
        text(Some(self.who), &["prenom"])
    }

    /// Day of birth of a natural person.
    pub(crate) fn born(&self) -> Option<String> {
        attribute(Some(self.who), &["naissance", "date"], "dateISO")
    }

    /// Place of birth of a natural person.
    pub(crate) fn birth_place(&self) -> Option<String> {
        text(Some(self.who), &["naissance", "lieu"])
    }

    /// What is said at the birth of a natural person: its country, `codePays`.
    pub(crate) fn of_birth(&self, name: &str) -> Option<String> {
        attribute(Some(self.who), &["naissance"], name)
    }

    /// What is said at the person: its nationality, `codeNationalite`.
    pub(crate) fn said(&self, name: &str) -> Option<String> {
        self.who.attribute(name)
    }

    /// The registry that a legal person is entered with.
    pub(crate) fn registry(&self) -> Option<&'a Element> {
        self.who.child("greffe")
    }

    /// Name of a legal person.
    pub(crate) fn company_name(&self) -> Option<String> {
        text(Some(self.who), &["denomination"])
    }

    /// SIREN of a legal person.
    pub(crate) fn siren(&self) -> Option<String> {
        attribute(Some(self.who), &["num_ident"], "siren")
    }

    fn data(&self) -> Value {
        // The gateway shows year and month only.
        let born = self.born().and_then(|day| day.get(..7).map(str::to_owned));
        json!({
            "numero_identification": self.siren(),
            "type": if self.natural { "personne_physique" } else { "personne_morale" },
            "fonction": self.function,
            "nom": self.name(),
            "prenom": self.first_name(),
            "date_naissance": born,
            "raison_sociale": self.company_name(),
        })
    }
}

fn text(element: Option<&Element>, path: &[&str]) -> Option<String> {
    element?.at(path)?.text()
}

fn attribute(element: Option<&Element>, path: &[&str], name: &str) -> Option<String> {
    element?.at(path)?.attribute(name)
}

#[cfg(test)]
mod tests;
