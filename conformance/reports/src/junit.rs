//! A run for continuous integration: a suite a theme, a case a rule.

use std::collections::BTreeMap;

use doublure_rules::{Complaint, Judgement, Repeat, Run, Times, TrialFailure, Verdict};
use quick_junit::{
    NonSuccessKind, Property, Report, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use crate::{curl, story};

/// The run as a JUnit document. What does not tell or could not be tested is skipped, with the
/// reason; what the harness could not carry out is an error, which is no failure of the target.
///
/// # Errors
/// Text that XML cannot hold.
pub fn render(run: &Run) -> Result<String, SerializeError> {
    let mut suites: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    for judgement in &run.judgements {
        let suite = suites.entry(suite_of(&judgement.rule.id)).or_default();
        suite.push(case(judgement, run));
    }
    for failure in &run.failures {
        for (id, mut case) in errors(failure) {
            timed(&mut case, &run.times, &failure.trial);
            suites.entry(suite_of(&id)).or_default().push(case);
        }
    }
    for complaint in &run.complaints {
        let suite = suites.entry("baseline".to_owned()).or_default();
        suite.push(wrong(complaint));
    }
    let mut report = Report::new(format!("doublure check {}", run.target));
    report.timestamp = run.times.began().and_then(|at| at.to_string().parse().ok());
    report.time = run.times.took();
    for (name, cases) in suites {
        let mut suite = TestSuite::new(name);
        suite.timestamp = cases.iter().filter_map(|case| case.timestamp).min();
        suite.time = cases
            .iter()
            .filter_map(|case| case.time)
            .reduce(|sum, time| sum + time);
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    report.to_string()
}

/// Role and theme of a rule: `gw.timeout`.
fn suite_of(id: &str) -> String {
    id.rsplit_once('.')
        .map_or(id, |(suite, _)| suite)
        .to_owned()
}

fn case(judgement: &Judgement, run: &Run) -> TestCase {
    let rule = &judgement.rule;
    let mut case = TestCase::new(rule.id.as_str(), status(judgement, &run.again));
    timed(&mut case, &run.times, &judgement.trial);
    case.set_classname(suite_of(&rule.id));
    case.add_property(Property::new("level", rule.level.to_string()));
    case.add_property(Property::new("source", rule.source.as_str()));
    case.add_property(Property::new("trial", judgement.trial.as_str()));
    for doubt in &judgement.doubts {
        case.add_property(Property::new("tried-again", doubt.as_str()));
    }
    case
}

/// The time of a case is its trial's: rules that are judged by one trial have the same.
fn timed(case: &mut TestCase, times: &Times, trial: &str) {
    let began = times.trial_began(trial);
    case.timestamp = began.and_then(|at| at.to_string().parse().ok());
    case.time = times.trial_took(trial);
}

fn status(judgement: &Judgement, again: &Repeat) -> TestCaseStatus {
    if let Some(excuse) = &judgement.excuse {
        return skipped("known", excuse);
    }
    match &judgement.verdict {
        Verdict::Pass { .. } => TestCaseStatus::success(),
        Verdict::Fail {
            reason,
            expected,
            actual,
            ..
        } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status
                .set_type(reason.as_str())
                .set_message(format!("expected: {expected}; actual: {actual}"))
                .set_description(description(judgement, again));
            status
        }
        Verdict::Inconclusive { why } => skipped("inconclusive", why),
        Verdict::NotApplicable { why } => skipped("not applicable", why),
    }
}

fn skipped(kind: &str, why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_type(kind).set_message(format!("{kind}: {why}"));
    status
}

/// An entry of the baseline that does not say how things stand.
fn wrong(complaint: &Complaint) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type("baseline")
        .set_message(complaint.problem.as_str());
    let mut case = TestCase::new(complaint.rule.as_str(), status);
    case.set_classname("baseline");
    case
}

fn description(judgement: &Judgement, again: &Repeat) -> String {
    let mut lines = vec![judgement.rule.sentence.clone()];
    lines.extend(judgement.mend.as_ref().map(|mend| format!("mend: {mend}")));
    lines.extend(story::lines(&judgement.evidence));
    lines.extend(curl::line(&judgement.evidence, again));
    lines.join("\n")
}

/// A case for each rule that was not judged; one for the trial where there is none.
fn errors(failure: &TrialFailure) -> Vec<(String, TestCase)> {
    let trial = [format!("trial.{}", failure.trial)];
    let names = if failure.rules.is_empty() {
        &trial[..]
    } else {
        &failure.rules
    };
    names
        .iter()
        .map(|name| (name.clone(), error(name, failure)))
        .collect()
}

fn error(name: &str, failure: &TrialFailure) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("harness").set_message(format!(
        "trial {} could not be carried out: {}",
        failure.trial, failure.why
    ));
    let mut case = TestCase::new(name, status);
    case.set_classname(suite_of(name));
    case
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sample;

    #[test]
    fn a_run_is_a_suite_a_theme_and_a_case_a_rule() {
        insta::assert_snapshot!(render(&sample::run()).unwrap());
    }

    #[test]
    fn a_reader_finds_each_case_filed_as_what_it_is() {
        let read = Report::deserialize_from_str(&render(&sample::run()).unwrap()).unwrap();

        let filed: Vec<(String, &str)> = read
            .test_suites
            .iter()
            .flat_map(|suite| &suite.test_cases)
            .map(|case| (case.name.as_str().to_owned(), kind(&case.status)))
            .collect();

        assert_eq!((read.tests, read.failures, read.errors), (6, 2, 1));
        let filed: Vec<(&str, &str)> = filed
            .iter()
            .map(|(name, kind)| (name.as_str(), *kind))
            .collect();
        assert_eq!(
            filed,
            [
                ("gw.ban.is-silence", "skipped"),
                ("gw.quota.over-limit-gives-429", "error"),
                ("gw.relay.fast-provider-gives-200", "success"),
                ("gw.timeout.silent-provider-gives-504", "failure"),
                ("gw.timeout.slow-drip-is-bounded", "failure"),
                ("gw.timeout.not-before-deadline", "skipped"),
            ]
        );
    }

    #[test]
    fn a_known_failure_is_skipped_and_a_wrong_baseline_fails() {
        let read = Report::deserialize_from_str(&render(&sample::settled()).unwrap()).unwrap();

        let suite = |name: &str| {
            read.test_suites
                .iter()
                .find(|suite| suite.name.as_str() == name)
        };

        assert_eq!((read.failures, read.errors), (2, 1));
        assert_eq!(suite("baseline").unwrap().failures, 1);
        assert_eq!(suite("gw.timeout").unwrap().failures, 1);
    }

    #[test]
    fn reason_expected_and_actual_survive_the_way_through_xml() {
        let read = Report::deserialize_from_str(&render(&sample::run()).unwrap()).unwrap();

        let suites = &read.test_suites;
        let mut cases = suites.iter().flat_map(|suite| &suite.test_cases);
        let failed = cases.find(|case| kind(&case.status) == "failure").unwrap();

        let TestCaseStatus::NonSuccess { ty, message, .. } = &failed.status else {
            panic!("{failed:?}")
        };
        assert_eq!(ty.as_ref().unwrap().as_str(), "not-504");
        assert!(
            message
                .as_ref()
                .unwrap()
                .as_str()
                .contains("<504> & \"002\"")
        );
    }

    #[test]
    fn a_case_has_the_time_of_its_trial_and_the_report_that_of_the_run() {
        let read = Report::deserialize_from_str(&render(&sample::timed()).unwrap()).unwrap();

        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs_f64());
        let suite = &read.test_suites[0];

        assert_eq!(seconds(read.time), Some(12.5));
        assert_eq!(seconds(suite.time), Some(10.0));
        assert_eq!(seconds(suite.test_cases[0].time), Some(10.0));
        let begun = |at: &str| Some(at.parse().unwrap());
        assert_eq!(read.timestamp, begun("2026-01-15T10:00:00Z"));
        assert_eq!(suite.test_cases[0].timestamp, begun("2026-01-15T10:00:02Z"));
    }

    #[test]
    fn a_failure_says_what_to_mend_and_how_to_ask_again() {
        let mut run = sample::run();
        run.advise(|_, _| Some("Answer 504."));

        let text = render(&run).unwrap();

        assert!(text.contains("mend: Answer 504."), "{text}");
        assert!(text.contains("curl -i"), "{text}");
    }

    #[test]
    fn a_trial_without_rules_is_still_an_error() {
        let failure = TrialFailure {
            trial: "late".to_owned(),
            rules: Vec::new(),
            why: "no control server".to_owned(),
        };

        assert_eq!(errors(&failure)[0].0, "trial.late");
    }

    fn kind(status: &TestCaseStatus) -> &'static str {
        match status {
            TestCaseStatus::Success { .. } => "success",
            TestCaseStatus::NonSuccess {
                kind: NonSuccessKind::Failure,
                ..
            } => "failure",
            TestCaseStatus::NonSuccess {
                kind: NonSuccessKind::Error,
                ..
            } => "error",
            TestCaseStatus::Skipped { .. } => "skipped",
        }
    }
}
