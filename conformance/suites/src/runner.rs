//! Carries out trials side by side, has their histories judged, and tells what happens.

mod lacking;

use std::{future::Future, pin::Pin, sync::Arc};

use doublure_journal::EventKind;
use doublure_rules::{Doubt, History, Role, Rule, RuleCard, Run, RunEvent, Verdict, noise};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use crate::{TrialError, catalogue};

pub(crate) use lacking::lacking;

/// What a run is called in its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Whose rules.
    pub role: Role,
    /// What is put to the test, for people.
    pub target: String,
    /// The edition that is followed.
    pub edition: String,
    /// Whether trials may run side by side.
    pub side_by_side: bool,
    /// How often a trial is carried out once more while a verdict on it is in doubt.
    pub retries: u32,
}

/// One trial and the rules that its history is judged by.
pub(crate) struct Job {
    pub(crate) trial: &'static str,
    pub(crate) rules: Vec<&'static Rule>,
    /// How often it may be carried out: once more each time, while a verdict is in doubt.
    pub(crate) tries: u32,
    pub(crate) work: Work,
}

/// Carries out a trial for the nth time, counted from 0.
pub(crate) type Work =
    Box<dyn Fn(u32) -> Boxed<'static, Result<History, TrialError>> + Send + Sync>;

/// A future of any kind.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries out every job; `tell` hears of everything in the order in which it happens.
pub(crate) async fn run(heading: &Heading, jobs: Vec<Job>, tell: &mut dyn FnMut(&RunEvent)) -> Run {
    let mut run = Run::default();
    let mut tell = |event: RunEvent| {
        run.take(&event);
        tell(&event);
    };
    tell(RunEvent::RunStarted {
        role: heading.role,
        target: heading.target.clone(),
        edition: heading.edition.clone(),
        rules: announced(&jobs),
    });
    let (events, mut heard) = mpsc::unbounded_channel();
    let mut trials = JoinSet::new();
    if heading.side_by_side {
        let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        for job in jobs {
            let (places, events) = (Arc::clone(&places), events.clone());
            trials.spawn(async move {
                let _place = places.acquire().await;
                carry_out(job, &events).await;
            });
        }
        // The last trial drops the last sender.
        drop(events);
    } else {
        // In their order: what a later trial spends of a quota is not missed by an earlier one.
        trials.spawn(async move {
            for job in jobs {
                carry_out(job, &events).await;
            }
        });
    }
    while let Some(event) = heard.recv().await {
        tell(event);
    }
    trials.join_all().await;
    tell(RunEvent::RunEnded);
    run
}

/// The rules of all jobs in the order of the catalogue.
fn announced(jobs: &[Job]) -> Vec<RuleCard> {
    let mut rules: Vec<&Rule> = jobs.iter().flat_map(|job| job.rules.clone()).collect();
    let place = |rule: &&Rule| {
        catalogue::RULES
            .iter()
            .position(|known| known.id == rule.id)
    };
    rules.sort_by_key(place);
    rules.into_iter().map(Rule::card).collect()
}

async fn carry_out(job: Job, events: &mpsc::UnboundedSender<RunEvent>) {
    // Nobody listens only when the whole run was dropped.
    let tell = |event| drop(events.send(event));
    let trial = job.trial;
    let mut rules = job.rules;
    tell(RunEvent::TrialStarted {
        trial: trial.to_owned(),
    });
    for nth in 0..job.tries.max(1) {
        // A trial that panics must not take the run with it.
        let outcome = tokio::spawn((job.work)(nth))
            .await
            .unwrap_or_else(|broken| Err(TrialError::Broken(broken.to_string())));
        let history = match outcome {
            Ok(history) => Arc::new(history),
            Err(error) => return tell(failed(trial, &rules, &error)),
        };
        tell(RunEvent::TrialEnded {
            trial: trial.to_owned(),
            history: Arc::clone(&history),
        });
        let is_last = nth + 1 >= job.tries || !asked_anything(&history);
        let (doubtful, clear): (Vec<_>, Vec<_>) = rules
            .into_iter()
            .map(|rule| (rule, judged(rule, trial, &history)))
            .partition(|(_, event)| !is_last && doubt(event).is_some());
        for (_, event) in clear {
            tell(event);
        }
        if doubtful.is_empty() {
            return;
        }
        tell(RunEvent::TriedAgain {
            trial: trial.to_owned(),
            doubts: doubtful
                .iter()
                .filter_map(|(_, event)| doubt(event))
                .collect(),
        });
        rules = doubtful.into_iter().map(|(rule, _)| rule).collect();
    }
}

fn failed(trial: &str, rules: &[&Rule], error: &TrialError) -> RunEvent {
    RunEvent::TrialFailed {
        trial: trial.to_owned(),
        rules: rules.iter().map(|rule| rule.id.to_owned()).collect(),
        why: error.to_string(),
    }
}

/// What was missing, where the verdict is in doubt.
fn doubt(event: &RunEvent) -> Option<Doubt> {
    match event {
        RunEvent::Judged {
            rule,
            verdict: Verdict::Inconclusive { why },
            ..
        } => Some(Doubt {
            rule: rule.clone(),
            why: why.clone(),
        }),
        _ => None,
    }
}

/// Whether anybody asked anything: a trial that this target gives nothing to do will have nothing to do again.
fn asked_anything(history: &History) -> bool {
    history.entries.iter().any(|entry| {
        matches!(
            entry.event.kind(),
            EventKind::RequestSent | EventKind::RequestGot | EventKind::DriverSpawned
        )
    })
}

/// What is said of a rule after its trial.
fn judged(rule: &Rule, trial: &str, history: &History) -> RunEvent {
    let verdict = verdict(rule, history);
    let evidence = verdict.proof().map(|proof| history.evidence(proof));
    RunEvent::Judged {
        rule: rule.id.to_owned(),
        trial: trial.to_owned(),
        verdict,
        evidence: evidence.unwrap_or_default(),
    }
}

/// The verdict of a rule's judge, as far as the target can be put to the test and the machine was quiet enough.
pub(crate) fn verdict(rule: &Rule, history: &History) -> Verdict {
    match lacking(rule, history) {
        Some(why) => Verdict::not_applicable(why),
        None => noise::weigh((rule.judge)(history), history),
    }
}

/// More at once would only wait for each other.
const SIDE_BY_SIDE: usize = 16;

#[cfg(test)]
mod tests;
