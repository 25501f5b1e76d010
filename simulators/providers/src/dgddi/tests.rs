use doublure_fixtures::Siret;
use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

fn asked(number: &str) -> String {
    format!("{PATH}{number}?idClient=essai")
}

fn office(name: &str, nic_stem: u16) -> String {
    let siret = Siret::of(siren(name).parse().unwrap(), nic_stem);
    asked(&format!("FR{siret}"))
}

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Dgddi>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    let cases = [
        ("active", office("all-in-order", 1)),
        ("ceased", office("ceased", 2)),
        ("from abroad", asked("ESA08536583")),
        ("branch", office("all-in-order", 2)),
        ("unknown", office("unknown", 1)),
        ("unknown from abroad", asked("ITX1")),
        ("no EORI", asked("FR1")),
        ("nobody asks", "/eori/v1/ESA08536583".to_owned()),
    ];

    insta::assert_snapshot!(testing::replies::<Dgddi>(&world(), &cases));
}

#[test]
fn only_what_has_the_form_of_a_number_is_one() {
    assert!(has_the_form("FR11111111800018"));
    assert!(has_the_form("ESA08536583"));
    for text in [
        "",
        "F",
        "FR1",
        "FRA1111111800018",
        "es1",
        "ES",
        "ES1234567890123456",
        "éS1",
    ] {
        assert!(!has_the_form(text), "{text}");
    }
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/eori/v1/ESA08536583?idClient=a",
        "/eori/v1/FR11111111800018",
    ])) {
        testing::survives::<Dgddi>(&request, &world());
    }
}
