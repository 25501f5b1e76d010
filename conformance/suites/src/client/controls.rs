//! Positive controls: what a client left undone counts only where it can do its work at all.

use doublure_rules::{History, Verdict};

use super::{
    runs::{ClientRun, runs},
    works,
};
use crate::judging::each;

/// One verdict of what a client did in the runs between its first and its last.
///
/// Those two are positive controls: where the client does not succeed on a healthy gateway, what it
/// left undone on a broken one says nothing. What it did wrong stands without them.
pub(super) fn controlled(history: &History, judge: impl Fn(&ClientRun<'_>) -> Verdict) -> Verdict {
    if let Err(verdict) = history.end() {
        return verdict;
    }
    let runs = runs(history);
    let [before, tried @ .., after] = runs.as_slice() else {
        return Verdict::inconclusive("the client was not run before, in and after the trial");
    };
    let tried = each(
        tried.iter().map(judge),
        "the client was run on a healthy gateway only",
    );
    let control = |run, when| control(history, run, when);
    Verdict::all([tried, control(before, "before"), control(after, "after")])
}

fn control(history: &History, run: &ClientRun<'_>, when: &str) -> Verdict {
    match works::judge_run(history, run) {
        Verdict::Fail { actual, .. } => Verdict::inconclusive(format!(
            "the positive control {when} the trial failed, on a healthy gateway: {actual}"
        )),
        verdict => verdict,
    }
}

#[cfg(test)]
mod tests {
    use doublure_rules::{Outcome, testing::HistoryBuilder};

    use super::{super::runs::testing::Tells, *};

    fn passes(run: &ClientRun<'_>) -> Verdict {
        Verdict::pass(run.edges())
    }

    fn fails(run: &ClientRun<'_>) -> Verdict {
        Verdict::fail("wrong", "right", "wrong", run.edges())
    }

    #[test]
    fn what_stands_between_two_good_runs_is_judged_and_all_of_it_is_the_proof() {
        let history = HistoryBuilder::client()
            .well("before")
            .spawn()
            .exit(1)
            .well("after")
            .end();

        let proof = controlled(&history, passes).proof().cloned().unwrap();

        assert_eq!(
            proof.indices().collect::<Vec<_>>(),
            (1..=10).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_control_that_fails_leaves_a_pass_untold_and_a_failure_standing() {
        let history = HistoryBuilder::client()
            .well("before")
            .spawn()
            .exit(1)
            .spawn()
            .exit(1)
            .end();

        assert_eq!(
            controlled(&history, passes).outcome(),
            Outcome::Inconclusive
        );
        assert_eq!(controlled(&history, fails).outcome(), Outcome::Fail);
    }

    #[test]
    fn a_trial_without_its_controls_or_without_its_end_does_not_tell() {
        let alone = HistoryBuilder::client().well("only").end();
        let mut endless = HistoryBuilder::client().well("a").well("b").well("c").end();
        endless.entries.pop();

        assert_eq!(controlled(&alone, passes).outcome(), Outcome::Inconclusive);
        assert_eq!(
            controlled(&endless, passes).outcome(),
            Outcome::Inconclusive
        );
    }
}
