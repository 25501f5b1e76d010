use super::*;
use crate::answers::samples::{
    asked, assert_fits_the_official_description, legal_person, natural_person, raw,
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
