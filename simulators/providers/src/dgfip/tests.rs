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
            Call::AttestationFiscale => siren.to_owned(),
        }
    ));
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
    ])) {
        testing::survives::<Dgfip>(&request, &world());
    }
}
