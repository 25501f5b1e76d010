//! Puts a client to the test of the rules of its role.

use std::{ffi::OsString, sync::Arc};

use doublure_control::Client;
use doublure_rules::{History, Role, Rule, Run, RunEvent};

use super::{
    driver::shown,
    options::Options,
    stand::{Stand, profile},
    trials::{TRIALS, Trial},
};
use crate::{
    Heading, TrialError, catalogue,
    runner::{self, Job, lacking},
};

/// Puts a client to the test of every rule; `tell` hears of everything as it happens.
///
/// `command` is the program and its arguments; it is run several times, each time with these variables:
///
/// | variable | what it holds |
/// |---|---|
/// | `DOUBLURE_BASE_URL` | base URL of the gateway, without a slash at the end |
/// | `DOUBLURE_TOKEN` | the token to show, in the header `Authorization: Bearer …` |
/// | `DOUBLURE_OPERATION_PATH` | path of the operation, with the number in it |
/// | `DOUBLURE_SIREN` | that number |
/// | `DOUBLURE_RECIPIENT`, `DOUBLURE_CONTEXT`, `DOUBLURE_OBJECT` | the parameters that every call carries |
/// | `DOUBLURE_URL` | the whole URL, ready-made, without the token |
/// | `DOUBLURE_CALLS` | how many calls to make, one after another: 1 unless the trial says otherwise |
/// | `DOUBLURE_TRIAL` | name of the trial |
///
/// It ends with code 0 when all calls were answered with 200, with another code when not. A last line of JSON on its
/// standard output outweighs the code: `{"outcome":"ok"}`, `"error"` or `"degraded"`, other members are its own business.
pub async fn check(
    control: &Client,
    command: &[OsString],
    options: &Options,
    tell: &mut dyn FnMut(&RunEvent),
) -> Run {
    check_by(control, command, options, &|_| true, tell).await
}

/// The same, but only of the rules that are wanted.
pub async fn check_by(
    control: &Client,
    command: &[OsString],
    options: &Options,
    wanted: &dyn Fn(&Rule) -> bool,
    tell: &mut dyn FnMut(&RunEvent),
) -> Run {
    let heading = Heading {
        role: Role::Client,
        target: shown(command),
        edition: options.edition.to_string(),
        side_by_side: options.side_by_side,
        retries: options.retries,
    };
    let command: Arc<[OsString]> = command.into();
    let jobs = TRIALS.iter().filter_map(|trial| {
        let rules: Vec<&'static Rule> = catalogue::of(Role::Client)
            .filter(|rule| rule.trial == trial.name && wanted(rule))
            .collect();
        let (control, command) = (control.clone(), Arc::clone(&command));
        let (options, judged) = (options.clone(), rules.clone());
        (!rules.is_empty()).then(|| Job {
            trial: trial.name,
            rules,
            tries: options.retries.saturating_add(1),
            work: Box::new(move |_| {
                let (control, command) = (control.clone(), Arc::clone(&command));
                let (options, rules) = (options.clone(), judged.clone());
                Box::pin(carry_out(control, command, options, trial, rules))
            }),
        })
    });
    runner::run(&heading, jobs.collect(), tell).await
}

/// Carries out a trial in a session of its own; nothing is done where no rule could be judged.
async fn carry_out(
    control: Client,
    command: Arc<[OsString]>,
    options: Options,
    trial: &'static Trial,
    rules: Vec<&'static Rule>,
) -> Result<History, TrialError> {
    let idle = History {
        profile: profile(&options),
        entries: Vec::new(),
    };
    if rules.iter().all(|rule| lacking(rule, &idle).is_some()) {
        return Ok(idle);
    }
    let stand = Stand::raise(&control, command, options, trial.name).await?;
    let acted = trial.carry_out(&stand).await;
    stand.leave(acted).await
}
