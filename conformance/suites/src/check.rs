//! Puts a target to the test of the rules of its role.

use std::{future, sync::Arc};

use doublure_rules::{History, Role, Rule, Run, RunEvent};

use crate::{
    Bench, Heading, TrialError, catalogue,
    runner::{self, Job, missing},
    target::GatewayUnderTest,
    trials::{self, Trial},
};

/// Puts a gateway to the test of every rule; `tell` hears of everything as it happens.
pub async fn gateway(
    target: &Arc<dyn GatewayUnderTest>,
    heading: &Heading,
    tell: &mut dyn FnMut(&RunEvent),
) -> Run {
    gateway_by(target, heading, &|_| true, tell).await
}

/// The same, but only of the rules that are wanted.
pub async fn gateway_by(
    target: &Arc<dyn GatewayUnderTest>,
    heading: &Heading,
    wanted: &dyn Fn(&Rule) -> bool,
    tell: &mut dyn FnMut(&RunEvent),
) -> Run {
    let jobs = trials::GATEWAY
        .iter()
        .filter_map(|trial| job(target, trial, wanted))
        .collect();
    runner::run(heading, jobs, tell).await
}

/// Judges histories that were recorded before, each with the name of its trial; nothing is asked of anybody.
///
/// # Errors
/// A trial that no rule of the role is judged by.
pub async fn recorded(
    heading: &Heading,
    histories: Vec<(String, History)>,
    wanted: &dyn Fn(&Rule) -> bool,
    tell: &mut dyn FnMut(&RunEvent),
) -> Result<Run, UnknownTrial> {
    let mut jobs = Vec::new();
    for (trial, history) in histories {
        let judges = || catalogue::of(heading.role).filter(|rule| rule.trial == trial);
        let Some(any) = judges().next() else {
            return Err(UnknownTrial {
                trial,
                role: heading.role,
            });
        };
        let rules: Vec<&'static Rule> = judges().filter(|rule| wanted(rule)).collect();
        if !rules.is_empty() {
            jobs.push(Job {
                trial: any.trial,
                rules,
                work: Box::pin(future::ready(Ok(history))),
            });
        }
    }
    Ok(runner::run(heading, jobs, tell).await)
}

/// A recorded trial that no rule is judged by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule of a {role} is judged by a trial `{trial}`")]
pub struct UnknownTrial {
    /// Its name.
    pub trial: String,
    /// Whose rules were looked at.
    pub role: Role,
}

fn job(
    target: &Arc<dyn GatewayUnderTest>,
    trial: &'static Trial,
    wanted: &dyn Fn(&Rule) -> bool,
) -> Option<Job> {
    let rules: Vec<&'static Rule> = catalogue::of(Role::Gateway)
        .filter(|rule| rule.trial == trial.name && wanted(rule))
        .collect();
    let work = carry_out(Arc::clone(target), trial, rules.clone());
    (!rules.is_empty()).then(|| Job {
        trial: trial.name,
        rules,
        work: Box::pin(work),
    })
}

/// Carries out a trial in a session of its own; nothing is done where no rule could be judged.
async fn carry_out(
    target: Arc<dyn GatewayUnderTest>,
    trial: &'static Trial,
    rules: Vec<&'static Rule>,
) -> Result<History, TrialError> {
    let bench = Bench::new(target.start(&trial.wish()).await?)?;
    let idle = History {
        profile: bench.profile().clone(),
        entries: Vec::new(),
    };
    let history = if rules.iter().all(|rule| missing(rule, &idle).is_some()) {
        Ok(idle)
    } else {
        trial.carry_out(&bench).await
    };
    // The session ends also after a trial that failed, so that the next one finds its ports free.
    bench.session().end().await?;
    history
}
