use super::*;
use crate::answers::samples::{EXTRACT, establishment, legal_person, returned};

fn main_source(diffusion: &str) -> Result<Main, Trouble> {
    let mut company = legal_person()["uniteLegale"].take();
    company["statutDiffusionUniteLegale"] = json!(diffusion);
    let office = establishment(|_| ())["etablissement"].take();
    Ok(Main::Whole { company, office })
}

fn extract() -> Result<Option<Element>, Trouble> {
    Ok(Some(infogreffe::extract(&returned(EXTRACT).body)?))
}

fn answered(merged: Merged) -> (Value, bool) {
    match merged {
        Merged::Answer { body, partial } => (body, partial),
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn both_sources_together_are_a_whole_answer() {
    let (body, partial) = answered(merge(main_source("O"), extract(), false));

    assert!(!partial);
    insta::assert_snapshot!(format!("{body:#}"));
}

#[test]
fn the_second_source_failing_leaves_a_partial_answer() {
    let (body, partial) = answered(merge(main_source("O"), Err(Class::Late.into()), false));

    assert!(partial);
    assert_eq!(body["gateway_error"], true);
    for name in [
        "capital_social",
        "nom_commercial",
        "mandataires_sociaux",
        "date_radiation",
    ] {
        assert_eq!(body["entreprise"][name], "Donnée indisponible", "{name}");
    }
    assert_eq!(body["entreprise"]["raison_sociale"], "OCTO TECHNOLOGY");
}

#[test]
fn a_company_that_the_second_source_does_not_know_is_whole_without_its_values() {
    let (body, partial) = answered(merge(main_source("O"), Ok(None), false));

    assert!(!partial);
    assert_eq!(body["entreprise"]["capital_social"], Value::Null);
    assert_eq!(body["entreprise"]["mandataires_sociaux"], json!([]));
}

#[test]
fn the_main_source_failing_is_its_own_error() {
    let merged = merge(Err(Class::Unavailable.into()), extract(), false);

    assert_eq!(merged, Merged::Failed(Class::Unavailable.into()));
}

#[test]
fn what_is_not_for_commerce_is_shown_only_on_demand() {
    let refused = merge(main_source("P"), extract(), false);
    let shown = merge(main_source("P"), extract(), true);

    assert_eq!(refused, Merged::Failed(Class::Undisclosed.into()));
    assert!(!answered(shown).1);
}

#[test]
fn a_merged_company_is_found_under_its_new_number_and_the_token_stays_behind() {
    let merged = merge(Ok(Main::Moved("418166096".to_owned())), extract(), false);
    let answer = moved("418166096", &Query::of(Some("token=secret&context=a+b")));

    assert_eq!(merged, Merged::Moved("418166096".to_owned()));
    assert_eq!(answer.status(), 301);
    assert_eq!(
        answer.headers()["location"],
        "/v2/entreprises/418166096?context=a%20b"
    );
}
