//! A run as one HTML page that needs nothing else: verdict by theme, and each rule with its evidence drawn.

mod plots;
mod sequence;

use askama::Template;
use doublure_rules::{
    Complaint, Counts, ExitCode, Judgement, Level, Outcome, Run, TrialFailure, Verdict,
};

use crate::{curl, terminal};

/// The run as a page.
///
/// # Errors
/// None that is known: every part of a run can be written.
pub fn render(run: &Run) -> askama::Result<String> {
    Page::of(run)?.render()
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    target: &'a str,
    edition: &'a str,
    outcome: Words,
    how_far: String,
    judged: usize,
    gaps: usize,
    rows: Vec<Row<'a>>,
    failures: &'a [TrialFailure],
    complaints: &'a [Complaint],
    themes: Vec<Theme<'a>>,
}

/// A verdict in words and in the name of a colour.
struct Words {
    words: &'static str,
    colour: &'static str,
}

/// Counts under a name.
struct Row<'a> {
    name: &'a str,
    counts: Counts,
}

/// The rules of a theme.
struct Theme<'a> {
    name: &'a str,
    rules: Vec<Shown<'a>>,
}

/// A rule as the page shows it.
struct Shown<'a> {
    id: &'a str,
    level: Level,
    sentence: &'a str,
    outcome: Outcome,
    tone: &'static str,
    open: bool,
    facts: Vec<Fact<'a>>,
    curl: Option<String>,
    sequence: String,
    plots: Vec<String>,
}

/// Something told under a name.
struct Fact<'a> {
    name: &'static str,
    value: &'a str,
}

impl<'a> Page<'a> {
    fn of(run: &'a Run) -> askama::Result<Self> {
        let by_theme = run.counts_by_theme().into_iter();
        let mut rows: Vec<Row<'a>> = by_theme
            .map(|(name, counts)| Row { name, counts })
            .collect();
        rows.extend(
            [("must", Level::Must), ("should", Level::Should)].map(|(name, level)| Row {
                name,
                counts: run.counts(level),
            }),
        );
        Ok(Self {
            target: &run.target,
            edition: &run.edition,
            outcome: Words::of(run),
            how_far: terminal::how_far(run),
            judged: run.judgements.len(),
            gaps: run.with(Outcome::NotApplicable).count(),
            rows,
            failures: &run.failures,
            complaints: &run.complaints,
            themes: themes(run)?,
        })
    }
}

impl Words {
    fn of(run: &Run) -> Self {
        let (words, colour) = match run.exit_code() {
            _ if !run.ended && run.announced() > 0 => ("stopped before the end", "inconclusive"),
            ExitCode::Conforms => ("conforms", "pass"),
            ExitCode::Nonconformity => ("does not conform", "fail"),
            ExitCode::HarnessError => ("the harness failed", "error"),
            ExitCode::Incomplete => ("incomplete", "inconclusive"),
        };
        Self { words, colour }
    }
}

impl<'a> Shown<'a> {
    fn of(run: &'a Run, judgement: &'a Judgement) -> askama::Result<Self> {
        let rule = &judgement.rule;
        let outcome = judgement.verdict.outcome();
        Ok(Self {
            id: &rule.id,
            level: rule.level,
            sentence: &rule.sentence,
            outcome,
            tone: tone(judgement),
            open: outcome == Outcome::Fail && judgement.excuse.is_none(),
            facts: facts(judgement),
            curl: curl::line(&judgement.evidence, &run.again).filter(|_| outcome == Outcome::Fail),
            sequence: sequence::draw(&judgement.evidence)?,
            plots: plots::draw(&judgement.evidence)?,
        })
    }
}

/// Themes in the order of the catalogue; in each, failures first.
fn themes(run: &Run) -> askama::Result<Vec<Theme<'_>>> {
    let mut themes: Vec<Theme<'_>> = Vec::new();
    for judgement in &run.judgements {
        let shown = Shown::of(run, judgement)?;
        let name = &judgement.rule.theme;
        match themes.iter_mut().find(|theme| theme.name == name) {
            Some(theme) => theme.rules.push(shown),
            None => themes.push(Theme {
                name,
                rules: vec![shown],
            }),
        }
    }
    for theme in &mut themes {
        theme.rules.sort_by_key(|rule| rule.outcome);
    }
    Ok(themes)
}

fn facts(judgement: &Judgement) -> Vec<Fact<'_>> {
    let fact = |name, value| Fact { name, value };
    let mut facts = vec![
        fact("source", judgement.rule.source.as_str()),
        fact("trial", judgement.trial.as_str()),
    ];
    match &judgement.verdict {
        Verdict::Pass { .. } => {}
        Verdict::Fail {
            reason,
            expected,
            actual,
            ..
        } => facts.extend([
            fact("expected", expected),
            fact("actual", actual),
            fact("reason", reason.as_str()),
        ]),
        Verdict::Inconclusive { why } | Verdict::NotApplicable { why } => {
            facts.push(fact("why", why));
        }
    }
    let doubts = judgement.doubts.iter();
    facts.extend(doubts.map(|doubt| fact("tried again, since", doubt)));
    let mend = judgement.mend.as_ref();
    facts.extend(mend.map(|mend| fact("mend", mend)));
    let excuse = judgement.excuse.as_ref();
    facts.extend(excuse.map(|excuse| fact("known and excused", excuse)));
    facts
}

/// A failed *should* or an excused one is no failed *must*, and looks like it.
const fn tone(judgement: &Judgement) -> &'static str {
    match (judgement.verdict.outcome(), judgement.rule.level) {
        (Outcome::Pass, _) => "pass",
        (Outcome::Fail, Level::Must) if judgement.excuse.is_none() => "fail",
        (Outcome::Fail, _) => "should",
        (Outcome::Inconclusive, _) => "inconclusive",
        (Outcome::NotApplicable, _) => "not-applicable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_run_is_a_page_with_its_verdicts_and_evidence() {
        insta::assert_snapshot!(render(&sample::run()).unwrap());
    }

    #[test]
    fn a_page_asks_for_nothing_else() {
        let page = render(&sample::run()).unwrap();

        for elsewhere in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn words_of_a_target_are_text_on_the_page() {
        let mut run = sample::run();
        run.target = "<script>alert(1)</script>".to_owned();

        let page = render(&run).unwrap();

        assert!(!page.contains("<script>"), "{page}");
    }

    #[test]
    fn a_page_says_what_to_mend_and_how_far_a_stopped_run_came() {
        let mut run = sample::run();
        run.advise(|_, _| Some("Answer 504."));

        let (mended, stopped) = (render(&run).unwrap(), render(&sample::stopped()).unwrap());

        assert!(
            mended.contains("<dt>mend</dt><dd>Answer 504.</dd>"),
            "{mended}"
        );
        assert!(stopped.contains("stopped before the end"), "{stopped}");
        assert!(stopped.contains("1 of 2 rules judged"), "{stopped}");
    }

    #[test]
    fn what_failed_is_open_and_the_rest_is_closed() {
        let page = render(&sample::run()).unwrap();

        let opened: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("<details id=") && line.contains(" open"))
            .collect();

        assert_eq!(opened.len(), 2, "{opened:?}");
        assert!(opened[0].contains("gw.timeout.silent-provider-gives-504"));
    }
}
