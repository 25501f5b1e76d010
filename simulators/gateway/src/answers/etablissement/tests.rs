use super::*;
use crate::answers::samples::{
    asked, asked_by_anyone, asked_of_v4, assert_fits_the_official_description, establishment,
    natural_person, raw,
};

const PATH: &str = "/v3/insee/sirene/etablissements/{siret}";

fn of(body: &Value) -> Value {
    answer(&raw(body), &asked("41816609600069")).unwrap()
}

#[test]
fn an_establishment_has_the_documented_shape() {
    let answer = of(&establishment(|_| ()));

    assert_fits_the_official_description(PATH, &answer);
    insta::assert_snapshot!(format!("{answer:#}"));
}

#[test]
fn a_closed_one_has_the_day_its_current_period_began() {
    let closed = establishment(|record| {
        record["periodesEtablissement"][0]["etatAdministratifEtablissement"] = json!("F");
    });

    let data = &of(&closed)["data"];

    assert_eq!(data["etat_administratif"], "F");
    assert_eq!(data["date_fermeture"], 1_108_767_600);
}

#[test]
fn a_natural_person_stands_on_the_second_line() {
    let place = establishment(|record| {
        let mut person = natural_person()["uniteLegale"].take();
        person["nomUniteLegale"] = json!("MOREAU");
        record["uniteLegale"] = person;
    });

    let address = of(&place)["data"]["adresse"].take();

    let lines = &address["acheminement_postal"];
    assert_eq!(
        (&lines["l1"], &lines["l2"]),
        (&json!(""), &json!("AURELIE MOREAU"))
    );
    assert_eq!(lines["l4"], "34 BIS AVENUE DE L'OPERA");
}

#[test]
fn an_abbreviated_kind_of_street_stands_in_full_and_another_as_it_is() {
    assert_eq!(in_full("ALL"), "ALLÉE");
    assert_eq!(in_full("ALLEE"), "ALLÉE");
    assert_eq!(in_full("RUE"), "RUE");
}

#[test]
fn what_is_no_record_of_an_establishment_is_unknown() {
    let refused = answer(&raw(&json!({"etablissement": {"siret": "1"}})), &asked(""));

    assert_eq!(refused.unwrap_err().class, Class::Unknown);
}

#[test]
fn version_four_has_both_nomenclatures_of_the_place_and_of_its_company() {
    let place = raw(&establishment(|_| ()));

    let answer = answer(&place, &asked_of_v4("41816609600069")).unwrap();

    assert_fits_the_official_description("/v4/insee/sirene/etablissements/{siret}", &answer);
    for holder in [&answer["data"], &answer["data"]["unite_legale"]] {
        assert_eq!(holder["activite_principale"]["code"], "62.20Y");
        assert_eq!(holder["activite_principale_naf_rev2"]["code"], "62.02A");
    }
    let link = answer["links"]["unite_legale"].as_str().unwrap();
    assert_eq!(link, "http://here/v4/insee/sirene/unites_legales/418166096");
}

#[test]
fn of_one_that_is_shown_in_part_all_see_the_commune() {
    let place = establishment(|record| {
        record["statutDiffusionEtablissement"] = json!("P");
        record["uniteLegale"]["statutDiffusionUniteLegale"] = json!("P");
    });

    let answer = answer(&raw(&place), &asked_by_anyone("41816609600069")).unwrap();

    let path = "/v3/insee/sirene/etablissements/diffusibles/{siret}";
    assert_fits_the_official_description(path, &answer);
    insta::assert_snapshot!(format!("{answer:#}"));
}
