use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

const PATH: &str = "/rcd-api/1.0.0/effectifs?codeOPSDemandeur=00000DINUM&source=RA;RG";

fn year(name: &str, year: &str) -> String {
    format!("{PATH}&nature=A01&siren={}&periode={year}1231", siren(name))
}

fn months(name: &str, rest: &str) -> String {
    let siret = Siret::of(siren(name).parse().unwrap(), 1);
    format!("{PATH}&siret={siret}&{rest}")
}

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<GipMds>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    let cases = [
        ("both schemes", year("all-in-order", "2023")),
        ("agricultural", year("farm-in-arrears", "2023")),
        ("general", year("official-sample-dinum", "2023")),
        ("over by then", year("ceased", "2025")),
        ("year that is not over", year("all-in-order", "2026")),
        ("year not yet known", year("all-in-order", "2025")),
        ("before it began", year("all-in-order", "2009")),
        ("unknown", year("unknown", "2023")),
        ("locked", year("staff-file-locked", "2023")),
        (
            "month",
            months("all-in-order", "nature=M01&periode=20221201"),
        ),
        (
            "three months of BOETH",
            months(
                "all-in-order",
                "nature=M02&periode=20220101&profondeurHistorique=2",
            ),
        ),
        (
            "one source",
            months("all-in-order", "nature=M01&periode=20221201").replace("RA;RG", "RG"),
        ),
        (
            "unknown establishment",
            months("unknown", "nature=M01&periode=20221201"),
        ),
        (
            "year of an establishment",
            months("all-in-order", "nature=A01&periode=20221231"),
        ),
        ("no period", months("all-in-order", "nature=M01")),
    ];

    insta::assert_snapshot!(testing::replies::<GipMds>(&world(), &cases));
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/token",
        "/rcd-api/1.0.0/effectifs?codeOPSDemandeur=a&source=RA;RG&nature=M01&siret=11111111800018&periode=20221201",
        "/rcd-api/1.0.0/effectifs?codeOPSDemandeur=a&source=RA&nature=A01&siren=111111118&periode=20221231",
    ])) {
        testing::survives::<GipMds>(&request, &world());
    }
}
