//! What the directory tells of an association's life: people, figures, approvals, establishments, documents.

use doublure_fixtures::world::associations::{
    Association, Flaw, Paper, PaperState, Place, PlacePaper, Representative,
};

use super::elements::{address, capitalised, day, flag, link, list, money, number, option, staff};
use crate::xml::{element, text};

pub(super) fn representatives(places: &[Place]) -> String {
    let all = places.iter().flat_map(|place| {
        let siret = place.establishment.siret.to_string();
        place
            .representatives
            .iter()
            .map(move |person| representative(person, &siret))
    });
    element("representants_legaux", &[], &all.collect::<String>())
}

fn representative(person: &Representative, siret: &str) -> String {
    let content = [
        text("civilite", person.title),
        text("nom", &capitalised(&person.name)),
        text("prenom", &person.first_name),
        text("fonction", &person.function),
        option("telephone", person.telephone.clone()),
        option("courriel", person.email.clone()),
        text("publication_internet", flag(person.published)),
        text("id_siret", siret),
        text("deleted", flag(person.former)),
    ];
    element("representant_legal", &[], &content.concat())
}

/// Staff and accounts, by year and establishment.
pub(super) fn figures(places: &[Place]) -> String {
    let (mut staff, mut accounts) = (String::new(), String::new());
    for place in places {
        let siret = text("id_siret", &place.establishment.siret.to_string());
        for year in &place.staff {
            let (men, women) = year.members;
            let content = [
                number("nb_benevoles", year.volunteers),
                number("nb_volontaires", 0),
                number("nb_salaries", year.employees),
                text("nb_salaries_etpt", &format!("{}.0", year.employees)),
                siret.clone(),
                number("nb_emplois_aides", 0),
                number("nb_personnels_detaches", 0),
                number("nb_adherents", men + women),
                number("nb_adherents_h", men),
                number("nb_adherents_f", women),
            ];
            staff += &element(
                "rh",
                &[("annee", &year.year.to_string())],
                &content.concat(),
            );
        }
        for year in &place.accounts {
            let result = i64::from(year.income) - i64::from(year.expenses);
            let content = [
                money("dons", year.gifts.into()),
                money("subv", year.grants.into()),
                option("subv_cause", year.grants_for.map(str::to_owned)),
                money("aides_3ans", 0),
                money("produits", year.income.into()),
                money("charges", year.expenses.into()),
                money("resultat", result),
                text("a_commisaire_aux_comptes", flag(year.audited)),
                siret.clone(),
            ];
            accounts += &element(
                "compte",
                &[("annee", &year.year.to_string())],
                &content.concat(),
            );
        }
    }
    element("rhs", &[], &staff) + &element("comptes", &[], &accounts)
}

pub(super) fn approvals(association: &Association) -> String {
    list(
        "agrements",
        "agrement",
        &association.approvals,
        |approval| {
            [
                text("type", approval.kind),
                text("numero", &approval.number),
                text(
                    "niveau",
                    if approval.national {
                        "national"
                    } else {
                        "local"
                    },
                ),
                text("attributeur", approval.giver),
                day("date_attribution", Some(approval.given)),
                option("url", approval.document.as_deref().map(link)),
            ]
            .concat()
        },
    )
}

pub(super) fn places(places: &[Place]) -> String {
    let open = places
        .iter()
        .filter(|place| place.establishment.closed.is_none())
        .count();
    let all: String = places.iter().map(place).collect();
    element(
        "etablissements",
        &[],
        &(text("nb_actifs", &open.to_string()) + &all),
    )
}

fn place(place: &Place) -> String {
    let establishment = &place.establishment;
    let content = [
        text("id_siret", &establishment.siret.to_string()),
        text("id_siren", &establishment.siret.siren().to_string()),
        option("nom", establishment.sign.clone()),
        option("courriel", place.email.clone()),
        option("telephone", place.telephone.clone()),
        text("est_siege", flag(establishment.head_office)),
        text("actif", flag(establishment.closed.is_none())),
        day("date_actif", Some(establishment.created)),
        address("adresse", &establishment.address),
        text("id_activite_principale", &establishment.activity.code),
        text("lib_activite_principale", &establishment.activity.label),
        staff(Some(&establishment.headcount)),
    ];
    element("etablissement", &[], &content.concat())
}

pub(super) fn papers(association: &Association) -> String {
    let handed_in: Vec<(String, &PlacePaper)> = association
        .places
        .iter()
        .flat_map(|place| {
            let siret = place.establishment.siret.to_string();
            place.papers.iter().map(move |paper| (siret.clone(), paper))
        })
        .collect();
    let content: String = [
        number(
            "nbDocDac",
            u32::try_from(handed_in.len()).unwrap_or(u32::MAX),
        ),
        number(
            "nbDocRna",
            u32::try_from(association.papers.len()).unwrap_or(u32::MAX),
        ),
    ]
    .into_iter()
    .chain(
        handed_in
            .iter()
            .map(|(siret, paper)| place_paper(siret, paper)),
    )
    .chain(association.papers.iter().map(paper))
    .collect();
    element("documents", &[], &content)
}

fn place_paper(siret: &str, paper: &PlacePaper) -> String {
    let state = match paper.state {
        PaperState::Current => "courant",
        PaperState::Archived => "archivé",
        PaperState::Deleted => "supprimé",
    };
    let meta = [
        text("id_siret", siret),
        text("type", paper.kind),
        option("annee_validite", paper.year.map(|year| year.to_string())),
        text("etat", state),
    ];
    let content = [
        element("meta", &[], &meta.concat()),
        option(
            "time_depot",
            paper.filed.map(|day| format!("{day} 21:00:00")),
        ),
        text("uuid", &paper.id),
        text("nom", &paper.name),
        text("url", &link(&paper.id)),
    ];
    element("document_dac", &[], &content.concat())
}

fn paper(paper: &Paper) -> String {
    let (code, label) = paper.kind;
    let filed = paper.filed;
    let noon = filed
        .at(11, 0, 0, 0)
        .in_tz("UTC")
        .map(|noon| noon.timestamp().as_second());
    let content = [
        text("id", &paper.id),
        text("type", if paper.receipt { "RECEPISSE" } else { "PIECE" }),
        text("annee", &filed.year().to_string()),
        text("sous_type", code),
        option("time", noon.ok().map(|second| second.to_string())),
        option(
            "url",
            Some(link(&paper.id)).filter(|_| paper.flaw != Some(Flaw::NoUrl)),
        ),
        text("lib_sous_type", label),
    ];
    element("document_rna", &[], &content.concat())
}
