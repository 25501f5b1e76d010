//! So many calls that a rate can be told.

use std::time::Duration;

use doublure_journal::CaptureLevel;

use super::{COMPANY, OTHER_TOKEN, Trial, names, operation};
use crate::{
    Bench, TrialError,
    cast::Cast,
    probe::{Ask, STANDARD},
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::LONG_RUN,
    about: "Makes as many well-formed calls as are declared, in as many windows as quotas and the limit of an address \
            demand; all is well with the providers.",
    capture: CaptureLevel::Meta,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let gateway = &bench.profile().gateway;
        let window = gateway.quota_window().max(gateway.address_window()) + ROUNDED;
        let questions = questions(bench)?;
        let mut left = gateway.long_run_calls as usize;
        if !bench.moves_clock() {
            // Other trials used the windows that are running.
            bench.wait_out(window).await?;
        }
        while left > 0 {
            let batch = batch(bench, &questions, left);
            left -= batch.len();
            bench.flood(batch, LANES).await?;
            if left > 0 {
                bench.wait_out(window).await?;
            }
        }
        Ok(())
    })
}

/// The questions of each lane, which no other lane asks: the same call twice at once is refused.
fn questions(bench: &Bench) -> Result<Vec<Ask>, TrialError> {
    let operation = operation(COMPANY)?;
    let cast = Cast::new(bench.seed());
    let questions = (0..LANES * QUESTIONS).map(|_| cast.ask(&operation));
    questions.collect()
}

/// As many of the calls that are left as one window allows.
fn batch(bench: &Bench, questions: &[Ask], left: usize) -> Vec<Ask> {
    let gateway = &bench.profile().gateway;
    let tokens = [STANDARD, OTHER_TOKEN].map(|name| bench.has_token(name).then_some(name));
    let tokens: Vec<&str> = tokens.into_iter().flatten().collect();
    let of_token = gateway.quota(COMPANY).map(|(_, limit)| limit as usize);
    let of_tokens = of_token.map_or(left, |limit| limit * tokens.len());
    let count = left.min(of_tokens).min(gateway.address_limit as usize);
    let share = count.div_ceil(tokens.len().max(1));
    let calls = questions.iter().cycle().take(count).zip(0..);
    calls
        .map(|(question, place): (&Ask, usize)| Ask {
            token: tokens
                .get(place / share.max(1))
                .map(|&name| name.to_owned()),
            ..question.clone()
        })
        .collect()
}

const LANES: usize = 4;
/// Of each lane.
const QUESTIONS: usize = 10;
const ROUNDED: Duration = Duration::from_secs(1);
