//! What a run tells while it runs; every report is a fold over these.

use std::sync::Arc;

use doublure_journal::Entry;
use serde::{Deserialize, Serialize};

use crate::{History, Role, RuleCard, Verdict};

/// One thing a run tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RunEvent {
    /// The run began; these rules will be judged, in this order.
    RunStarted {
        /// Whose rules.
        role: Role,
        /// What is put to the test, for people.
        target: String,
        /// The edition that is followed.
        edition: String,
        /// The rules.
        rules: Vec<RuleCard>,
    },
    /// A trial began.
    TrialStarted {
        /// Its name.
        trial: String,
    },
    /// A trial left its history.
    TrialEnded {
        /// Its name.
        trial: String,
        /// What happened in it: all that its judges see.
        history: Arc<History>,
    },
    /// A trial could not be carried out: the harness failed, not the target.
    TrialFailed {
        /// Its name.
        trial: String,
        /// The rules that were not judged for that.
        rules: Vec<String>,
        /// What went wrong.
        why: String,
    },
    /// A rule was judged.
    Judged {
        /// Id of the rule.
        rule: String,
        /// The trial whose history was judged.
        trial: String,
        /// The verdict.
        verdict: Verdict,
        /// The entries that the verdict's proof points at, with the rest of their exchanges.
        evidence: Vec<Entry>,
    },
    /// Verdicts of a trial are in doubt: it is carried out once more, and what is said of these rules then counts.
    TriedAgain {
        /// Name of the trial.
        trial: String,
        /// The rules that are in doubt.
        doubts: Vec<Doubt>,
    },
    /// The run ended.
    RunEnded,
}

/// A rule whose verdict was inconclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Id of the rule.
    pub rule: String,
    /// What was missing.
    pub why: String,
}
