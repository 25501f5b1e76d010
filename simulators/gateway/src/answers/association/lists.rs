//! What an association belongs to, who belongs to it, what it was approved for, and its documents in the register.

use serde_json::{Value, json};

use super::{address, date, said};
use crate::{
    answers::desk::Desk,
    sources::{
        associations::{DJEPVA_DOCUMENT, document_in},
        xml::Element,
    },
};

/// What administrations approved it for.
pub(super) fn approvals(asso: &Element, desk: &mut Desk<'_>) -> Value {
    let approvals = items(asso, "agrements", "agrement");
    approvals
        .map(|approval| {
            json!({
                "numero": said(approval, "numero").unwrap_or_default(),
                "date_attribution": date(approval, "date_attribution").unwrap_or_default(),
                "type": said(approval, "type").unwrap_or_default(),
                "niveau": said(approval, "niveau").unwrap_or_default(),
                "attributeur": said(approval, "attributeur").unwrap_or_default(),
                "url": link(approval, desk),
            })
        })
        .collect()
}

/// Who belongs to it.
pub(super) fn members(asso: &Element) -> Value {
    let members = items(asso, "composition_reseau", "membre");
    members
        .map(|member| {
            json!({
                "nom": said(member, "nom").unwrap_or_default(),
                "rna": said(member, "id_rna"),
                "siret": said(member, "id_siret"),
                "telephone": telephone(member),
                "courriel": said(member, "courriel"),
                "objet": said(member, "objet").unwrap_or_default(),
                "adresse": address(member.child("adresse")),
                "site_web": said(member, "site_web"),
            })
        })
        .collect()
}

/// What it belongs to.
pub(super) fn networks(asso: &Element, desk: &mut Desk<'_>) -> Value {
    let networks = items(asso, "reseaux_affiliation", "reseau_affiliation");
    networks
        .map(|network| {
            json!({
                "nom": said(network, "nom").unwrap_or_default(),
                "numero": said(network, "numero"),
                "rna": said(network, "id_rna"),
                "siret": said(network, "id_siret"),
                "objet": said(network, "objet"),
                "adresse": address(network.child("adresse")),
                "telephone": telephone(network),
                "courriel": said(network, "courriel"),
                "attestation_affiliation_url": link(network, desk),
                "nombre_licencies": {
                    "hommes": number(network, "nb_licencies_h"),
                    "femmes": number(network, "nb_licencies_f"),
                    "total": number(network, "nb_licencies"),
                },
            })
        })
        .collect()
}

/// Its documents in the national register; one without a link is left out.
pub(super) fn papers(asso: &Element, desk: &mut Desk<'_>) -> Value {
    let papers = items(asso, "documents", "document_rna");
    papers
        .filter_map(|paper| {
            let url = link(paper, desk)?;
            let filed = said(paper, "time").and_then(|second| second.parse().ok());
            Some(json!({
                "id": hashed(&said(paper, "id").unwrap_or_default()),
                "type": match said(paper, "type").as_deref() {
                    Some("PIECE") => "Pièce",
                    _ => "Récipicé",
                },
                "sous_type": {"code": said(paper, "sous_type"), "libelle": said(paper, "lib_sous_type")},
                "date_depot": filed.map(|second| crate::answers::dates::day_in_paris(second).to_string()),
                "annee_depot": said(paper, "annee"),
                "url": url,
            }))
        })
        .collect()
}

/// The elements of a list.
pub(super) fn items<'a>(
    asso: &'a Element,
    outer: &str,
    inner: &'a str,
) -> impl Iterator<Item = &'a Element> {
    let list = asso.child(outer).into_iter();
    list.flat_map(move |list| list.all(inner))
}

/// The link to the document that an element has a link to; none: it has none, or one that leads nowhere.
pub(super) fn link(element: &Element, desk: &mut Desk<'_>) -> Option<String> {
    let told = said(element, "url")?;
    let id = document_in(&told)?;
    let (url, _) = desk.file(DJEPVA_DOCUMENT, id);
    Some(url)
}

/// A telephone number without spaces; none: there is none, or but zeros.
pub(super) fn telephone(element: &Element) -> Option<String> {
    let digits = said(element, "telephone")?.replace(' ', "");
    digits.bytes().any(|digit| digit != b'0').then_some(digits)
}

/// A whole number.
pub(super) fn number(element: &Element, name: &str) -> Option<i64> {
    said(element, name)?.parse().ok()
}

/// Sixty-four digits in place of the number of a document, which is not shown.
pub(super) fn hashed(id: &str) -> String {
    let rounds = (1..=4_u64).map(|round| {
        let hash = id
            .bytes()
            .fold(OFFSET ^ round.wrapping_mul(MIX), |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(PRIME)
            });
        format!("{:016x}", (hash ^ (hash >> 32)).wrapping_mul(MIX))
    });
    rounds.collect()
}

/// FNV-1a.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;
/// Spreads near numbers far apart.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_no_telephone_number() {
        let read = |text: &str| {
            let element = Element::read(&format!("<a><telephone>{text}</telephone></a>")).unwrap();
            telephone(element.child("a").unwrap())
        };

        assert_eq!(read("01 99 00 12 34").as_deref(), Some("0199001234"));
        assert_eq!(read("0000000000"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_number_is_hidden_behind_another_that_is_always_the_same() {
        let hidden = hashed("3d53b6bf-e053");

        assert_eq!(hidden.len(), 64);
        assert_eq!(hidden, hashed("3d53b6bf-e053"));
        assert_ne!(hidden, hashed("3d53b6bf-e054"));
        assert!(!hidden.contains("3d53b6bf"));
    }
}
