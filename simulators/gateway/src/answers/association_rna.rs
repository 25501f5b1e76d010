//! An association of the national register: `api_entreprise_v3_mi_associations`.

use serde_json::{Value, json};

use super::{
    asked::Asked,
    association::{address, date, flag, said},
};
use crate::{
    sources::{Raw, associations},
    trouble::{Class, Trouble},
};

/// The answer for what the directory gave. An association that the national register does not hold is not found.
pub(crate) fn answer(raw: &Raw, asked: &Asked<'_>) -> Result<Value, Trouble> {
    let asso = associations::association(&raw.body)?;
    let unknown = || Trouble::said(Class::Unknown, &raw.body);
    let identity = asso.child("identite").ok_or_else(unknown)?;
    let rna = said(identity, "id_rna").ok_or_else(|| Trouble::said(Class::NotFound, &raw.body))?;
    let declared = date(identity, "date_modif_rna");
    let purpose = asso
        .at(&["activites", "objet"])
        .and_then(|purpose| purpose.text());
    Ok(json!({
        "data": {
            "rna_id": rna,
            "titre": said(identity, "nom").unwrap_or_default(),
            "objet": purpose.unwrap_or_default(),
            "siret": (asked.entity != rna).then_some(asked.entity),
            "siret_siege_social": said(identity, "id_siret_siege"),
            "date_creation": date(identity, "date_creat").unwrap_or_default(),
            "date_declaration": declared.clone().unwrap_or_default(),
            "date_publication": date(identity, "date_pub_jo"),
            "date_dissolution": date(identity, "date_dissolution"),
            "adresse_siege": address(asso.at(&["coordonnees", "adresse_siege"])),
            "etat": flag(identity, "active"),
            "groupement": said(identity, "groupement"),
            "mise_a_jour": declared.unwrap_or_default(),
        },
        "links": {},
        "meta": {},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        asked, assert_fits_the_official_description, raw_text, registers::ASSOCIATION,
    };

    const PATH: &str = "/v3/ministere_interieur/rna/associations/{siret_or_rna}";

    #[test]
    fn an_association_is_told_as_its_register_has_it() {
        let answer = answer(&raw_text(ASSOCIATION.to_owned()), &asked("W751004076")).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn the_number_of_an_establishment_is_told_where_it_was_asked_for() {
        let answer = answer(&raw_text(ASSOCIATION.to_owned()), &asked("77567227221138")).unwrap();

        assert_eq!(answer["data"]["siret"], "77567227221138");
    }

    #[test]
    fn one_that_only_a_court_knows_is_not_found() {
        let xml = "<asso><identite><regime>alsaceMoselle</regime></identite></asso>";

        let refused = answer(&raw_text(xml.to_owned()), &asked("418166096")).unwrap_err();

        assert_eq!(refused.class, Class::NotFound);
    }
}
