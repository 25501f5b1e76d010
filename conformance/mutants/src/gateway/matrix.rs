//! Puts every mutant to the test: which rule catches which.

use std::sync::Arc;

use doublure_control::Client;
use doublure_fixtures::Edition;
use doublure_rules::{Outcome, Role, Rule, Run};
use doublure_suites::{GatewayUnderTest, Heading, catalogue, check};
use futures_util::{StreamExt, stream};

use super::{BrokenGateway, KillResult, Mutant, all};

/// Puts every mutant to the test in each of its editions, several at once; `control` creates the sessions.
///
/// A mutant meets the trials of the rules that must catch it, and every rule of these trials. The results
/// stand in the order of the catalogue.
pub async fn matrix(control: &Client) -> Vec<KillResult> {
    matrix_of(control, |_| true, |_| ()).await
}

/// Puts the mutants that are wanted to the test, and tells of each as soon as it is done.
pub async fn matrix_of(
    control: &Client,
    wanted: impl Fn(&Mutant) -> bool,
    mut told: impl FnMut(&KillResult),
) -> Vec<KillResult> {
    let pairs = all().filter(|mutant| wanted(mutant)).flat_map(|mutant| {
        let editions = mutant.editions.iter();
        editions.map(move |edition| (mutant, *edition))
    });
    let runs =
        pairs
            .enumerate()
            .map(|(place, (mutant, edition))| async move {
                (place, kill(control, mutant, edition).await)
            });
    let mut results: Vec<_> = stream::iter(runs)
        .buffer_unordered(SIDE_BY_SIDE)
        .inspect(|(_, result)| told(result))
        .collect()
        .await;
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Puts a gateway of this name to the test of the rules that are wanted.
pub async fn put_to_the_test(
    name: &str,
    target: Arc<dyn GatewayUnderTest>,
    edition: Edition,
    wanted: &dyn Fn(&Rule) -> bool,
) -> Run {
    let heading = Heading {
        role: Role::Gateway,
        target: name.to_owned(),
        edition: edition.to_string(),
        side_by_side: true,
        // Who asks here tries again by itself, and only where a mutant was not told.
        retries: 0,
    };
    check::gateway_by(&target, &heading, wanted, &mut |_| ()).await
}

/// Puts a mutant to the test, and again where the machine was too noisy to tell.
async fn kill(control: &Client, mutant: &'static Mutant, edition: Edition) -> KillResult {
    let trials = trials_for(mutant);
    let mut left = TRIES;
    loop {
        let target = Arc::new(BrokenGateway::new(control.clone(), edition, mutant));
        let run = put_to_the_test(mutant.name, target, edition, &|rule| {
            trials.contains(&rule.trial)
        })
        .await;
        let result = KillResult::of(mutant, edition, &run);
        let is_unclear = run.with(Outcome::Inconclusive).next().is_some();
        left -= 1;
        if result.is_as_listed() || !is_unclear || left == 0 {
            return result;
        }
    }
}

/// The trials that put a mutant to the test: of the rules that must catch it, or of the theme of the one it awaits.
fn trials_for(mutant: &Mutant) -> Vec<&'static str> {
    let theme = mutant.awaits.and_then(|rule| rule.split('.').nth(1));
    catalogue::of(Role::Gateway)
        .filter(|rule| {
            Some(rule.theme) == theme || mutant.kills.iter().any(|(id, _)| *id == rule.id)
        })
        .map(|rule| rule.trial)
        .collect()
}

/// More at once would only wait for each other.
const SIDE_BY_SIDE: usize = 8;
/// How often what does not tell is asked.
const TRIES: u8 = 3;
