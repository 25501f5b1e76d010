//! An association as the directory writes it: `<asso>` and what stands in it.

use doublure_fixtures::world::{
    Company,
    associations::{Association, Grouping, Network, Regime, Training},
};

use super::{
    elements::{address, day, flag, link, list, option, staff},
    life::{approvals, figures, papers, places, representatives},
};
use crate::{
    dialect::name,
    xml::{element, text},
};

/// The record of an association.
pub(super) fn asso(association: &Association) -> String {
    let number = association.number.to_string();
    let content = [
        option("id_siren", association.siren.map(|siren| siren.to_string())),
        option("id_rna", association.rna.map(|rna| rna.to_string())),
        text("id_correspondance", &number),
        identity(association, &number),
        activities(association),
        addresses(association),
        list(
            "reseaux_affiliation",
            "reseau_affiliation",
            &association.networks,
            network,
        ),
        list(
            "composition_reseau",
            "membre",
            &association.members,
            network,
        ),
        representatives(&association.places),
        figures(&association.places),
        approvals(association),
        places(&association.places),
        papers(association),
    ];
    element("asso", &[], &content.concat())
}

/// What stands of a company that is no association: an identity in no register.
pub(super) fn other(company: &Company) -> String {
    let content = [
        text("nom_sirene", &name(&company.identity)),
        text("id_siren", &company.siren.to_string()),
        text("id_forme_juridique", &company.legal_form.code),
        text("lib_forme_juridique", &company.legal_form.label),
        text("active_sirene", flag(company.ceased.is_none())),
    ];
    element("asso", &[], &element("identite", &[], &content.concat()))
}

/// An association of which only one document is told, and of that a link which is none.
pub(super) fn with_link(entity: &str, link: &str) -> String {
    let paper = [
        text("id", "00000000-0000-4000-8000-000000000000"),
        text("type", "PIECE"),
        text("sous_type", "STC"),
        text("lib_sous_type", "Statuts"),
        text("time", "1604185200"),
        text("url", link),
    ];
    let identity = [
        text("id_rna", entity),
        text("id_correspondance", "1"),
        text("regime", "loi1901"),
        text("nom", "ASSOCIATION"),
    ];
    let content = [
        element("identite", &[], &identity.concat()),
        element(
            "documents",
            &[],
            &(text("nbDocRna", "1") + &element("document_rna", &[], &paper.concat())),
        ),
    ];
    element("asso", &[], &content.concat())
}

fn identity(association: &Association, number: &str) -> String {
    let seat = association
        .places
        .iter()
        .find(|place| place.establishment.head_office);
    let name = spaced(&association.name);
    let content = [
        text("nom", &name),
        option(
            "nom_sirene",
            association.siren.map(|_| association.name.clone()),
        ),
        option("sigle", association.acronym.clone()),
        option("id_rna", association.rna.map(|rna| rna.to_string())),
        option("id_ex", association.former_number.clone()),
        option("id_siren", association.siren.map(|siren| siren.to_string())),
        option(
            "id_siret_siege",
            seat.map(|place| place.establishment.siret.to_string()),
        ),
        text("id_correspondance", number),
        text("id_forme_juridique", &association.legal_form.code),
        text("lib_forme_juridique", &association.legal_form.label),
        day("date_pub_jo", association.published),
        day("date_creat", Some(association.created)),
        day(
            "date_creation_sirene",
            association.siren.map(|_| association.created),
        ),
        day("date_dissolution", association.dissolved),
        day(
            "date_modif_rna",
            association.rna.map(|_| association.declared),
        ),
        day("date_modif_siren", association.updated),
        text("active", flag(association.dissolved.is_none())),
        text("active_sirene", flag(association.dissolved.is_none())),
        text(
            "util_publique",
            flag(association.public_interest_since.is_some()),
        ),
        day(
            "date_publication_util_publique",
            association.public_interest_since,
        ),
        option("groupement", association.grouping.map(grouping)),
        text(
            "eligibilite_cec",
            flag(association.training == Training::Earned),
        ),
        option("raison_non_eligibilite_cec", reason(association.training)),
        text("impots_commerciaux", flag(association.pays_trade_tax)),
        regime(&association.regime),
    ];
    element("identite", &[], &content.concat())
}

fn regime(regime: &Regime) -> String {
    match regime {
        Regime::Law1901 => text("regime", "loi1901"),
        Regime::AlsaceMoselle {
            court,
            volume,
            folio,
            entered,
        } => [
            text("regime", "alsaceMoselle"),
            text("tribunal_instance", court),
            text("volume", &volume.to_string()),
            text("folio", &format!("{folio:03}")),
            day("date_pub_registre", Some(*entered)),
        ]
        .concat(),
    }
}

fn activities(association: &Association) -> String {
    let purpose = &association.purpose;
    let second = purpose.second.as_ref();
    let activity = association.activity.as_ref();
    let headcount = association.headcount.as_ref();
    let content = [
        text("objet", &purpose.text),
        text("id_objet_social1", &purpose.first.code),
        text("lib_objet_social1", &purpose.first.label),
        option(
            "id_objet_social2",
            second.map(|purpose| purpose.code.clone()),
        ),
        option(
            "lib_objet_social2",
            second.map(|purpose| purpose.label.clone()),
        ),
        option("champ_action_territorial", purpose.reach.map(str::to_owned)),
        option(
            "id_activite_principale",
            activity.map(|activity| activity.code.clone()),
        ),
        option(
            "lib_activite_principale",
            activity.map(|activity| activity.label.clone()),
        ),
        text("annee_activite_principale", "0   "),
        staff(headcount),
        option(
            "appartenance_ess",
            association
                .social_economy
                .map(|part| yes_or_no(part).to_owned()),
        ),
        day("date_appartenance_ess", None),
    ];
    element("activites", &[], &content.concat())
}

fn addresses(association: &Association) -> String {
    let management = association.management.as_ref();
    let content = [
        address("adresse_siege", &association.office),
        management
            .map(|place| address("adresse_gestion", place))
            .unwrap_or_default(),
    ];
    element("coordonnees", &[], &content.concat())
}

fn network(network: &Network) -> String {
    let licensed = network.licensed;
    let content = [
        text("nom", &network.name),
        option("numero", network.membership.clone()),
        text("objet", &network.purpose),
        network
            .address
            .as_ref()
            .map(|place| address("adresse", place))
            .unwrap_or_default(),
        option(
            "nb_licencies",
            licensed.map(|(men, women)| (men + women).to_string()),
        ),
        option("nb_licencies_h", licensed.map(|(men, _)| men.to_string())),
        option(
            "nb_licencies_f",
            licensed.map(|(_, women)| women.to_string()),
        ),
        option("url", network.document.as_deref().map(link)),
    ];
    content.concat()
}

const fn yes_or_no(flag: bool) -> &'static str {
    if flag { "O" } else { "N" }
}

fn grouping(grouping: Grouping) -> String {
    let word = match grouping {
        Grouping::Simple => "Simple",
        Grouping::Federation => "Fédération",
        Grouping::Union => "Union",
    };
    word.to_owned()
}

fn reason(training: Training) -> Option<String> {
    let text = match training {
        Training::Earned => return None,
        Training::TooYoung => "L’association n’a pas trois ans d’existence",
        Training::OtherPurpose => {
            "L’objet de l’association ne rentre pas dans les critères d’éligibilité au CEC"
        }
        Training::TooYoungWithOtherPurpose => {
            "L’association n’a pas trois ans d’existence et son objet ne rentre pas dans les critères d’éligibilité au CEC"
        }
    };
    Some(text.to_owned())
}

/// Two spaces between words, as some who type them leave.
fn spaced(name: &str) -> String {
    name.replacen(' ', "  ", 1)
}
