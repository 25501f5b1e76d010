//! Puts a target to the test of the rules of its role.

mod shrink;

use std::{future, sync::Arc};

use doublure_rules::{History, Role, Rule, Run, RunEvent};

use crate::{
    Bench, Heading, TrialError, catalogue,
    runner::{self, Job, lacking},
    target::GatewayUnderTest,
    trials::{self, Trial, names::CHOREOGRAPHY},
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
        .filter_map(|trial| job(target, trial, heading.retries, wanted))
        .collect();
    runner::run(heading, jobs, tell).await
}

/// Judges histories that were recorded before, those of each trial under its name; nothing is asked of anybody.
///
/// Where a trial left several, a later one says what an earlier one left in doubt, as when it was carried out.
///
/// # Errors
/// A trial that no rule of the role is judged by.
pub async fn recorded(
    heading: &Heading,
    histories: Vec<(String, Vec<History>)>,
    wanted: &dyn Fn(&Rule) -> bool,
    tell: &mut dyn FnMut(&RunEvent),
) -> Result<Run, UnknownTrial> {
    let mut jobs = Vec::new();
    for (trial, tries) in histories {
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
                tries: u32::try_from(tries.len()).unwrap_or(u32::MAX),
                work: Box::new(move |nth| Box::pin(future::ready(nth_of(&tries, nth)))),
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

fn nth_of(tries: &[History], nth: u32) -> Result<History, TrialError> {
    let history = tries.get(nth as usize).cloned();
    history.ok_or_else(|| TrialError::Target("a recorded trial without a history".to_owned()))
}

fn job(
    target: &Arc<dyn GatewayUnderTest>,
    trial: &'static Trial,
    retries: u32,
    wanted: &dyn Fn(&Rule) -> bool,
) -> Option<Job> {
    let rules: Vec<&'static Rule> = catalogue::of(Role::Gateway)
        .filter(|rule| rule.trial == trial.name && wanted(rule))
        .collect();
    let (target, judged) = (Arc::clone(target), rules.clone());
    (!rules.is_empty()).then(|| Job {
        trial: trial.name,
        rules,
        tries: retries.saturating_add(1),
        work: Box::new(move |nth| {
            let (target, rules) = (Arc::clone(&target), judged.clone());
            Box::pin(carry_out(target, trial, rules, nth))
        }),
    })
}

/// Carries out a trial in a session of its own; nothing is done where no rule could be judged.
async fn carry_out(
    target: Arc<dyn GatewayUnderTest>,
    trial: &'static Trial,
    rules: Vec<&'static Rule>,
    nth: u32,
) -> Result<History, TrialError> {
    let bench = Bench::new(target.start(&trial.wish()).await?)?;
    let may_shrink = bench.moves_clock() || bench.has_fresh_tokens();
    let seed = bench.seed();
    let idle = History {
        profile: bench.profile().clone(),
        entries: Vec::new(),
    };
    let history = if rules.iter().all(|rule| lacking(rule, &idle).is_some()) {
        Ok(idle)
    } else {
        if nth > 0 {
            bench.let_windows_end().await?;
        }
        in_step(&bench, trial.carry_out(&bench).await).await
    };
    // The session ends also after a trial that failed, so that the next one finds its ports free.
    bench.session().end().await?;
    match history {
        Ok(history) if trial.name == CHOREOGRAPHY && may_shrink => {
            shrink::shrunk(&*target, trial, &rules, (history, seed)).await
        }
        history => history,
    }
}

/// What a trial left, if the target's clock went where it was moved to meanwhile.
async fn in_step(bench: &Bench, left: Result<History, TrialError>) -> Result<History, TrialError> {
    let left = left?;
    bench.is_in_step().await?;
    Ok(left)
}

#[cfg(test)]
mod tests {
    use doublure_rules::{Capability, testing::HistoryBuilder};

    use super::*;
    use crate::trials::names::OVER_LIMIT;

    #[tokio::test]
    async fn a_later_history_of_a_trial_is_judged_where_an_earlier_one_left_doubt() {
        let heading = Heading {
            role: Role::Gateway,
            target: "by hand".to_owned(),
            edition: "documented".to_owned(),
            side_by_side: true,
            retries: 0,
        };
        let history = || {
            let told = HistoryBuilder::gateway().declaring(|profile| {
                profile.capabilities.insert(Capability::Quota);
            });
            told.ask("probe", "op", "111").end()
        };
        let recorded_ones = vec![(OVER_LIMIT.to_owned(), vec![history(), history()])];
        let mut ended = 0;

        let run = recorded(&heading, recorded_ones, &|_| true, &mut |event| {
            ended += u32::from(matches!(event, RunEvent::TrialEnded { .. }));
        })
        .await
        .unwrap();

        assert_eq!(ended, 2);
        assert!(run.tried_again() > 0, "{run:?}");
        assert!(run.ended && run.failures.is_empty(), "{run:?}");
    }
}
