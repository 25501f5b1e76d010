use super::*;
use crate::answers::samples::{
    asked, assert_fits_the_official_description, establishment, natural_person, raw,
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
