use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Urssaf>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::answers::<Urssaf>(&world(), |_, siren| siren.to_owned()));
}

#[test]
fn the_attestation_is_a_pdf_in_bare_base64_declared_as_json() {
    let asked = Asked::of(Call::Attestation, siren("all-in-order"), testing::now());

    let words = Urssaf::answer(&asked, &world());

    let pdf = BASE64_STANDARD.decode(&words.body).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(words.content_type, "application/json");
}

#[test]
fn a_bad_file_is_no_base64_or_no_pdf() {
    let asked = Asked::of(Call::Attestation, siren("all-in-order"), testing::now());
    let decoded = |kind| {
        let words = Urssaf::refuse(&asked, Symptom::BadFile(kind)).unwrap();
        BASE64_STANDARD.decode(&words.body)
    };

    assert!(decoded(BadFile::NotBase64).is_err());
    assert!(decoded(BadFile::WrongType).unwrap().starts_with(b"<!DOC"));
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/token",
        "/attn/entreprise/v1/demandes/api_entreprise",
    ])) {
        testing::survives::<Urssaf>(&request, &world());
    }
}
