use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

fn asked(number: &str) -> String {
    format!("{PATH}{number}")
}

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Vies>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    let of = |name| VatNumber::of(siren(name).parse().unwrap()).digits();
    let cases = [
        ("valid", asked(&of("all-in-order"))),
        ("natural person", asked(&of("partially-diffusible"))),
        ("ceased", asked(&of("ceased"))),
        ("unknown", asked(&of("unknown"))),
        ("key that does not fit", asked("00111111118")),
        ("no number", asked("11A")),
    ];

    insta::assert_snapshot!(testing::replies::<Vies>(&world(), &cases));
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/taxation_customs/vies/rest-api/ms/FR/vat/35552049447",
        "/taxation_customs/vies/rest-api/ms/FR/vat/",
    ])) {
        testing::survives::<Vies>(&request, &world());
    }
}
