use super::*;
use crate::answers::samples::{
    asked, asked_by_anyone, asked_of_v4, assert_fits_the_official_description, legal_person,
    natural_person, raw,
};

const PATH: &str = "/v3/insee/sirene/unites_legales/{siren}";

fn of(body: &Value) -> Value {
    answer(&raw(body), &asked("418166096")).unwrap()
}

#[test]
fn a_legal_person_has_the_documented_shape() {
    let answer = of(&legal_person());

    assert_fits_the_official_description(PATH, &answer);
    insta::assert_snapshot!(format!("{answer:#}"));
}

#[test]
fn a_natural_person_who_ceased_has_a_day_of_it() {
    let answer = of(&natural_person());

    assert_fits_the_official_description(PATH, &answer);
    insta::assert_snapshot!(format!("{answer:#}"));
}

#[test]
fn the_siren_that_was_merged_is_named_in_meta() {
    let moved = Raw {
        redirected: true,
        ..raw(&legal_person())
    };

    let answer = answer(&moved, &asked("350042925")).unwrap();

    assert_eq!(answer["meta"]["redirect_from_siren"], "350042925");
}

#[test]
fn a_code_that_no_nomenclature_has_gets_a_label_that_says_so() {
    let mut body = legal_person();
    body["uniteLegale"]["periodesUniteLegale"][0]["activitePrincipaleUniteLegale"] = json!("70.2C");

    let activity = &of(&body)["data"]["activite_principale"];

    assert_eq!(activity["code"], "70.2C");
    assert_eq!(activity["libelle"], "activité absente de la nomenclature");
}

#[test]
fn what_is_no_record_of_a_company_is_unknown() {
    let class = |body: &Value| answer(&raw(body), &asked("")).unwrap_err().class;

    assert_eq!(class(&json!({"uniteLegale": {}})), Class::Unknown);
    assert_eq!(class(&json!("<html>")), Class::Unknown);
}

#[test]
fn version_four_has_the_activity_in_both_nomenclatures_and_links_to_itself() {
    let answer = answer(&raw(&legal_person()), &asked_of_v4("418166096")).unwrap();

    assert_fits_the_official_description("/v4/insee/sirene/unites_legales/{siren}", &answer);
    let data = &answer["data"];
    assert_eq!(data["activite_principale"]["code"], "62.20Y");
    assert_eq!(data["activite_principale"]["nomenclature"], "NAF2025");
    assert_eq!(data["activite_principale_naf_rev2"]["code"], "62.02A");
    let office = "insee/sirene/etablissements/41816609600069";
    assert_eq!(
        answer["links"],
        json!({
            "siege_social": format!("http://here/v4/{office}"),
            "siege_social_adresse": format!("http://here/v3/{office}/adresse"),
        })
    );
}

#[test]
fn a_natural_person_who_is_shown_in_part_has_no_name_for_all() {
    let answer = answer(&raw(&natural_person()), &asked_by_anyone("418166096")).unwrap();

    let path = "/v3/insee/sirene/unites_legales/diffusibles/{siren}";
    assert_fits_the_official_description(path, &answer);
    insta::assert_snapshot!(format!("{answer:#}"));
}

#[test]
fn a_legal_person_who_is_shown_in_part_keeps_its_name() {
    let mut body = legal_person();
    body["uniteLegale"]["statutDiffusionUniteLegale"] = json!("P");

    let answer = answer(&raw(&body), &asked_by_anyone("418166096")).unwrap();

    let attributes = &answer["data"]["personne_morale_attributs"];
    assert_eq!(attributes["raison_sociale"], "OCTO TECHNOLOGY");
    assert_eq!(attributes["sigle"], "[ND]");
}

#[test]
fn one_who_is_shown_whole_is_the_same_for_all() {
    let body = raw(&legal_person());

    let all = answer(&body, &asked_by_anyone("418166096")).unwrap();

    assert_eq!(all, answer(&body, &asked("418166096")).unwrap());
}
