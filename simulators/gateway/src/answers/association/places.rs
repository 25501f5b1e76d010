//! The establishments of an association, and what each tells of itself.

use serde_json::{Value, json};

use super::{
    Reader, address, date, flag,
    lists::{hashed, items, link, number, telephone},
    said,
};
use crate::{answers::desk::Desk, sources::xml::Element};

/// Its establishments.
pub(super) fn places(asso: &Element, desk: &mut Desk<'_>, reader: Reader) -> Value {
    let places = items(asso, "etablissements", "etablissement");
    places
        .map(|place| {
            let siret = said(place, "id_siret").unwrap_or_default();
            let mut told = establishment(place, &siret);
            told["rhs"] = staff(asso, &siret);
            told["comptes"] = accounts(asso, &siret);
            if reader == Reader::Entitled {
                told["representants_legaux"] = representatives(asso, &siret);
                told["documents_dac"] = papers(asso, &siret, desk);
            }
            told
        })
        .collect()
}

fn establishment(place: &Element, siret: &str) -> Value {
    json!({
        "siren": said(place, "id_siren").unwrap_or_default(),
        "siret": siret,
        "actif": flag(place, "actif"),
        "siege": flag(place, "est_siege"),
        "nom": said(place, "nom"),
        "telephone": telephone(place),
        "courriel": said(place, "courriel"),
        "date_debut_activite": date(place, "date_actif"),
        "adresse": address(place.child("adresse")),
        "activite_principale": {
            "code": said(place, "id_activite_principale"),
            "libelle": said(place, "lib_activite_principale"),
        },
        "tranche_effectif": {
            "code": said(place, "id_tranche_effectif"),
            "libelle": said(place, "lib_tranche_effectif"),
        },
    })
}

fn staff(asso: &Element, siret: &str) -> Value {
    of_place(asso, "rhs", "rh", siret)
        .map(|year| {
            let count = |name| number(year, name).unwrap_or_default();
            json!({
                "annee": year.attribute("annee").unwrap_or_default(),
                "nombre_benevoles": count("nb_benevoles"),
                "nombre_volontaires": count("nb_volontaires"),
                "nombre_salaries": count("nb_salaries"),
                "nombre_salaries_etpt": amount(year, "nb_salaries_etpt"),
                "nombre_emplois_aides": count("nb_emplois_aides"),
                "nombre_personnels_detaches": count("nb_personnels_detaches"),
                "nombre_adherents": {
                    "hommes": count("nb_adherents_h"),
                    "femmes": count("nb_adherents_f"),
                    "total": count("nb_adherents"),
                },
            })
        })
        .collect()
}

fn accounts(asso: &Element, siret: &str) -> Value {
    of_place(asso, "comptes", "compte", siret)
        .map(|year| {
            json!({
                "annee": year.attribute("annee").unwrap_or_default(),
                "commisaire_aux_comptes": flag(year, "a_commisaire_aux_comptes"),
                "montant_dons": amount(year, "dons"),
                "cause_subventions": said(year, "subv_cause"),
                "montant_subventions": amount(year, "subv"),
                "montant_aides_sur_3ans": amount(year, "aides_3ans"),
                "total_charges": amount(year, "charges"),
                "total_resultat": amount(year, "resultat"),
                "total_produits": amount(year, "produits"),
            })
        })
        .collect()
}

/// Those who act for it now.
fn representatives(asso: &Element, siret: &str) -> Value {
    of_place(asso, "representants_legaux", "representant_legal", siret)
        .filter(|person| !flag(person, "deleted"))
        .map(|person| {
            let text = |name| said(person, name).unwrap_or_default();
            json!({
                "civilite": text("civilite"),
                "nom": text("nom").to_uppercase(),
                "prenom": text("prenom").to_uppercase(),
                "fonction": text("fonction"),
                "valideur_cec": flag(person, "valideur_cec"),
                "publication_internet": flag(person, "publication_internet"),
                "telephone": telephone(person),
                "courriel": said(person, "courriel"),
            })
        })
        .collect()
}

/// The documents it handed in, but for details of bank accounts and those it took back.
fn papers(asso: &Element, siret: &str, desk: &mut Desk<'_>) -> Value {
    let papers = items(asso, "documents", "document_dac");
    papers
        .filter_map(|paper| {
            let meta = paper.child("meta")?;
            let kind = said(meta, "type").unwrap_or_default();
            let state = said(meta, "etat").unwrap_or_default();
            let shown = kind != "RIB" && state != "supprimé";
            if !shown || said(meta, "id_siret").as_deref() != Some(siret) {
                return None;
            }
            let filed = said(paper, "time_depot");
            Some(json!({
                "id": hashed(&said(paper, "uuid").unwrap_or_default()),
                "nom": said(paper, "nom").unwrap_or_default(),
                "annee_validite": said(meta, "annee_validite"),
                "commentaire": said(paper, "commentaire"),
                "etat": state,
                "type": label(&kind),
                "date_depot": filed.as_deref().and_then(|moment| moment.split(' ').next()),
                "url": link(paper, desk)?,
            }))
        })
        .collect()
}

/// Those of a list that are about a place.
fn of_place<'a>(
    asso: &'a Element,
    outer: &str,
    inner: &'a str,
    siret: &'a str,
) -> impl Iterator<Item = &'a Element> {
    items(asso, outer, inner).filter(move |item| said(item, "id_siret").as_deref() == Some(siret))
}

fn amount(element: &Element, name: &str) -> f64 {
    let said = said(element, name).and_then(|text| text.parse().ok());
    said.unwrap_or_default()
}

fn label(kind: &str) -> &str {
    match kind {
        "BPA" => "Budget prévisionnel",
        "CPA" => "Comptes du dernier exercice clôt",
        "RCA" => "Rapport du commissaire au compte",
        "RAR" => "Rapport d'activité (le plus récent)",
        "RFA" => "Rapport financier",
        other => other,
    }
}
