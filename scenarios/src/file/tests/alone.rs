//! A fault without a file around it.

use super::*;

fn alone(text: &str) -> Result<Fault, ScenarioError> {
    Fault::parse("one-off", text, &Sample)
}

#[test]
fn a_fault_is_read_from_one_line_from_several_and_from_json() {
    let line = alone("{ when: { provider: insee }, then: silence }").unwrap();
    let lines = alone("when:\n  provider: insee\nthen: silence\n").unwrap();
    let json = alone(r#"{"when":{"provider":"insee"},"then":"silence"}"#).unwrap();

    assert_eq!(line.name, "one-off");
    assert_eq!(line.then, Effect::Wire(WireFault::Silence));
    assert_eq!(lines, line);
    assert_eq!(json, line);
}

#[test]
fn what_is_wrong_with_it_is_told_at_its_place() {
    let error = alone("{ when: { provder: insee }, then: silence }").unwrap_err();

    assert_eq!((error.line, error.column), (1, 11));
    assert_eq!(error.field, "when.provder");
    assert!(error.problem.contains("did you mean `provider`?"));
}

#[test]
fn a_pair_that_cannot_come_about_is_refused_as_in_a_file() {
    let error = alone("{ on: client, then: { symptom: unavailable } }").unwrap_err();

    assert_eq!(error.field, "then.symptom");
}

#[test]
fn nothing_at_all_is_no_fault() {
    for text in ["", "# only a remark\n", "{}", "silence", "[]"] {
        assert!(alone(text).is_err(), "{text}");
    }
}

#[test]
fn the_gateway_itself_can_fail_inside() {
    let fault = alone("{ on: client, then: { symptom: internal-error } }").unwrap();

    assert_eq!(fault.then, Effect::Symptom(Symptom::InternalError));
}
