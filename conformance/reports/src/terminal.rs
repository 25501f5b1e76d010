//! A run for people: failures first, then what does not tell, then a summary.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use doublure_rules::{Counts, ExitCode, Judgement, Level, Outcome, Run, TrialFailure, Verdict};

use crate::story;

/// Whether text has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Plain text.
    Plain,
    /// ANSI colours.
    Coloured,
}

/// The run as text.
pub fn render(run: &Run, paint: Paint) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write(run, paint, &mut text);
    text
}

fn write(run: &Run, paint: Paint, out: &mut String) -> fmt::Result {
    for judgement in run.with(Outcome::Fail) {
        failure(judgement, paint, out)?;
    }
    for complaint in &run.complaints {
        let mark = painted(paint, AnsiColor::Red, "BASE");
        writeln!(out, "{mark}  {}: {}\n", complaint.rule, complaint.problem)?;
    }
    for broken in &run.failures {
        harness_error(broken, paint, out)?;
    }
    for judgement in run.with(Outcome::Inconclusive) {
        aside(judgement, "?   ", AnsiColor::Yellow, paint, out)?;
    }
    for judgement in run.with(Outcome::NotApplicable) {
        aside(judgement, "-   ", AnsiColor::BrightBlack, paint, out)?;
    }
    for judgement in run.with(Outcome::Pass) {
        let mark = painted(paint, AnsiColor::Green, "ok  ");
        writeln!(out, "{mark}  {}{}", judgement.rule.id, again(judgement))?;
    }
    summary(run, paint, out)
}

fn failure(judgement: &Judgement, paint: Paint, out: &mut String) -> fmt::Result {
    let Verdict::Fail {
        reason,
        expected,
        actual,
        ..
    } = &judgement.verdict
    else {
        return Ok(());
    };
    let rule = &judgement.rule;
    let (word, colour) = match (&judgement.excuse, rule.level) {
        (Some(_), _) => ("EXC ", AnsiColor::Yellow),
        (None, Level::Must) => ("FAIL", AnsiColor::Red),
        (None, Level::Should) => ("FAIL", AnsiColor::Yellow),
    };
    let mark = painted(paint, colour, word);
    writeln!(out, "{mark}  {} ({}, {})", rule.id, rule.level, rule.source)?;
    writeln!(out, "      {}", rule.sentence)?;
    writeln!(out, "      expected  {expected}")?;
    writeln!(out, "      actual    {actual}")?;
    writeln!(
        out,
        "      reason    {reason}, in trial {}",
        judgement.trial
    )?;
    for doubt in &judgement.doubts {
        writeln!(out, "      tried again, since {doubt}")?;
    }
    if let Some(excuse) = &judgement.excuse {
        return writeln!(out, "      excused   {excuse}\n");
    }
    for line in story::lines(&judgement.evidence) {
        writeln!(out, "      proof     {line}")?;
    }
    if let Some(command) = story::curl(&judgement.evidence) {
        writeln!(out, "      again     {command}")?;
    }
    writeln!(out)
}

fn harness_error(broken: &TrialFailure, paint: Paint, out: &mut String) -> fmt::Result {
    let mark = painted(paint, AnsiColor::Magenta, "ERR ");
    writeln!(
        out,
        "{mark}  trial {} could not be carried out",
        broken.trial
    )?;
    writeln!(out, "      {}", broken.why)?;
    for rule in &broken.rules {
        writeln!(out, "      not judged  {rule}")?;
    }
    writeln!(out)
}

fn aside(
    judgement: &Judgement,
    mark: &str,
    colour: AnsiColor,
    paint: Paint,
    out: &mut String,
) -> fmt::Result {
    let (Verdict::Inconclusive { why } | Verdict::NotApplicable { why }) = &judgement.verdict
    else {
        return Ok(());
    };
    let outcome = judgement.verdict.outcome();
    let mark = painted(paint, colour, mark);
    let again = again(judgement);
    writeln!(
        out,
        "{mark}  {}: {outcome}, {why}{again}",
        judgement.rule.id
    )
}

/// That a verdict is not that of the first try, and why.
fn again(judgement: &Judgement) -> String {
    match &judgement.doubts[..] {
        [] => String::new(),
        doubts => format!(" (tried again, since {})", doubts.join("; ")),
    }
}

fn summary(run: &Run, paint: Paint, out: &mut String) -> fmt::Result {
    writeln!(out)?;
    writeln!(
        out,
        "{:<12} {:>5} {:>5} {:>13} {:>15}",
        "theme", "pass", "fail", "inconclusive", "not applicable"
    )?;
    for (theme, counts) in run.counts_by_theme() {
        row(theme, counts, out)?;
    }
    row("must", run.counts(Level::Must), out)?;
    row("should", run.counts(Level::Should), out)?;
    let (colour, words) = match run.exit_code() {
        ExitCode::Conforms => (AnsiColor::Green, "conforms"),
        ExitCode::Nonconformity => (AnsiColor::Red, "does not conform"),
        ExitCode::HarnessError => (AnsiColor::Magenta, "the harness failed"),
        ExitCode::Incomplete => (AnsiColor::Yellow, "incomplete"),
    };
    let words = painted(paint, colour, words);
    let code = run.exit_code().code();
    writeln!(out)?;
    noise(run, out)?;
    writeln!(
        out,
        "{} (edition {}): {words}, exit code {code}{}{}{}",
        run.target,
        run.edition,
        excused(run),
        doubted(run),
        gap(run)
    )
}

/// What the baseline excuses is told beside the verdict as well.
fn excused(run: &Run) -> String {
    match run.excused() {
        0 => String::new(),
        known => format!("; known and excused: {known}"),
    }
}

/// What was not clear at once is told as well: a build that passes by trying again may not do so tomorrow.
fn doubted(run: &Run) -> String {
    match run.tried_again() {
        0 => String::new(),
        again => format!("; tried again: {again}"),
    }
}

/// How noisy the machine was: what a pause of the harness itself may explain is blamed on nobody.
fn noise(run: &Run, out: &mut String) -> fmt::Result {
    if run.stalled.is_zero() {
        return Ok(());
    }
    let longest = run.stalled.as_millis();
    writeln!(
        out,
        "noise: this machine paused the harness for up to {longest} ms"
    )
}

/// What could not be put to the test is told beside the verdict, so that a gap is never taken for a pass.
fn gap(run: &Run) -> String {
    match run.with(Outcome::NotApplicable).count() {
        0 => String::new(),
        missing => format!(
            "; {missing} of {} rules not put to the test",
            run.judgements.len()
        ),
    }
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
        "{name:<12} {pass:>5} {fail:>5} {inconclusive:>13} {not_applicable:>15}"
    )
}

fn painted(paint: Paint, colour: AnsiColor, text: &str) -> String {
    let style = match paint {
        Paint::Plain => Style::new(),
        Paint::Coloured => Style::new().bold().fg_color(Some(colour.into())),
    };
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sample;

    #[test]
    fn failures_come_first_with_all_that_is_needed_to_see_them_again() {
        insta::assert_snapshot!(render(&sample::run(), Paint::Plain));
    }

    #[test]
    fn a_run_without_failures_is_short() {
        insta::assert_snapshot!(render(&sample::conforming(), Paint::Plain));
    }

    #[test]
    fn what_is_known_is_told_without_its_proof() {
        insta::assert_snapshot!(render(&sample::settled(), Paint::Plain));
    }

    #[test]
    fn the_noise_of_the_machine_is_told_where_there_was_some() {
        let mut run = sample::conforming();
        let calm = render(&run, Paint::Plain);
        run.stalled = Duration::from_millis(243);

        let noisy = render(&run, Paint::Plain);

        assert!(!calm.contains("noise"));
        assert!(noisy.contains("noise: this machine paused the harness for up to 243 ms\n"));
    }

    #[test]
    fn plain_text_has_no_escapes_and_coloured_text_says_the_same() {
        let run = sample::run();

        let plain = render(&run, Paint::Plain);
        let coloured = render(&run, Paint::Coloured);

        assert!(!plain.contains('\u{1b}'));
        assert!(coloured.contains("\u{1b}[1m\u{1b}[31mFAIL\u{1b}[0m"));
        assert!(coloured.len() > plain.len());
    }
}
