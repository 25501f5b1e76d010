//! What is done to a provider so that its rules can be judged.

use std::time::Duration;

use doublure_control::{Client, ClockSetting, NewSession};
use doublure_rules::{History, Profile};

use super::{Target, latency::NOISE, names::THREE_QUESTIONS};
use crate::{
    Bench, Callers, Patience, Started, TrialError, noise,
    probe::{self, Answer, Endpoint},
};

/// Asks about every entity in turn, so many times, and gives what judges may see of it.
///
/// A session without a gateway stands beside the provider: its clock is the time base, its journal the history.
pub(super) async fn three_questions(
    control: Client,
    target: Target,
    profile: Profile,
    times: u32,
) -> Result<History, TrialError> {
    let beside = NewSession {
        clock: ClockSetting::Real,
        without_gateway: true,
        ..NewSession::default()
    };
    let (session, view) = control.create(&beside).await?;
    let bench = Bench::new(Started {
        session,
        seed: view.seed,
        base_url: target.base_url().to_owned(),
        trust: target.trust(),
        tokens: [].into(),
        fresh_tokens: true,
        callers: Callers::default(),
        patience: Patience::default(),
        profile,
        clock: None,
        keep: Vec::new(),
    });
    let history = match &bench {
        Ok(bench) => ask(bench, &target, times).await,
        Err(error) => Err(TrialError::Target(error.to_string())),
    };
    control.session(&view.name).end().await?;
    history
}

async fn ask(bench: &Bench, target: &Target, times: u32) -> Result<History, TrialError> {
    let header = log_in(target).await?;
    let patience = bench.profile().provider.deadline() + NOISE;
    let questions = async {
        for entity in (0..times).flat_map(|_| target.entities()) {
            let question = target.ask(entity, header.as_ref());
            bench.probe_until(question, noise::quiet(patience)).await?;
        }
        Ok(())
    };
    bench.during(THREE_QUESTIONS, questions).await?;
    bench.history().await
}

/// The header that a log-in gives, where one is needed. It stands in no history: a token is nobody else's business.
async fn log_in(target: &Target) -> Result<Option<(String, String)>, TrialError> {
    let Some(login) = target.log_in() else {
        return Ok(None);
    };
    let refused = |why: String| TrialError::Target(format!("the log-in {} {why}", login.target));
    let endpoint = Endpoint::parse(target.base_url())
        .map_err(TrialError::Target)?
        .believed_by(target.trust());
    let answer = probe::send(&endpoint, &login, None, noise::quiet(LOG_IN)).await;
    match answer.status() {
        Some(200..=299) => {}
        Some(status) => return Err(refused(format!("was answered {status}"))),
        None => return Err(refused(failed(&answer))),
    }
    let header = target.header_after(answer.text());
    let no_token = || refused("was answered without a token where `login.token` says".to_owned());
    header.ok_or_else(no_token).map(Some)
}

fn failed(answer: &Answer) -> String {
    match answer {
        Answer::Failed(failure, _) => format!("was not answered: {failure:?}"),
        Answer::Whole(_) => "was answered".to_owned(),
    }
}

/// How long a log-in may take: it is no question, and no rule speaks of it.
const LOG_IN: Duration = Duration::from_secs(60);
