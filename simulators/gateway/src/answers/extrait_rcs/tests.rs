use super::*;
use crate::answers::samples::{EXTRACT, TRADER, assert_fits_the_official_description, returned};

const PATH: &str = "/v3/infogreffe/rcs/unites_legales/{siren}/extrait_kbis";

#[test]
fn a_legal_person_has_the_documented_shape() {
    let answer = answer(&returned(EXTRACT)).unwrap();

    assert_fits_the_official_description(PATH, &answer);
    insta::assert_snapshot!(format!("{answer:#}"));
}

#[test]
fn a_trader_has_birth_and_address_and_no_officers() {
    let answer = answer(&returned(TRADER)).unwrap();

    assert_fits_the_official_description(PATH, &answer);
    insta::assert_snapshot!(format!("{answer:#}"));
}

#[test]
fn an_extract_without_a_number_is_unknown() {
    let refused = answer(&returned(
        "<Extrait><dossier><entreprise/></dossier></Extrait>",
    ));

    assert_eq!(refused.unwrap_err().class, Class::Unknown);
}
