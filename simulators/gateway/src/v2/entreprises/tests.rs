use doublure_kernel::Dice;
use serde_json::Value;

use super::*;
use crate::answers::samples::{self, EXTRACT, establishment, legal_person, raw, returned};

fn main_source(diffusion: &str) -> Result<Vec<Raw>, Trouble> {
    let mut company = legal_person();
    company["uniteLegale"]["statutDiffusionUniteLegale"] = json!(diffusion);
    Ok(vec![raw(&company), raw(&establishment(|_| ()))])
}

fn extra() -> Result<Vec<Raw>, Trouble> {
    Ok(vec![returned(EXTRACT)])
}

fn merged(said: Said, arguments: [(&str, &str); 1]) -> Result<Made, Trouble> {
    let (dice, query) = (Dice::new(1, "v2"), Query::default());
    let arguments = crate::arguments::Arguments::such(arguments);
    let mut desk = samples::desk(&dice, &query);
    desk.asked.arguments = &arguments;
    merge(said, &mut desk)
}

fn usual(said: Said) -> Result<Made, Trouble> {
    merged(said, [("siren", "418166096")])
}

fn answered(made: Result<Made, Trouble>) -> (Value, bool) {
    match made {
        Ok(Made::Whole(body)) => (body, false),
        Ok(Made::Partial(body)) => (body, true),
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn both_sources_together_are_a_whole_answer() {
    let (body, partial) = answered(usual(vec![main_source("O"), extra()]));

    assert!(!partial);
    insta::assert_snapshot!(format!("{body:#}"));
}

#[test]
fn the_second_source_failing_leaves_a_partial_answer() {
    let late = Err(Class::Late.into());

    let (body, partial) = answered(usual(vec![main_source("O"), late]));

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
    let unknown = Err(Class::NotFound.into());

    let (body, partial) = answered(usual(vec![main_source("O"), unknown]));

    assert!(!partial);
    assert_eq!(body["entreprise"]["capital_social"], Value::Null);
    assert_eq!(body["entreprise"]["mandataires_sociaux"], json!([]));
}

#[test]
fn the_main_source_failing_is_its_own_error() {
    let failed = usual(vec![Err(Class::Unavailable.into()), extra()]);

    assert_eq!(failed.unwrap_err().class, Class::Unavailable);
}

#[test]
fn what_is_not_for_commerce_is_shown_only_on_demand() {
    let refused = usual(vec![main_source("P"), extra()]);
    let shown = merged(
        vec![main_source("P"), extra()],
        [("non_diffusables", "true")],
    );

    assert_eq!(refused.unwrap_err().class, Class::Undisclosed);
    assert!(!answered(shown).1);
}

#[test]
fn a_merged_company_is_found_under_its_new_number_and_the_token_stays_behind() {
    let heir = Raw {
        redirected: true,
        ..raw(&legal_person())
    };

    let made = usual(vec![Ok(vec![heir]), extra()]);
    let answer = moved("418166096", &Query::of(Some("token=secret&context=a+b")));

    assert!(matches!(made, Ok(Made::Other(answer)) if answer.status() == 301));
    assert_eq!(answer.status(), 301);
    assert_eq!(
        answer.headers()["location"],
        "/v2/entreprises/418166096?context=a%20b"
    );
}
