//! Carries out ever smaller choreographies while a rule fails, so that the smallest run that shows it is reported.

use doublure_rules::{Capability, History, Outcome, Rule};
use proptest::strategy::ValueTree;

use crate::{
    Bench, TrialError, runner,
    target::GatewayUnderTest,
    trials::{
        Trial,
        choreography::{Step, dance, drawn},
    },
};

/// The history of the smallest choreography found that fails a rule as the whole one of this history and seed does; the
/// same history, if it fails none.
pub(super) async fn shrunk(
    target: &dyn GatewayUnderTest,
    trial: &'static Trial,
    rules: &[&'static Rule],
    (whole, seed): (History, u64),
) -> Result<History, TrialError> {
    let fails = |history: &History| {
        let verdicts = rules.iter().map(|rule| runner::verdict(rule, history));
        verdicts
            .map(|verdict| verdict.outcome())
            .any(|outcome| outcome == Outcome::Fail)
    };
    if !fails(&whole) {
        return Ok(whole);
    }
    let is_ours = whole.profile.capabilities.contains(&Capability::Clock);
    let mut smaller = Smaller {
        tree: drawn(seed)?,
        attempts: ATTEMPTS,
        calls: if is_ours { usize::MAX } else { CALLS },
    };
    let mut smallest = whole;
    let mut failed = true;
    while let Some(steps) = smaller.next(failed) {
        // What cannot be carried out makes nothing smaller; what was found before it stands.
        let Ok(history) = carry_out(target, trial, &steps).await else {
            break;
        };
        failed = fails(&history);
        if failed {
            smallest = history;
        }
    }
    Ok(smallest)
}

/// What is left to try.
struct Smaller<T> {
    tree: T,
    attempts: u32,
    calls: usize,
}

impl<T: ValueTree<Value = Vec<Step>>> Smaller<T> {
    /// The next choreography to carry out, by whether the one before it failed; none: nothing smaller is left to try,
    /// or it was tried often enough.
    fn next(&mut self, failed: bool) -> Option<Vec<Step>> {
        let goes_on = match failed {
            true => self.tree.simplify(),
            false => self.tree.complicate(),
        };
        let steps = self.tree.current();
        self.attempts = self.attempts.checked_sub(1)?;
        self.calls = self.calls.checked_sub(steps.len())?;
        goes_on.then_some(steps)
    }
}

/// Carries out a choreography in a session of its own.
async fn carry_out(
    target: &dyn GatewayUnderTest,
    trial: &'static Trial,
    steps: &[Step],
) -> Result<History, TrialError> {
    let bench = Bench::new(target.start(&trial.wish()).await?)?;
    let done = bench.during(trial.name, dance(&bench, steps)).await;
    let history = match done {
        Ok(()) => bench.history().await,
        Err(why) => Err(why),
    };
    bench.session().end().await?;
    history
}

/// How many smaller choreographies are tried.
const ATTEMPTS: u32 = 64;
/// The calls that these make together where time is not ours, so that no ban by their number is due.
const CALLS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    /// All that is tried where a choreography fails by this measure, the whole one first.
    fn tried(calls: usize, fails: impl Fn(&[Step]) -> bool) -> Vec<Vec<Step>> {
        let tree = drawn(7).unwrap();
        let mut tried = vec![tree.current()];
        let mut smaller = Smaller {
            tree,
            attempts: ATTEMPTS,
            calls,
        };
        while let Some(steps) = smaller.next(fails(&tried[tried.len() - 1])) {
            tried.push(steps);
        }
        tried
    }

    #[test]
    fn a_seed_is_one_choreography_long_enough_to_go_over_limits() {
        let drawn = |seed| drawn(seed).unwrap().current();

        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        assert!((0..50).all(|seed| drawn(seed).len() >= 40));
    }

    #[test]
    fn what_fails_by_three_calls_is_shown_by_three() {
        let tried = tried(usize::MAX, |steps| steps.len() >= 3);

        let failing = tried.iter().filter(|steps| steps.len() >= 3);
        assert_eq!(failing.map(Vec::len).min(), Some(3));
        assert!(tried.len() <= 1 + ATTEMPTS as usize);
    }

    #[test]
    fn where_time_is_not_ours_few_calls_are_made() {
        let tried = tried(CALLS, |steps| steps.len() >= 40);

        let calls: usize = tried[1..].iter().map(Vec::len).sum();
        assert!(tried.len() > 1);
        assert!(calls <= CALLS, "{calls}");
    }
}
