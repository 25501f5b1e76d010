//! A run as one HTML page that needs nothing else: verdict by theme, and each rule with its evidence drawn.

mod plots;
mod sequence;

use std::time::Duration;

use askama::Template;
use doublure_rules::{
    Complaint, Counts, ExitCode, Judgement, Level, Outcome, Run, Times, TrialFailure, Verdict,
};

use crate::{curl, story, terminal};

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
    /// When it began and how long it took, where that is known.
    when: Option<String>,
    judged: usize,
    gaps: usize,
    /// Counts by theme, and by level.
    parts: [Vec<Row<'a>>; 2],
    failures: &'a [TrialFailure],
    complaints: &'a [Complaint],
    failed: Vec<Failed<'a>>,
    verdicts: [Counted; 4],
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
    /// Whether the page has a part of this name.
    linked: bool,
}

/// How many verdicts of a kind.
struct Counted {
    of: Outcome,
    number: usize,
}

/// A rule that is broken, for the list of them.
struct Failed<'a> {
    rule: &'a str,
    level: Level,
    reason: &'a str,
    excused: bool,
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
        let by_theme = by_theme.map(|(name, counts)| Row::of(name, counts, true));
        let by_level = [("must", Level::Must), ("should", Level::Should)]
            .map(|(name, level)| Row::of(name, run.counts(level), false));
        Ok(Self {
            target: &run.target,
            edition: &run.edition,
            outcome: Words::of(run),
            how_far: terminal::how_far(run),
            when: when(&run.times),
            judged: run.judgements.len(),
            gaps: run.with(Outcome::NotApplicable).count(),
            parts: [by_theme.collect(), by_level.into()],
            failures: &run.failures,
            complaints: &run.complaints,
            failed: run.judgements.iter().filter_map(Failed::of).collect(),
            verdicts: counted(Counts::of(&run.judgements)),
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

impl<'a> Row<'a> {
    const fn of(name: &'a str, counts: Counts, linked: bool) -> Self {
        Self {
            name,
            counts,
            linked,
        }
    }

    fn counts(&self) -> [Counted; 4] {
        counted(self.counts)
    }
}

impl<'a> Failed<'a> {
    fn of(judgement: &'a Judgement) -> Option<Self> {
        let Verdict::Fail { reason, .. } = &judgement.verdict else {
            return None;
        };
        Some(Self {
            rule: &judgement.rule.id,
            level: judgement.rule.level,
            reason: reason.as_str(),
            excused: judgement.excuse.is_some(),
        })
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

/// In the order of the columns.
fn counted(counts: Counts) -> [Counted; 4] {
    [
        (Outcome::Pass, counts.pass),
        (Outcome::Fail, counts.fail),
        (Outcome::Inconclusive, counts.inconclusive),
        (Outcome::NotApplicable, counts.not_applicable),
    ]
    .map(|(of, number)| Counted { of, number })
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

fn when(times: &Times) -> Option<String> {
    let (began, took) = (times.began()?.to_string(), times.took()?);
    let day = began.get(..10)?;
    let time = story::time(times.began()?);
    Some(format!("{day}, {time} UTC, took {} s", seconds(took)))
}

/// Seconds to the thousandth.
fn seconds(time: Duration) -> String {
    let text = format!("{:.3}", time.as_secs_f64());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
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

        assert!(!page.contains("<script>alert"), "{page}");
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
            .filter(|line| line.starts_with("<details data-outcome=") && line.contains(" open"))
            .collect();

        assert_eq!(opened.len(), 2, "{opened:?}");
        assert!(
            opened
                .iter()
                .all(|line| line.contains("data-outcome=\"fail\""))
        );
    }

    #[test]
    fn every_rule_and_theme_has_an_address_and_every_address_leads_somewhere() {
        let page = render(&sample::run()).unwrap();
        let all = |before: &str| -> Vec<String> {
            let parts = page.split(before).skip(1);
            parts
                .filter_map(|part| part.split_once('"').map(|(name, _)| name.to_owned()))
                .collect()
        };

        let (names, links) = (all(" id=\""), all("href=\"#"));

        for link in &links {
            assert_eq!(
                names.iter().filter(|name| *name == link).count(),
                1,
                "{link}"
            );
        }
        assert!(links.contains(&"gw.ban.is-silence".to_owned()), "{links:?}");
        assert!(links.contains(&"theme.timeout".to_owned()), "{links:?}");
    }

    #[test]
    fn the_filter_has_a_box_for_each_verdict_and_a_style_for_each_box() {
        let page = render(&sample::run()).unwrap();

        for (nth, verdict) in counted(Counts::default()).iter().enumerate() {
            let of = verdict.of;
            assert!(page.contains(&format!("id=\"show-{nth}\" checked> {of} ")));
            assert!(page.contains(&format!(
                "#show-{nth}:checked) :is(details[data-outcome=\"{of}\"]"
            )));
        }
    }

    #[test]
    fn a_page_says_when_the_run_was_where_that_is_known() {
        let (timed, untimed) = (sample::timed(), sample::conforming());

        assert!(
            render(&timed)
                .unwrap()
                .contains("2026-01-15, 10:00:00.000 UTC, took 12.5 s")
        );
        assert_eq!(when(&untimed.times), None);
    }

    #[test]
    fn seconds_say_no_more_than_they_must() {
        let told = [0, 15_000, 10_500, 1].map(|ms| seconds(Duration::from_millis(ms)));

        assert_eq!(told, ["0", "15", "10.5", "0.001"]);
    }
}
