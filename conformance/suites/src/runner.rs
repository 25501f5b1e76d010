//! Carries out trials side by side, has their histories judged, and tells what happens.

use std::{future::Future, pin::Pin, sync::Arc};

use doublure_rules::{Capability, History, Role, Rule, RuleCard, Run, RunEvent, Verdict, noise};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use crate::{TrialError, catalogue};

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
}

/// One trial and the rules that its history is judged by.
pub(crate) struct Job {
    pub(crate) trial: &'static str,
    pub(crate) rules: Vec<&'static Rule>,
    pub(crate) work: Boxed<'static, Result<History, TrialError>>,
}

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
    let trial = job.trial.to_owned();
    tell(RunEvent::TrialStarted {
        trial: trial.clone(),
    });
    // A trial that panics must not take the run with it.
    let outcome = tokio::spawn(job.work)
        .await
        .unwrap_or_else(|broken| Err(TrialError::Broken(broken.to_string())));
    match outcome {
        Err(error) => tell(RunEvent::TrialFailed {
            trial,
            rules: job.rules.iter().map(|rule| rule.id.to_owned()).collect(),
            why: error.to_string(),
        }),
        Ok(history) => {
            let history = Arc::new(history);
            tell(RunEvent::TrialEnded {
                trial: trial.clone(),
                history: Arc::clone(&history),
            });
            for rule in job.rules {
                tell(judged(rule, &trial, &history));
            }
        }
    }
}

/// What is said of a rule after its trial.
fn judged(rule: &Rule, trial: &str, history: &History) -> RunEvent {
    let verdict = match missing(rule, history) {
        Some(lacking) => Verdict::not_applicable(lacking.absence()),
        None => noise::weigh((rule.judge)(history), history),
    };
    let evidence = verdict.proof().map(|proof| history.evidence(proof));
    RunEvent::Judged {
        rule: rule.id.to_owned(),
        trial: trial.to_owned(),
        verdict,
        evidence: evidence.unwrap_or_default(),
    }
}

/// The first capability that a rule needs and a target does not offer.
pub(crate) fn missing(rule: &Rule, history: &History) -> Option<Capability> {
    let offered = &history.profile.capabilities;
    rule.needs
        .iter()
        .copied()
        .find(|need| !offered.contains(need))
}

/// More at once would only wait for each other.
const SIDE_BY_SIDE: usize = 16;

#[cfg(test)]
mod tests {
    use doublure_rules::{ExitCode, Level, Outcome, Proof, testing::HistoryBuilder};

    use super::*;

    static HOLDS: Rule = Rule {
        id: "gw.theme.holds",
        role: Role::Gateway,
        theme: "theme",
        level: Level::Must,
        sentence: "It holds.",
        source: "house",
        needs: &[],
        trial: "trial",
        reasons: &[],
        judge: |history| match Proof::of_all(&history.entries) {
            Some(proof) => Verdict::pass(proof),
            None => Verdict::inconclusive("nothing happened"),
        },
    };

    static NEEDS_CLOCK: Rule = Rule {
        id: "gw.theme.needs-clock",
        needs: &[Capability::Clock],
        ..HOLDS
    };

    fn heading() -> Heading {
        Heading {
            role: Role::Gateway,
            target: "by hand".to_owned(),
            edition: "documented".to_owned(),
            side_by_side: true,
        }
    }

    fn job(work: impl Future<Output = Result<History, TrialError>> + Send + 'static) -> Job {
        Job {
            trial: "trial",
            rules: vec![&HOLDS, &NEEDS_CLOCK],
            work: Box::pin(work),
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn trials_that_do_not_run_side_by_side_run_in_their_order() {
        let heading = Heading {
            side_by_side: false,
            ..heading()
        };
        let done = Arc::new(std::sync::Mutex::new(Vec::new()));
        let jobs = (0..50).map(|nth| {
            let done = Arc::clone(&done);
            job(async move {
                done.lock().unwrap().push(nth);
                Ok(HistoryBuilder::gateway().end())
            })
        });

        run(&heading, jobs.collect(), &mut |_| ()).await;

        assert_eq!(*done.lock().unwrap(), Vec::from_iter(0..50));
    }

    async fn carried_out(
        work: impl Future<Output = Result<History, TrialError>> + Send + 'static,
    ) -> (Run, Vec<RunEvent>) {
        let mut events = Vec::new();
        let run = run(&heading(), vec![job(work)], &mut |event| {
            events.push(event.clone());
        })
        .await;
        (run, events)
    }

    #[tokio::test]
    async fn a_history_is_judged_by_every_rule_of_its_trial() {
        let (run, events) = carried_out(async { Ok(HistoryBuilder::gateway().end()) }).await;

        assert_eq!(run, Run::of(&events));
        assert_eq!(run.exit_code(), ExitCode::Conforms);
        assert_eq!(events.len(), 6);
    }

    #[tokio::test]
    async fn what_the_target_lacks_is_told_and_not_judged() {
        let (run, _) = carried_out(async { Ok(HistoryBuilder::gateway().end()) }).await;

        let gap = run.with(Outcome::NotApplicable).next().unwrap();
        assert_eq!(gap.rule.id, NEEDS_CLOCK.id);
        assert_eq!(
            gap.verdict,
            Verdict::not_applicable(Capability::Clock.absence())
        );
    }

    #[tokio::test]
    async fn a_verdict_comes_with_the_entries_that_prove_it() {
        let (run, _) = carried_out(async { Ok(HistoryBuilder::gateway().end()) }).await;

        assert_eq!(run.with(Outcome::Pass).next().unwrap().evidence.len(), 1);
    }

    #[tokio::test]
    async fn a_trial_that_cannot_be_carried_out_is_the_harness_s_error() {
        let (run, _) = carried_out(async { Err(TrialError::Dropped(3)) }).await;

        assert_eq!(run.exit_code(), ExitCode::HarnessError);
        assert_eq!(run.failures[0].rules, [HOLDS.id, NEEDS_CLOCK.id]);
    }

    #[tokio::test]
    async fn a_trial_that_panics_is_the_harness_s_error_too() {
        let (run, _) = carried_out(async { panic!("a bug of the trial") }).await;

        assert_eq!(run.exit_code(), ExitCode::HarnessError);
    }
}
