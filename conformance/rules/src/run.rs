//! The fold over the events of a run: judgements, counts, exit code.

use std::{collections::BTreeMap, time::Duration};

use doublure_journal::{Entry, Moment};
use serde::{Deserialize, Serialize};

use crate::{Complaint, Doubt, Level, Outcome, Repeat, Role, RuleCard, RunEvent, Times, Verdict};

/// A run as it stands after some of its events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Whose rules; none before the run started.
    pub role: Option<Role>,
    /// What is put to the test.
    pub target: String,
    /// The edition that is followed.
    pub edition: String,
    /// The rules that were judged, in the order of the catalogue.
    pub judgements: Vec<Judgement>,
    /// The trials that could not be carried out.
    pub failures: Vec<TrialFailure>,
    /// What the baseline says that is not so.
    pub complaints: Vec<Complaint>,
    /// Whether it came to its end.
    pub ended: bool,
    /// The longest pause of the harness itself: how noisy its machine was.
    pub stalled: Duration,
    /// How its reader asks again what was asked.
    pub again: Repeat,
    /// When it began and how long it took, where somebody looked at a clock.
    pub times: Times,
    cards: Vec<RuleCard>,
    doubts: Vec<Doubt>,
}

/// A rule and what was said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The rule.
    pub rule: RuleCard,
    /// The trial whose history was judged.
    pub trial: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The entries it rests on.
    pub evidence: Vec<Entry>,
    /// Why earlier tries did not tell, in their order; empty: the first one did.
    pub doubts: Vec<String>,
    /// Why the failure is borne, where the baseline says so.
    pub excuse: Option<String>,
    /// What to mend, where it fails and somebody knows.
    pub mend: Option<String>,
}

/// A trial that could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialFailure {
    /// Its name.
    pub trial: String,
    /// The rules that were not judged for that.
    pub rules: Vec<String>,
    /// What went wrong.
    pub why: String,
}

/// How many verdicts of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Did what is demanded.
    pub pass: usize,
    /// Did not.
    pub fail: usize,
    /// The history does not tell.
    pub inconclusive: usize,
    /// Could not be put to the test.
    pub not_applicable: usize,
}

/// What a run means to the process that started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExitCode {
    /// Every rule that could be put to the test holds.
    Conforms = 0,
    /// A rule of level *must* is broken.
    Nonconformity = 1,
    /// The harness failed, or was not used as it should.
    HarnessError = 2,
    /// Nothing is broken, but something does not tell, or nothing was put to the test.
    Incomplete = 3,
}

impl Run {
    /// The run that these events tell of.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a RunEvent>) -> Self {
        let mut run = Self::default();
        for event in events {
            run.take(event);
        }
        run
    }

    /// Takes one more event into account.
    pub fn take(&mut self, event: &RunEvent) {
        match event {
            RunEvent::RunStarted {
                role,
                target,
                edition,
                rules,
            } => {
                self.role = Some(*role);
                self.target.clone_from(target);
                self.edition.clone_from(edition);
                self.cards.clone_from(rules);
            }
            RunEvent::TrialStarted { .. } => {}
            RunEvent::TrialEnded { history, .. } => {
                self.stalled = self.stalled.max(history.longest_stall());
            }
            RunEvent::TrialFailed { trial, rules, why } => self.failures.push(TrialFailure {
                trial: trial.clone(),
                rules: rules.clone(),
                why: why.clone(),
            }),
            RunEvent::Judged {
                rule,
                trial,
                verdict,
                evidence,
            } => self.judge(rule, trial, verdict, evidence),
            RunEvent::TriedAgain { doubts, .. } => self.doubts.extend_from_slice(doubts),
            RunEvent::RunEnded => self.ended = true,
        }
    }

    /// Takes one more event into account, and that it was heard at this moment of real time.
    pub fn take_at(&mut self, event: &RunEvent, at: Moment) {
        self.times.hear(event, at);
        self.take(event);
    }

    /// How many verdicts of each kind, over rules of one level.
    pub fn counts(&self, level: Level) -> Counts {
        Counts::of(
            self.judgements
                .iter()
                .filter(|judgement| judgement.rule.level == level),
        )
    }

    /// How many verdicts of each kind, by theme.
    pub fn counts_by_theme(&self) -> BTreeMap<&str, Counts> {
        let mut themes: BTreeMap<&str, Counts> = BTreeMap::new();
        for judgement in &self.judgements {
            let counts = themes.entry(&judgement.rule.theme).or_default();
            counts.add(judgement.verdict.outcome());
        }
        themes
    }

    /// The judgements of one kind, in the order of the catalogue.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Judgement> {
        self.judgements
            .iter()
            .filter(move |judgement| judgement.verdict.outcome() == outcome)
    }

    /// Says beside each failure what to mend; `known` knows it by the rule's id and the verdict's reason.
    pub fn advise<'a>(&mut self, known: impl Fn(&str, &str) -> Option<&'a str>) {
        for judgement in &mut self.judgements {
            if let Verdict::Fail { reason, .. } = &judgement.verdict {
                judgement.mend = known(&judgement.rule.id, reason.as_str()).map(str::to_owned);
            }
        }
    }

    /// How many rules it set out to judge.
    pub const fn announced(&self) -> usize {
        self.cards.len()
    }

    /// How many rules it said something of, be it that they could not be judged.
    pub fn settled(&self) -> usize {
        let missing = self.failures.iter().map(|failure| failure.rules.len());
        self.judgements.len() + missing.sum::<usize>()
    }

    /// How many rules were put to the test more than once, since a verdict was in doubt.
    pub fn tried_again(&self) -> usize {
        let in_doubt = |judgement: &&Judgement| !judgement.doubts.is_empty();
        self.judgements.iter().filter(in_doubt).count()
    }

    /// How many failures are excused by the baseline.
    pub fn excused(&self) -> usize {
        let excused = |judgement: &&Judgement| judgement.excuse.is_some();
        self.judgements.iter().filter(excused).count()
    }

    /// What the run means. A proven nonconformity stands, whatever else went wrong; what the baseline excuses is none,
    /// and what it says wrongly is one.
    pub fn exit_code(&self) -> ExitCode {
        let broken = |judgement: &Judgement| {
            judgement.rule.level == Level::Must && judgement.excuse.is_none()
        };
        let all = Counts::of(&self.judgements);
        if self.with(Outcome::Fail).any(broken) || !self.complaints.is_empty() {
            ExitCode::Nonconformity
        } else if !self.failures.is_empty() || !self.ended {
            ExitCode::HarnessError
        } else if all.inconclusive > 0 || all.pass + all.fail == 0 {
            ExitCode::Incomplete
        } else {
            ExitCode::Conforms
        }
    }

    fn judge(&mut self, rule: &str, trial: &str, verdict: &Verdict, evidence: &[Entry]) {
        let Some(card) = self.cards.iter().find(|card| card.id == rule) else {
            self.failures.push(TrialFailure {
                trial: trial.to_owned(),
                rules: vec![rule.to_owned()],
                why: "judged, but not announced when the run started".to_owned(),
            });
            return;
        };
        self.judgements.push(Judgement {
            rule: card.clone(),
            trial: trial.to_owned(),
            verdict: verdict.clone(),
            evidence: evidence.to_vec(),
            doubts: self.doubts_about(rule),
            excuse: None,
            mend: None,
        });
        let place = |judged: &Judgement| self.cards.iter().position(|card| *card == judged.rule);
        self.judgements.sort_by_key(place);
    }

    fn doubts_about(&self, rule: &str) -> Vec<String> {
        let about = self.doubts.iter().filter(|doubt| doubt.rule == rule);
        about.map(|doubt| doubt.why.clone()).collect()
    }
}

impl Counts {
    /// The counts of these judgements.
    pub fn of<'a>(judgements: impl IntoIterator<Item = &'a Judgement>) -> Self {
        let mut counts = Self::default();
        for judgement in judgements {
            counts.add(judgement.verdict.outcome());
        }
        counts
    }

    /// All of them.
    pub const fn total(&self) -> usize {
        self.pass + self.fail + self.inconclusive + self.not_applicable
    }

    const fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pass => self.pass += 1,
            Outcome::Fail => self.fail += 1,
            Outcome::Inconclusive => self.inconclusive += 1,
            Outcome::NotApplicable => self.not_applicable += 1,
        }
    }
}

impl ExitCode {
    /// The number that the process returns.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Proof;

    fn card(id: &str, level: Level) -> RuleCard {
        RuleCard {
            id: id.to_owned(),
            role: Role::Gateway,
            theme: id.split('.').nth(1).unwrap_or_default().to_owned(),
            level,
            sentence: "It holds.".to_owned(),
            source: "house".to_owned(),
        }
    }

    fn proof() -> Proof {
        Proof::try_from(vec![1]).unwrap()
    }

    fn pass() -> Verdict {
        Verdict::pass(proof())
    }

    fn fail() -> Verdict {
        Verdict::fail("broken", "a", "b", proof())
    }

    fn started() -> RunEvent {
        RunEvent::RunStarted {
            role: Role::Gateway,
            target: "by hand".to_owned(),
            edition: "documented".to_owned(),
            rules: vec![
                card("gw.a.must", Level::Must),
                card("gw.b.should", Level::Should),
            ],
        }
    }

    fn judged(rule: &str, verdict: Verdict) -> RunEvent {
        RunEvent::Judged {
            rule: rule.to_owned(),
            trial: "t".to_owned(),
            verdict,
            evidence: Vec::new(),
        }
    }

    /// A run in which the must-rule `gw.a.must` and the should-rule `gw.b.should` were judged so.
    fn run(must: Option<Verdict>, should: Option<Verdict>) -> Run {
        let mut events = vec![started()];
        // The later rule is judged first, as trials end in any order.
        for (rule, verdict) in [("gw.b.should", should), ("gw.a.must", must)] {
            events.extend(verdict.map(|verdict| judged(rule, verdict)));
        }
        events.push(RunEvent::RunEnded);
        Run::of(&events)
    }

    #[test]
    fn what_failed_is_told_with_what_to_mend() {
        let mut run = run(Some(fail()), Some(pass()));

        run.advise(|rule, reason| (rule == "gw.a.must" && reason == "broken").then_some("mend it"));

        let told: Vec<_> = run
            .judgements
            .iter()
            .map(|one| one.mend.as_deref())
            .collect();
        assert_eq!(told, [Some("mend it"), None]);
    }

    #[test]
    fn a_run_that_was_stopped_knows_how_far_it_came() {
        let stopped = Run::of(&[started(), judged("gw.a.must", pass())]);

        assert_eq!((stopped.settled(), stopped.announced()), (1, 2));
        assert_eq!(stopped.exit_code(), ExitCode::HarnessError);
    }

    #[test]
    fn all_passes_conform() {
        assert_eq!(
            run(Some(pass()), Some(pass())).exit_code(),
            ExitCode::Conforms
        );
    }

    #[test]
    fn a_broken_must_is_a_nonconformity() {
        assert_eq!(
            run(Some(fail()), Some(pass())).exit_code(),
            ExitCode::Nonconformity
        );
    }

    #[test]
    fn a_broken_should_is_told_and_still_conforms() {
        let run = run(Some(pass()), Some(fail()));

        assert_eq!(run.exit_code(), ExitCode::Conforms);
        assert_eq!(run.counts(Level::Should).fail, 1);
    }

    #[test]
    fn what_does_not_tell_leaves_the_run_incomplete() {
        let run = run(Some(pass()), Some(Verdict::inconclusive("noise")));

        assert_eq!(run.exit_code(), ExitCode::Incomplete);
    }

    #[test]
    fn a_run_in_which_nothing_was_put_to_the_test_is_incomplete() {
        let nothing = run(None, None);
        let gaps_only = run(Some(Verdict::not_applicable("no clock")), None);

        assert_eq!(nothing.exit_code(), ExitCode::Incomplete);
        assert_eq!(gaps_only.exit_code(), ExitCode::Incomplete);
    }

    #[test]
    fn a_gap_beside_passes_is_no_obstacle() {
        let run = run(Some(pass()), Some(Verdict::not_applicable("no clock")));

        assert_eq!(run.exit_code(), ExitCode::Conforms);
    }

    #[test]
    fn a_trial_that_could_not_be_carried_out_is_the_harness_s_error() {
        let mut failed = run(Some(pass()), None);

        failed.take(&RunEvent::TrialFailed {
            trial: "t".to_owned(),
            rules: vec!["gw.b.should".to_owned()],
            why: "no control server answers".to_owned(),
        });

        assert_eq!(failed.exit_code(), ExitCode::HarnessError);
    }

    #[test]
    fn a_run_that_broke_off_is_the_harness_s_error() {
        let mut broken = run(Some(pass()), None);

        broken.ended = false;

        assert_eq!(broken.exit_code(), ExitCode::HarnessError);
    }

    #[test]
    fn judgements_stand_in_the_order_of_the_catalogue() {
        let run = run(Some(pass()), Some(pass()));

        let ids: Vec<&str> = run
            .judgements
            .iter()
            .map(|judged| judged.rule.id.as_str())
            .collect();

        assert_eq!(ids, ["gw.a.must", "gw.b.should"]);
    }

    #[test]
    fn a_verdict_of_a_later_try_counts_and_says_what_was_in_doubt() {
        let doubt = |why: &str| RunEvent::TriedAgain {
            trial: "t".to_owned(),
            doubts: vec![Doubt {
                rule: "gw.a.must".to_owned(),
                why: why.to_owned(),
            }],
        };

        let run = Run::of(&[
            started(),
            doubt("noise"),
            doubt("more noise"),
            judged("gw.a.must", pass()),
            judged("gw.b.should", pass()),
            RunEvent::RunEnded,
        ]);

        assert_eq!(run.exit_code(), ExitCode::Conforms);
        assert_eq!(run.judgements[0].doubts, ["noise", "more noise"]);
        assert_eq!(run.tried_again(), 1);
    }

    #[test]
    fn a_rule_that_was_not_announced_is_the_harness_s_error() {
        let run = Run::of(&[
            RunEvent::Judged {
                rule: "gw.unheard.of".to_owned(),
                trial: "t".to_owned(),
                verdict: pass(),
                evidence: Vec::new(),
            },
            RunEvent::RunEnded,
        ]);

        assert_eq!(run.exit_code(), ExitCode::HarnessError);
    }
}
