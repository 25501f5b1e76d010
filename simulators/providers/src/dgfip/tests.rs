use doublure_fixtures::Siret;
use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Dgfip>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::answers::<Dgfip>(
        &world(),
        |call, siren| match call {
            Call::ChiffreAffaires => Siret::of(siren.parse().unwrap(), 1).to_string(),
            Call::AttestationFiscale | Call::LiasseFiscale => siren.to_owned(),
        }
    ));
}

#[test]
fn every_tax_return_is_as_the_snapshot_shows() {
    let of = |name: &str, year: &str| {
        let siren = siren(name);
        format!("/adelie/v1/getLiasseFiscale?userId=u&siren={siren}&annee={year}")
    };
    let cases = [
        ("held and holding", of("all-in-order", "2024")),
        ("one tax and no shares", of("partially-diffusible", "2024")),
        ("nothing declared", of("all-in-order", "2008")),
        ("unreadable", of("unreadable-tax-file", "2024")),
        ("no file", of("official-sample-dinum", "2024")),
        ("no year", of("all-in-order", "x")),
    ];

    insta::assert_snapshot!(testing::replies::<Dgfip>(&world(), &cases));
}

#[test]
fn the_same_day_gives_the_same_document_and_the_next_another() {
    let on = |now| {
        let asked = Asked::of(Call::AttestationFiscale, siren("all-in-order"), now);
        Dgfip::answer(&asked, &world()).body
    };
    let tomorrow = testing::now() + std::time::Duration::from_secs(24 * 3_600);

    assert_eq!(on(testing::now()), on(testing::now()));
    assert_ne!(on(testing::now()), on(tomorrow));
}

#[test]
fn a_question_without_a_user_is_refused_as_malformed() {
    let entity = |uri: &str| {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        Dgfip::route(&request).unwrap().entity
    };

    assert_eq!(
        entity("/adelie/v1/attestationFiscale?siren=418166096"),
        None
    );
    assert_eq!(
        entity("/adelie/v1/attestationFiscale?userId=u&siren=418166096").as_deref(),
        Some("418166096")
    );
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/token",
        "/adelie/v1/attestationFiscale?userId=u&siren=418166096",
        "/adelie/v1/chiffreAffaires?userId=u&siret=11111111800019",
        "/adelie/v1/getLiasseFiscale?userId=u&siren=111111118&annee=2023",
    ])) {
        testing::survives::<Dgfip>(&request, &world());
    }
}
