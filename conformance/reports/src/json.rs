//! A run for programs.

use doublure_journal::{Entry, Moment};
use doublure_rules::{
    Complaint, Counts, ExitCode, Judgement, Level, Outcome, Role, Run, TrialFailure, Verdict,
};
use serde::Serialize;

use crate::curl;

/// Name and version of the form; a change that breaks a reader raises the number.
pub const SCHEMA: &str = "doublure.run/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    role: Option<Role>,
    target: &'a str,
    edition: &'a str,
    outcome: ExitCode,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    began_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<u128>,
    ended: bool,
    must: Counts,
    should: Counts,
    rules: Vec<Judged<'a>>,
    harness_errors: &'a [TrialFailure],
    baseline_problems: &'a [Complaint],
}

#[derive(Serialize)]
struct Judged<'a> {
    id: &'a str,
    theme: &'a str,
    level: Level,
    sentence: &'a str,
    source: &'a str,
    trial: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trial_took_ms: Option<u128>,
    verdict: &'a Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excuse: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    doubts: &'a [String],
    evidence: &'a [Entry],
}

/// The JSON Schema of the form [`SCHEMA`], checked in as `conformance/reports/schema/run.schema.json`.
pub const JSON_SCHEMA: &str = include_str!("../schema/run.schema.json");

/// The run as a JSON document of the form [`SCHEMA`].
///
/// # Errors
/// None that is known: every part of a run can be written.
pub fn render(run: &Run) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Document {
        schema: SCHEMA,
        role: run.role,
        target: &run.target,
        edition: &run.edition,
        outcome: run.exit_code(),
        exit_code: run.exit_code().code(),
        began_at: run.times.began(),
        took_ms: run.times.took().map(|took| took.as_millis()),
        ended: run.ended,
        must: run.counts(Level::Must),
        should: run.counts(Level::Should),
        rules: run
            .judgements
            .iter()
            .map(|judgement| judged(run, judgement))
            .collect(),
        harness_errors: &run.failures,
        baseline_problems: &run.complaints,
    })
}

fn judged<'a>(run: &Run, judgement: &'a Judgement) -> Judged<'a> {
    let failed = judgement.verdict.outcome() == Outcome::Fail;
    Judged {
        id: &judgement.rule.id,
        theme: &judgement.rule.theme,
        level: judgement.rule.level,
        sentence: &judgement.rule.sentence,
        source: &judgement.rule.source,
        trial: &judgement.trial,
        trial_took_ms: (run.times.trial_took(&judgement.trial)).map(|took| took.as_millis()),
        verdict: &judgement.verdict,
        mend: judgement.mend.as_deref(),
        again: curl::line(&judgement.evidence, &run.again).filter(|_| failed),
        excuse: judgement.excuse.as_deref(),
        doubts: &judgement.doubts,
        evidence: &judgement.evidence,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::sample;

    #[test]
    fn a_run_is_a_document_with_verdicts_and_evidence() {
        insta::assert_snapshot!(render(&sample::run()).unwrap());
    }

    #[test]
    fn the_schema_holds_for_runs_of_every_outcome() {
        let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();

        for run in [
            sample::run(),
            sample::settled(),
            sample::conforming(),
            sample::timed(),
            Run::default(),
        ] {
            let document: Value = serde_json::from_str(&render(&run).unwrap()).unwrap();
            let problems: Vec<String> = validator
                .iter_errors(&document)
                .map(|problem| format!("{}: {problem}", problem.instance_path()))
                .collect();
            assert_eq!(problems, Vec::<String>::new());
        }
        assert_eq!(schema["$id"], SCHEMA);
    }

    #[test]
    fn a_run_says_when_it_began_and_how_long_it_and_its_trials_took_if_anybody_looked_at_a_clock() {
        let read = |run: &Run| -> Value { serde_json::from_str(&render(run).unwrap()).unwrap() };

        let (timed, untimed) = (read(&sample::timed()), read(&sample::conforming()));

        assert_eq!(timed["began_at"], "2026-01-15T10:00:00.000000Z");
        assert_eq!(timed["took_ms"], 12_500);
        assert_eq!(timed["rules"][0]["trial_took_ms"], 10_000);
        assert_eq!(untimed.get("began_at"), None);
        assert_eq!(untimed["rules"][0].get("trial_took_ms"), None);
    }

    #[test]
    fn the_schema_refuses_what_is_no_verdict() {
        let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
        let mut document: Value = serde_json::from_str(&render(&sample::run()).unwrap()).unwrap();

        document["rules"][0]["verdict"]["proof"] = serde_json::json!([]);

        assert!(!jsonschema::is_valid(&schema, &document));
    }

    #[test]
    fn verdicts_and_evidence_can_be_read_back() {
        let run = sample::run();

        let document: Value = serde_json::from_str(&render(&run).unwrap()).unwrap();

        for (read, judgement) in document["rules"]
            .as_array()
            .unwrap()
            .iter()
            .zip(&run.judgements)
        {
            let verdict: Verdict = serde_json::from_value(read["verdict"].clone()).unwrap();
            let evidence: Vec<Entry> = serde_json::from_value(read["evidence"].clone()).unwrap();
            assert_eq!(verdict, judgement.verdict);
            assert_eq!(evidence, judgement.evidence);
        }
    }
}
