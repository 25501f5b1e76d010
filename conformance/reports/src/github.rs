//! A run for GitHub Actions: annotations on the log, and a summary of the step in Markdown.

use std::fmt::{self, Write};

use doublure_rules::{Counts, Judgement, Level, Outcome, Repeat, Run, TrialFailure, Verdict};

use crate::{curl, story};

/// The run as workflow commands: an error a broken *must*, a warning a broken *should*, a notice what does not tell.
pub fn annotations(run: &Run) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(run.judgements.iter().filter_map(annotation));
    lines.extend(run.complaints.iter().map(|complaint| {
        workflow_command(
            "error",
            &complaint.rule,
            &format!("baseline: {}", complaint.problem),
        )
    }));
    lines.extend(run.failures.iter().map(harness_error));
    lines
        .iter()
        .fold(String::new(), |text, line| text + line + "\n")
}

/// The run as Markdown, for the file that `GITHUB_STEP_SUMMARY` names.
pub fn summary(run: &Run) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write(run, &mut text);
    text
}

fn annotation(judgement: &Judgement) -> Option<String> {
    let rule = &judgement.rule;
    let (command, message) = match (&judgement.verdict, rule.level) {
        (
            Verdict::Fail {
                expected, actual, ..
            },
            level,
        ) => {
            let command = match (&judgement.excuse, level) {
                (Some(_), _) => "notice",
                (None, Level::Must) => "error",
                (None, Level::Should) => "warning",
            };
            let mend = judgement.mend.as_ref();
            let mend = mend.map_or_else(String::new, |mend| format!(" Mend: {mend}"));
            let message = format!(
                "{} Expected: {expected}. Actual: {actual}.{mend}",
                rule.sentence
            );
            (command, message)
        }
        (Verdict::Inconclusive { why }, _) => ("notice", format!("inconclusive: {why}")),
        (Verdict::Pass { .. } | Verdict::NotApplicable { .. }, _) => return None,
    };
    Some(workflow_command(command, &rule.id, &message))
}

fn harness_error(failure: &TrialFailure) -> String {
    let message = format!(
        "trial {} could not be carried out: {}",
        failure.trial, failure.why
    );
    workflow_command("error", "harness", &message)
}

/// One line that GitHub reads: what would end it early is escaped.
fn workflow_command(command: &str, title: &str, message: &str) -> String {
    let text = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let title = text(title).replace(':', "%3A").replace(',', "%2C");
    format!("::{command} title={title}::{}", text(message))
}

fn write(run: &Run, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "## {}: exit code {}",
        prose(&run.target),
        run.exit_code().code()
    )?;
    writeln!(out)?;
    writeln!(
        out,
        "| theme | pass | fail | inconclusive | not applicable |"
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|")?;
    for (theme, counts) in run.counts_by_theme() {
        row(theme, counts, out)?;
    }
    row("**must**", run.counts(Level::Must), out)?;
    row("**should**", run.counts(Level::Should), out)?;
    for judgement in run.with(Outcome::Fail) {
        failure(judgement, &run.again, out)?;
    }
    for complaint in &run.complaints {
        writeln!(
            out,
            "\n### `{}` in the baseline\n\n{}",
            complaint.rule,
            prose(&complaint.problem)
        )?;
    }
    for broken in &run.failures {
        writeln!(out, "\n### {} could not be carried out", broken.trial)?;
        writeln!(out, "\n{}", prose(&broken.why))?;
    }
    Ok(())
}

fn row(name: &str, counts: Counts, out: &mut String) -> fmt::Result {
    let Counts {
        pass,
        fail,
        inconclusive,
        not_applicable,
    } = counts;
    writeln!(
        out,
        "| {name} | {pass} | {fail} | {inconclusive} | {not_applicable} |"
    )
}

fn failure(judgement: &Judgement, again: &Repeat, out: &mut String) -> fmt::Result {
    let Verdict::Fail {
        expected, actual, ..
    } = &judgement.verdict
    else {
        return Ok(());
    };
    let rule = &judgement.rule;
    writeln!(out, "\n### `{}` ({})", rule.id, rule.level)?;
    writeln!(out, "\n{}", prose(&rule.sentence))?;
    if let Some(excuse) = &judgement.excuse {
        return writeln!(out, "\nKnown and excused: {}", prose(excuse));
    }
    if let Some(mend) = &judgement.mend {
        writeln!(out, "\nMend: {}", prose(mend))?;
    }
    writeln!(out, "\n```text")?;
    writeln!(out, "expected  {}", fenced(expected))?;
    writeln!(out, "actual    {}", fenced(actual))?;
    for line in story::lines(&judgement.evidence) {
        writeln!(out, "{}", fenced(&line))?;
    }
    if let Some(command) = curl::line(&judgement.evidence, again) {
        writeln!(out, "\n{}", fenced(&command))?;
    }
    writeln!(out, "```")
}

/// Text in a block of code, which it must not end.
fn fenced(text: &str) -> String {
    text.replace("```", "'''")
}

/// Text of one line that is no Markdown, but for what stands between backticks.
fn prose(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<&str> = line.split('`').collect();
    let part = |(nth, part): (usize, &&str)| match nth % 2 == 1 && nth + 1 < parts.len() {
        true => (*part).to_owned(),
        false => plain(part),
    };
    let told: Vec<String> = parts.iter().enumerate().map(part).collect();
    told.join("`")
}

fn plain(text: &str) -> String {
    let mut told = String::new();
    for letter in text.chars() {
        if SPECIAL.contains(letter) {
            told.push('\\');
        }
        told.push(letter);
    }
    told
}

/// Letters that Markdown reads as more than themselves.
const SPECIAL: &str = r"\|<>*_[]#";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_run_is_annotations_of_what_is_wrong() {
        insta::assert_snapshot!(annotations(&sample::run()));
    }

    #[test]
    fn a_run_is_a_summary_with_its_failures() {
        insta::assert_snapshot!(summary(&sample::run()));
    }

    #[test]
    fn a_conforming_run_has_nothing_to_annotate() {
        assert_eq!(annotations(&sample::conforming()), "");
    }

    #[test]
    fn an_annotation_is_one_line_whatever_it_says() {
        let line = workflow_command("error", "a:b,c", "100 %\nand more");

        assert_eq!(line, "::error title=a%3Ab%2Cc::100 %25%0Aand more");
    }

    #[test]
    fn words_of_a_target_end_no_annotation_and_begin_none() {
        let text = annotations(&hostile());

        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.iter().all(|line| line.starts_with("::")), "{text}");
        assert_eq!(lines.len(), annotations(&sample::run()).lines().count());
        let error = lines.iter().find(|line| line.contains("100 %25"));
        assert!(error.unwrap().contains("%0A::error::forged%0D%0A| a |"));
    }

    #[test]
    fn words_of_a_target_are_words_in_the_summary() {
        let text = summary(&hostile());

        assert!(text.starts_with("## a \\| b \\<i\\> \\# c: "), "{text}");
        assert!(text.contains("\n100 % ::error::forged \\| a \\|"), "{text}");
        let fences = text.lines().filter(|line| line.starts_with("```"));
        assert_eq!(
            fences.count(),
            2 * sample::run().with(Outcome::Fail).count()
        );
    }

    #[test]
    fn what_stands_between_backticks_is_left_as_it_is() {
        assert_eq!(
            prose("look at `gateway.a_b` in a_b"),
            "look at `gateway.a_b` in a\\_b"
        );
        assert_eq!(prose("one ` alone_"), "one ` alone\\_");
    }

    /// A run whose every text tries to be more than text.
    fn hostile() -> Run {
        let text = "100 %\n::error::forged\r\n| a |\n```";
        let mut run = sample::run();
        run.target = "a | b\n<i> # c".to_owned();
        for judgement in &mut run.judgements {
            if let Verdict::Fail { actual, .. } = &mut judgement.verdict {
                *actual = text.to_owned();
            }
        }
        for failure in &mut run.failures {
            failure.why = text.to_owned();
        }
        run
    }
}
