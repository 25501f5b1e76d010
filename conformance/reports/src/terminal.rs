//! A run for people: failures first, then what does not tell, then a summary.

mod layout;

use std::fmt::{self, Write};

use anstyle::AnsiColor;
use doublure_rules::{
    Counts, ExitCode, Judgement, Level, Outcome, Repeat, Run, TrialFailure, Verdict,
};

use crate::{curl, story};

pub use layout::{Paint, Paper};

/// The run as text.
pub fn render(run: &Run, paper: Paper) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write(run, paper, &mut text);
    text
}

fn write(run: &Run, paper: Paper, out: &mut String) -> fmt::Result {
    for judgement in run.with(Outcome::Fail) {
        failure(judgement, &run.again, paper, out)?;
    }
    for complaint in &run.complaints {
        let mark = paper.painted(AnsiColor::Red, "BASE");
        writeln!(out, "{mark}  {}: {}\n", complaint.rule, complaint.problem)?;
    }
    for broken in &run.failures {
        harness_error(broken, paper, out)?;
    }
    for judgement in run.with(Outcome::Inconclusive) {
        aside(judgement, ("?   ", AnsiColor::Yellow), paper, out)?;
    }
    for judgement in run.with(Outcome::NotApplicable) {
        aside(judgement, ("-   ", AnsiColor::BrightBlack), paper, out)?;
    }
    for judgement in run.with(Outcome::Pass) {
        let mark = paper.painted(AnsiColor::Green, "ok  ");
        let told = format!("{}{}", judgement.rule.id, again(judgement));
        let told = paper.wrapped(&begin(""), &told);
        writeln!(out, "{mark}  {}", told.trim_start())?;
    }
    summary(run, paper, out)
}

fn failure(judgement: &Judgement, again: &Repeat, paper: Paper, out: &mut String) -> fmt::Result {
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
    let (word, colour) = mark_of(judgement);
    let mark = paper.painted(colour, word);
    writeln!(out, "{mark}  {} ({}, {})", rule.id, rule.level, rule.source)?;
    let reason = format!("{reason}, in trial {}", judgement.trial);
    let mut told = vec![
        ("", rule.sentence.as_str()),
        ("expected", expected),
        ("actual", actual),
        ("reason", &reason),
    ];
    let doubts = judgement.doubts.iter();
    told.extend(doubts.map(|doubt| ("retried", doubt.as_str())));
    match (&judgement.excuse, &judgement.mend) {
        (Some(excuse), _) => told.push(("excused", excuse)),
        (None, Some(mend)) => told.push(("mend", mend)),
        (None, None) => {}
    }
    for (name, text) in told {
        writeln!(out, "{}", paper.wrapped(&begin(name), text))?;
    }
    if judgement.excuse.is_none() {
        proof(judgement, again, paper, out)?;
    }
    writeln!(out)
}

/// The exchanges that prove a failure, and how to see them again.
fn proof(judgement: &Judgement, again: &Repeat, paper: Paper, out: &mut String) -> fmt::Result {
    for (line, nth) in story::lines(&judgement.evidence).iter().zip(0..) {
        let name = if nth == 0 { "proof" } else { " " };
        writeln!(out, "{}", paper.cut(&begin(name), line))?;
    }
    // Whole, however long: it is there to be copied.
    match curl::line(&judgement.evidence, again) {
        Some(command) => writeln!(out, "{}{command}", begin("again")),
        None => Ok(()),
    }
}

/// The margin of a line about a rule, with what the line is about.
fn begin(name: &str) -> String {
    match name {
        "" => format!("{MARGIN:6}"),
        name => format!("{MARGIN:6}{name:<8}  "),
    }
}

const fn mark_of(judgement: &Judgement) -> (&'static str, AnsiColor) {
    match (&judgement.excuse, judgement.rule.level) {
        (Some(_), _) => ("EXC ", AnsiColor::Yellow),
        (None, Level::Must) => ("FAIL", AnsiColor::Red),
        (None, Level::Should) => ("FAIL", AnsiColor::Yellow),
    }
}

fn harness_error(broken: &TrialFailure, paper: Paper, out: &mut String) -> fmt::Result {
    let mark = paper.painted(AnsiColor::Magenta, "ERR ");
    writeln!(
        out,
        "{mark}  trial {} could not be carried out",
        broken.trial
    )?;
    writeln!(out, "{}", paper.wrapped(&begin(""), &broken.why))?;
    for rule in &broken.rules {
        writeln!(out, "      not judged  {rule}")?;
    }
    writeln!(out)
}

fn aside(
    judgement: &Judgement,
    (mark, colour): (&str, AnsiColor),
    paper: Paper,
    out: &mut String,
) -> fmt::Result {
    let (Verdict::Inconclusive { why } | Verdict::NotApplicable { why }) = &judgement.verdict
    else {
        return Ok(());
    };
    let outcome = judgement.verdict.outcome();
    let told = format!(
        "{}: {outcome}, {why}{}",
        judgement.rule.id,
        again(judgement)
    );
    let told = paper.wrapped(&begin(""), &told);
    let mark = paper.painted(colour, mark);
    writeln!(out, "{mark}  {}", told.trim_start())
}

/// That a verdict is not that of the first try, and why: where the reason is the same still, it is not told twice.
fn again(judgement: &Judgement) -> String {
    let still = match &judgement.verdict {
        Verdict::Inconclusive { why } => why.as_str(),
        _ => "",
    };
    let others: Vec<&str> = judgement
        .doubts
        .iter()
        .map(String::as_str)
        .filter(|doubt| *doubt != still)
        .collect();
    match (&judgement.doubts[..], &others[..]) {
        ([], _) => String::new(),
        (_, []) => " (tried again, to no other end)".to_owned(),
        (_, others) => format!(" (tried again, since {})", others.join("; ")),
    }
}

fn summary(run: &Run, paper: Paper, out: &mut String) -> fmt::Result {
    if !run.judgements.is_empty() {
        table(run, out)?;
    }
    broken(run, paper, out)?;
    writeln!(out)?;
    noise(run, out)?;
    let (colour, words) = match run.exit_code() {
        _ if !run.ended && run.announced() > 0 => (AnsiColor::Yellow, "stopped before the end"),
        ExitCode::Conforms => (AnsiColor::Green, "conforms"),
        ExitCode::Nonconformity => (AnsiColor::Red, "does not conform"),
        ExitCode::HarnessError => (AnsiColor::Magenta, "the harness failed"),
        ExitCode::Incomplete => (AnsiColor::Yellow, "incomplete"),
    };
    let told = format!(
        "{} (edition {}): {words}, {}{}{}{}",
        run.target,
        run.edition,
        how_far(run),
        excused(run),
        doubted(run),
        gap(run)
    );
    // Painted once it has its lines: colours take no room.
    let told = paper.wrapped("", &told);
    writeln!(
        out,
        "{}",
        told.replacen(words, &paper.painted(colour, words), 1)
    )
}

/// The code that the process ends with; of a run that was stopped how far it came, since the signal gives the code.
pub(crate) fn how_far(run: &Run) -> String {
    if run.ended || run.announced() == 0 {
        return format!("exit code {}", run.exit_code().code());
    }
    format!("{} of {} rules judged", run.settled(), run.announced())
}

fn table(run: &Run, out: &mut String) -> fmt::Result {
    writeln!(out)?;
    writeln!(
        out,
        "{:<12} {:>5} {:>5} {:>13} {:>15}",
        "theme", "pass", "fail", "inconclusive", "not applicable"
    )?;
    for (theme, counts) in run.counts_by_theme() {
        row(theme, counts, out)?;
    }
    writeln!(out, "{:-<54}", "")?;
    for level in [Level::Must, Level::Should] {
        let counts = run.counts(level);
        if counts.total() > 0 {
            row(&level.to_string(), counts, out)?;
        }
    }
    Ok(())
}

/// What failed once more in short: of a long report the end is what stays on the screen.
fn broken(run: &Run, paper: Paper, out: &mut String) -> fmt::Result {
    let failed: Vec<&Judgement> = run.with(Outcome::Fail).collect();
    if failed.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    for judgement in failed {
        let Verdict::Fail { reason, .. } = &judgement.verdict else {
            continue;
        };
        let rule = &judgement.rule;
        let (word, colour) = mark_of(judgement);
        let mark = paper.painted(colour, word);
        writeln!(out, "{mark}  {}: {reason} ({})", rule.id, rule.level)?;
    }
    if run.again.base_url.is_none() {
        writeln!(out, "{GONE}")?;
    }
    Ok(())
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

const MARGIN: &str = "";
/// How to ask a target again that was there for the time of the run only.
const GONE: &str = "to ask again, with `doublure serve` running: \
    export DOUBLURE_BASE_URL=http://127.0.0.1:8600 DOUBLURE_TOKEN=$(doublure token)";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sample;

    const COLOURED: Paper = Paper {
        paint: Paint::Coloured,
        width: None,
    };

    #[test]
    fn failures_come_first_with_all_that_is_needed_to_see_them_again() {
        insta::assert_snapshot!(render(&sample::run(), Paper::PLAIN));
    }

    #[test]
    fn a_run_without_failures_is_short() {
        insta::assert_snapshot!(render(&sample::conforming(), Paper::PLAIN));
    }

    #[test]
    fn what_is_known_is_told_without_its_proof() {
        insta::assert_snapshot!(render(&sample::settled(), Paper::PLAIN));
    }

    #[test]
    fn the_noise_of_the_machine_is_told_where_there_was_some() {
        let mut run = sample::conforming();
        let calm = render(&run, Paper::PLAIN);
        run.stalled = Duration::from_millis(243);

        let noisy = render(&run, Paper::PLAIN);

        assert!(!calm.contains("noise"));
        assert!(noisy.contains("noise: this machine paused the harness for up to 243 ms\n"));
    }

    #[test]
    fn plain_text_has_no_escapes_and_coloured_text_says_the_same() {
        let run = sample::run();

        let plain = render(&run, Paper::PLAIN);
        let coloured = render(&run, COLOURED);

        assert!(!plain.contains('\u{1b}'));
        assert!(coloured.contains("\u{1b}[1m\u{1b}[31mFAIL\u{1b}[0m"));
        assert!(coloured.len() > plain.len());
    }

    #[test]
    fn on_narrow_paper_all_but_the_lines_to_copy_fits() {
        let paper = Paper {
            width: Some(80),
            ..Paper::PLAIN
        };

        let told = render(&sample::run(), paper);

        for line in told.lines() {
            let is_to_copy = line.contains("curl ") || line.starts_with("to ask again");
            assert!(line.chars().count() <= 80 || is_to_copy, "{line}");
        }
        insta::assert_snapshot!(told);
    }

    #[test]
    fn what_to_mend_stands_beside_what_failed() {
        let mut run = sample::run();
        run.advise(|_, reason| (reason == "not-504").then_some("Answer 504."));

        let told = render(&run, Paper::PLAIN);

        assert!(told.contains("\n      mend      Answer 504.\n"), "{told}");
    }

    #[test]
    fn a_run_that_was_stopped_says_how_far_it_came_and_no_code() {
        let run = sample::stopped();

        let told = render(&run, Paper::PLAIN);

        let last = told.lines().last().unwrap();
        assert_eq!(
            last,
            "simulated gateway (edition documented): stopped before the end, 1 of 2 rules judged"
        );
    }
}
