//! The scenario that is wanted: one of the library, or a text.

use doublure_control::{NewSession, Problem};
use doublure_scenarios::{Fault, Overrides, Scenario, ScenarioError, library};
use http::StatusCode;

use crate::{
    names::House,
    problem::{Refusal, no_such},
};

/// The scenario a new session asks for; calm when it asks for none.
pub(crate) fn wanted(new: &NewSession, known: &House) -> Result<Scenario, Refusal> {
    match (&new.scenario, &new.scenario_text) {
        (Some(_), Some(_)) => Err(Refusal::invalid(
            "scenario_text",
            "`scenario` names one of the library, `scenario_text` holds one: give only one of them",
        )),
        (Some(name), None) => of_library(name, known),
        (None, Some(text)) => of_text(CUSTOM, text, known),
        (None, None) => of_library(library::CALM, known),
    }
}

/// The scenario of a text.
pub(crate) fn of_text(name: &str, text: &str, known: &House) -> Result<Scenario, Refusal> {
    Scenario::parse(name, text, known).map_err(|error| refused(&error))
}

/// Whether a scenario may follow another in a running session: the gateway's numbers are those that it was made with.
pub(crate) fn check_overrides(next: &Scenario, running: &Overrides) -> Result<(), Refusal> {
    if next.overrides == Overrides::default() || next.overrides == *running {
        return Ok(());
    }
    Err(Refusal::invalid(
        "overrides",
        "a session has the numbers that it was made with: begin one with this scenario (`--scenario`), or leave `overrides` out",
    ))
}

/// The fault of a text: one item of a scenario file's list.
pub(crate) fn one_off(text: &str, known: &House) -> Result<Fault, Refusal> {
    Fault::parse(ONE_OFF, text, known).map_err(|error| refused(&error))
}

/// The scenario of this name.
pub(crate) fn of_library(name: &str, known: &House) -> Result<Scenario, Refusal> {
    let Some(entry) = library::find(name) else {
        let all = library::all().iter().map(|entry| entry.name);
        return Err(Refusal::invalid("scenario", no_such("scenario", name, all)));
    };
    entry.parse(known).map_err(|error| refused(&error))
}

/// The first error with its place, those that follow as lines beneath it.
fn refused(error: &ScenarioError) -> Refusal {
    let mut problem = error.problem.clone();
    for more in &error.more {
        problem.push_str(&format!("\n{more}"));
    }
    Refusal {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        problem: Problem {
            problem,
            line: Some(error.line),
            column: Some(error.column),
            field: (!error.field.is_empty()).then(|| error.field.clone()),
        },
    }
}

/// Name of a scenario that was given as a text without a name.
pub(crate) const CUSTOM: &str = "custom";

/// Name of a fault that was asked for without one.
const ONE_OFF: &str = "one-off";

/// Name of a fault that a caller asked for without one.
pub(crate) const BY_HEADER: &str = "by-header";

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;

    use super::*;

    fn known() -> House {
        House::new(Contract::built_in())
    }

    #[test]
    fn every_scenario_of_the_library_names_only_what_there_is() {
        let known = known();

        for entry in library::all() {
            let read = of_library(entry.name, &known);

            assert!(read.is_ok(), "{}: {:?}", entry.name, read.err());
        }
    }

    #[test]
    fn no_scenario_wanted_is_the_calm_one() {
        let scenario = wanted(&NewSession::default(), &known()).unwrap();

        assert_eq!(scenario.name, "calm");
        assert!(scenario.faults.is_empty());
    }

    #[test]
    fn a_name_with_a_typo_brings_the_one_that_was_meant() {
        let new = NewSession {
            scenario: Some("silent-provder".into()),
            ..NewSession::default()
        };

        let refusal = wanted(&new, &known()).unwrap_err();

        assert_eq!(refusal.problem.field.as_deref(), Some("scenario"));
        assert!(
            refusal
                .problem
                .problem
                .contains("did you mean `silent-provider`?")
        );
    }

    #[test]
    fn all_errors_of_a_text_are_told_the_first_with_its_place() {
        let text = "faults:\n  - when: { provider: insea }\n    dealy: 9s\n";

        let problem = of_text(CUSTOM, text, &known()).unwrap_err().problem;

        assert_eq!(problem.line, Some(2));
        assert!(problem.column.is_some());
        assert!(problem.problem.contains("insea"), "{problem}");
        assert!(problem.problem.contains("dealy"), "{problem}");
    }
}
