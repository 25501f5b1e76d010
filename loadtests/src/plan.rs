//! Journeys against a session of their own, and what came of them as run events.

use std::sync::Arc;

use doublure_control::{
    Client, ControlError, JournalPage, JournalQuery, NewSession, SessionClient,
};
use doublure_journal::{Entry, Event};
use doublure_rules::{History, Profile, Role, Rule, RunEvent};
use goose::{GooseAttack, config::GooseConfiguration, metrics::GooseMetrics};
use serde::{Deserialize, Serialize};

use crate::journey::Journey;

/// How hard a plan presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Users at once, each with a connection of its own.
    pub users: usize,
    /// Calls of each user.
    pub calls_each: usize,
}

/// What the loader counted itself: said at the end of a trial, compared with the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Calls made.
    pub calls: usize,
    /// Answers 200.
    pub accepted: usize,
    /// Answers 429.
    pub refused: usize,
}

/// Why a plan could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The control server refused or went away.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// Goose could not run.
    #[error("goose could not carry out the plan: {0}")]
    Goose(#[from] Box<goose::GooseError>),
    /// The journal had to drop entries, so that nothing can be said of what is missing.
    #[error("the journal dropped {0} entries of this plan")]
    Dropped(u64),
    /// The plan does not fit the edition or the operation.
    #[error("{0}")]
    Unfit(String),
}

impl Load {
    /// Calls in all.
    pub const fn calls(self) -> usize {
        self.users * self.calls_each
    }
}

impl Tally {
    /// What goose counted.
    pub fn of(metrics: &GooseMetrics) -> Self {
        let with = |status: u16| {
            let of_one = |request: &goose::metrics::GooseRequestMetricAggregate| {
                request
                    .status_code_counts
                    .get(&status)
                    .copied()
                    .unwrap_or_default()
            };
            metrics.requests.values().map(of_one).sum()
        };
        let calls = metrics.requests.values();
        Self {
            calls: calls
                .map(|request| request.success_count + request.fail_count)
                .sum(),
            accepted: with(200),
            refused: with(429),
        }
    }

    /// The tally that the loader said last, and the entry in which it did.
    pub fn said_in(history: &History) -> Option<(Self, &Entry)> {
        history
            .entries
            .iter()
            .rev()
            .find_map(|entry| match &entry.event {
                Event::DriverSaid { line } => Some((serde_json::from_str(line).ok()?, entry)),
                _ => None,
            })
    }
}

/// Creates the session, lets `journey` press on it, judges by `rules`, ends the session.
/// Every event of the run goes to `tell`.
pub async fn carry_out(
    name: &'static str,
    control: &Client,
    new: &NewSession,
    rules: &[Rule],
    journey: impl AsyncFnOnce(&SessionClient) -> Result<(Journey, Load, Profile), PlanError>,
    tell: &mut impl FnMut(RunEvent),
) -> Result<(), PlanError> {
    let (session, view) = control.create(new).await?;
    tell(RunEvent::RunStarted {
        role: Role::Gateway,
        target: format!("the simulated gateway, under the plan {name}"),
        edition: view.edition.clone(),
        rules: rules.iter().map(Rule::card).collect(),
    });
    tell(RunEvent::TrialStarted {
        trial: name.to_owned(),
    });
    let (journey, load, profile) = journey(&session).await?;
    let base = view
        .gateway
        .ok_or_else(|| PlanError::Unfit("the session has no gateway".into()))?;
    session
        .record(&Event::TrialStarted {
            trial: name.to_owned(),
        })
        .await?;
    let tally = press(&base, &journey, load).await?;
    let line = serde_json::json!(tally).to_string();
    session.record(&Event::DriverSaid { line }).await?;
    session
        .record(&Event::TrialEnded {
            trial: name.to_owned(),
        })
        .await?;
    let query = JournalQuery {
        limit: Some(usize::MAX),
        ..JournalQuery::default()
    };
    let JournalPage { entries, dropped } = session.journal(&query).await?;
    session.end().await?;
    if dropped > 0 {
        return Err(PlanError::Dropped(dropped));
    }
    judge(name, rules, &Arc::new(History { profile, entries }), tell);
    Ok(())
}

async fn press(base: &str, journey: &Journey, load: Load) -> Result<Tally, PlanError> {
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(base.to_owned());
    configuration.users = Some(load.users);
    // All at once: the journey itself waits until they are there.
    configuration.increase_rate = Some(load.users.to_string());
    configuration.iterations = Some(load.calls_each);
    configuration.quiet = 2;
    configuration.no_print_metrics = true;
    configuration.no_error_summary = true;
    let metrics = GooseAttack::initialize_with_config(configuration)
        .map_err(Box::new)?
        .register_scenario(journey.scenario())
        .execute()
        .await
        .map_err(Box::new)?;
    Ok(Tally::of(&metrics))
}

fn judge(name: &str, rules: &[Rule], history: &Arc<History>, tell: &mut impl FnMut(RunEvent)) {
    tell(RunEvent::TrialEnded {
        trial: name.to_owned(),
        history: Arc::clone(history),
    });
    for rule in rules {
        let verdict = (rule.judge)(history);
        let evidence = verdict
            .proof()
            .map(|proof| history.evidence(proof))
            .unwrap_or_default();
        tell(RunEvent::Judged {
            rule: rule.id.to_owned(),
            trial: name.to_owned(),
            verdict,
            evidence,
        });
    }
    tell(RunEvent::RunEnded);
}
