//! An association and what it tells of itself: `api_entreprise_v4_mi_unites_legales`, and, without people and documents,
//! `api_entreprise_v4_mi_unites_legales_open_data`. Documents are behind links that are fetched when they are opened.

mod lists;
mod places;

use serde_json::{Value, json};

use super::desk::Desk;
use crate::{
    sources::{Raw, associations, xml::Element},
    trouble::{Class, Trouble},
};

/// Who reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Who has a right to what is protected.
    Entitled,
    /// Anyone.
    Anyone,
}

/// The answer for what the directory gave.
pub(crate) fn answer(raw: &Raw, desk: &mut Desk<'_>, reader: Reader) -> Result<Value, Trouble> {
    let asso = associations::association(&raw.body)?;
    let unknown = || Trouble::said(Class::Unknown, &raw.body);
    let identity = asso.child("identite").ok_or_else(unknown)?;
    let mut data = told(&asso, identity);
    data["agrements"] = lists::approvals(&asso, desk);
    data["composition_reseau"] = lists::members(&asso);
    data["etablissements"] = places::places(&asso, desk, reader);
    if reader == Reader::Entitled {
        data["reseaux_affiliation"] = lists::networks(&asso, desk);
        data["documents_rna"] = lists::papers(&asso, desk);
    }
    Ok(json!({
        "data": data,
        "links": {},
        "meta": {
            "internal_id": said(identity, "id_correspondance").unwrap_or_default(),
            "date_derniere_mise_a_jour_sirene": date(identity, "date_modif_siren"),
            "date_derniere_mise_a_jour_rna": date(identity, "date_modif_rna"),
        },
    }))
}

fn told(asso: &Element, identity: &Element) -> Value {
    let at_seat = |name| address(asso.at(&["coordonnees", name]));
    let active = if said(identity, "id_rna").is_some() {
        "active"
    } else {
        "active_sirene"
    };
    json!({
        "rna": said(identity, "id_rna"),
        "ancien_id": said(identity, "id_ex"),
        "siren": said(identity, "id_siren"),
        "nom": said(identity, "nom").or_else(|| said(identity, "nom_sirene")).unwrap_or_default(),
        "active": flag(identity, active),
        "sigle": said(identity, "sigle"),
        "reconnue_utilite_publique": flag(identity, "util_publique"),
        "siret_siege": said(identity, "id_siret_siege"),
        "forme_juridique": {
            "code": said(identity, "id_forme_juridique"),
            "libelle": said(identity, "lib_forme_juridique"),
        },
        "regime": match said(identity, "regime").as_deref() {
            Some("alsaceMoselle") => "Alsace-Moselle",
            _ => "Loi 1901",
        },
        "groupement": said(identity, "groupement"),
        "eligibilite_cec": flag(identity, "eligibilite_cec"),
        "raison_non_eligibilite_cec": said(identity, "raison_non_eligibilite_cec"),
        "impots_commerciaux": flag(identity, "impots_commerciaux"),
        "date_creation": date(identity, "date_creat").or_else(|| date(identity, "date_creation_sirene")),
        "date_dissolution": date(identity, "date_dissolution"),
        "date_publication_reconnue_utilite_publique": date(identity, "date_publication_util_publique"),
        "date_publication_journal_officiel": date(identity, "date_pub_jo"),
        "adresse_siege": at_seat("adresse_siege"),
        "adresse_gestion": at_seat("adresse_gestion"),
        "alsace_moselle": {
            "tribunal_instance": said(identity, "tribunal_instance"),
            "volume": said(identity, "volume"),
            "folio": said(identity, "folio"),
            "date_publication_registre_association": date(identity, "date_pub_registre"),
        },
        "activites": activities(asso.child("activites")),
    })
}

fn activities(told: Option<&Element>) -> Value {
    let nothing = Element::default();
    let told = told.unwrap_or(&nothing);
    let coded = |code, label| json!({"code": said(told, code), "libelle": said(told, label)});
    let mut activity = coded("id_activite_principale", "lib_activite_principale");
    activity["annee"] = json!(year(told, "annee_activite_principale"));
    let mut staff = coded("id_tranche_effectif", "lib_tranche_effectif");
    staff["annee"] = json!(year(told, "annee_effectif_salarie_cent"));
    json!({
        "objet": said(told, "objet"),
        "objet_social1": coded("id_objet_social1", "lib_objet_social1"),
        "objet_social2": coded("id_objet_social2", "lib_objet_social2"),
        "champ_action_territorial": said(told, "champ_action_territorial"),
        "activite_principale": activity,
        "tranche_effectif": staff,
        "economie_sociale_et_solidaire": said(told, "appartenance_ess").map(|part| part == "O"),
        "date_appartenance_ess": date(told, "date_appartenance_ess"),
    })
}

/// An address; of one that is not told every line is null.
pub(super) fn address(told: Option<&Element>) -> Value {
    let line = |name| told.and_then(|told| said(told, name));
    let complement: Vec<String> = ["cplt_1", "cplt_2", "cplt_3"]
        .into_iter()
        .filter_map(line)
        .collect();
    json!({
        "complement": (!complement.is_empty()).then(|| complement.join(" ")),
        "numero_voie": line("num_voie"),
        "type_voie": line("type_voie"),
        "libelle_voie": line("voie"),
        "distribution": line("bp"),
        "code_insee": line("code_insee"),
        "code_postal": line("cp"),
        "commune": line("commune"),
    })
}

/// The text of a child, runs of spaces made one; none: there is none.
pub(super) fn said(element: &Element, name: &str) -> Option<String> {
    element.child(name).and_then(Element::text)
}

/// A day; none: it is not known, which the directory writes as the first of the year 1.
pub(super) fn date(element: &Element, name: &str) -> Option<String> {
    said(element, name).filter(|day| day != "0001-01-01")
}

/// Whether a child says `true`.
pub(super) fn flag(element: &Element, name: &str) -> bool {
    said(element, name).as_deref() == Some("true")
}

/// A year; none: `0`.
fn year(element: &Element, name: &str) -> Option<String> {
    said(element, name).filter(|year| year != "0")
}

#[cfg(test)]
mod tests {
    use doublure_kernel::Dice;

    use super::*;
    use crate::{
        answers::samples::{
            assert_fits_the_official_description, desk, raw_text, registers::ASSOCIATION,
        },
        query::Query,
    };

    const PATH: &str = "/v4/djepva/api-association/associations/{siren_or_rna}";
    const OPEN: &str = "/v4/djepva/api-association/associations/open_data/{siren_or_rna}";

    fn made(xml: &str, reader: Reader) -> Result<Value, Trouble> {
        let (dice, query) = (Dice::new(1, "desk"), Query::default());
        answer(&raw_text(xml.to_owned()), &mut desk(&dice, &query), reader)
    }

    #[test]
    fn all_is_told_to_who_may_see_all() {
        let answer = made(ASSOCIATION, Reader::Entitled).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn people_and_documents_are_not_for_anyone() {
        let answer = made(ASSOCIATION, Reader::Anyone).unwrap();

        assert_fits_the_official_description(OPEN, &answer);
        for name in [
            "DUPONT",
            "documents_dac",
            "documents_rna",
            "reseaux_affiliation",
        ] {
            assert!(!answer.to_string().contains(name), "{name}");
        }
    }

    #[test]
    fn one_of_alsace_moselle_has_no_number_and_a_court() {
        let xml = "<asso><identite><regime>alsaceMoselle</regime><nom_sirene>CHORALE</nom_sirene>\
                   <active_sirene>true</active_sirene>\
                   <tribunal_instance>Tribunal d'instance de Strasbourg</tribunal_instance></identite></asso>";

        let answer = made(xml, Reader::Entitled).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        let data = &answer["data"];
        assert_eq!(
            (&data["rna"], &data["regime"]),
            (&Value::Null, &json!("Alsace-Moselle"))
        );
        assert_eq!(
            (&data["nom"], &data["active"]),
            (&json!("CHORALE"), &json!(true))
        );
    }
}
