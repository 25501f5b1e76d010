//! What a judge says: a pass with proof, a failure with a typed reason, or neither.

use std::{borrow::Cow, fmt};

use doublure_journal::Entry;
use serde::{Deserialize, Serialize};

/// What a judge says of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Verdict {
    /// The target did what is demanded; the proof points at where.
    Pass {
        /// The events that prove it.
        proof: Proof,
    },
    /// The target did not.
    Fail {
        /// Which way it failed, one of those that the rule lists.
        reason: Reason,
        /// What the rule demands here.
        expected: String,
        /// What happened.
        actual: String,
        /// The events that prove it.
        proof: Proof,
    },
    /// The history does not tell: noise, or a positive control that failed. Never blamed on the target.
    Inconclusive {
        /// What was missing.
        why: String,
    },
    /// The rule could not be put to the test on this target.
    NotApplicable {
        /// What the target lacks.
        why: String,
    },
}

/// The kind of a verdict, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Did not do what is demanded.
    Fail,
    /// The history does not tell.
    Inconclusive,
    /// Could not be put to the test.
    NotApplicable,
    /// Did what is demanded.
    Pass,
}

/// Indices of the events that prove a verdict: at least one, each once, ascending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct Proof {
    first: u64,
    rest: Vec<u64>,
}

/// In which way a target broke a rule: a word of that rule, as `aligned-on-the-minute`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(Cow<'static, str>);

/// A proof that points at nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proof points at one event at least")]
pub struct EmptyProof;

impl Verdict {
    /// A pass.
    pub const fn pass(proof: Proof) -> Self {
        Self::Pass { proof }
    }

    /// A failure for one of the rule's reasons.
    pub fn fail(
        reason: &'static str,
        expected: impl Into<String>,
        actual: impl Into<String>,
        proof: Proof,
    ) -> Self {
        Self::Fail {
            reason: Reason(Cow::Borrowed(reason)),
            expected: expected.into(),
            actual: actual.into(),
            proof,
        }
    }

    /// Neither, because this is missing.
    pub fn inconclusive(why: impl Into<String>) -> Self {
        Self::Inconclusive { why: why.into() }
    }

    /// Not put to the test, because the target lacks this.
    pub fn not_applicable(why: impl Into<String>) -> Self {
        Self::NotApplicable { why: why.into() }
    }

    /// Its kind.
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Pass { .. } => Outcome::Pass,
            Self::Fail { .. } => Outcome::Fail,
            Self::Inconclusive { .. } => Outcome::Inconclusive,
            Self::NotApplicable { .. } => Outcome::NotApplicable,
        }
    }

    /// What proves it, where something does.
    pub const fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Pass { proof } | Self::Fail { proof, .. } => Some(proof),
            Self::Inconclusive { .. } | Self::NotApplicable { .. } => None,
        }
    }

    /// Why it failed, if it did.
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Fail { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// One verdict of many parts: the first failure, else the first that does not
    /// tell, else a pass that every part proves. No part: it does not tell.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts: Vec<Self> = parts.into_iter().collect();
        // The sort is stable: among equals the first stays first.
        parts.sort_by_key(Self::outcome);
        match parts.first() {
            None => Self::inconclusive("nothing was observed"),
            Some(Self::Pass { .. }) => parts
                .iter()
                .filter_map(Self::proof)
                .cloned()
                .reduce(Proof::and)
                .map_or_else(|| Self::inconclusive("nothing was observed"), Self::pass),
            Some(_) => parts.swap_remove(0),
        }
    }
}

/// A judge that stops at the first thing amiss: the proof is what is left when nothing was.
impl From<Result<Proof, Self>> for Verdict {
    fn from(decided: Result<Proof, Self>) -> Self {
        decided.map_or_else(|verdict| verdict, Self::pass)
    }
}

impl Proof {
    /// One event.
    pub const fn of(entry: &Entry) -> Self {
        Self {
            first: entry.index,
            rest: Vec::new(),
        }
    }

    /// These events; none if there are none.
    pub fn of_all<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Option<Self> {
        entries.into_iter().map(Self::of).reduce(Self::and)
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut indices: Vec<u64> = self.indices().chain(other.indices()).collect();
        indices.sort_unstable();
        indices.dedup();
        Self {
            first: indices.remove(0),
            rest: indices,
        }
    }

    /// Every index, ascending.
    pub fn indices(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
}

impl TryFrom<Vec<u64>> for Proof {
    type Error = EmptyProof;

    fn try_from(indices: Vec<u64>) -> Result<Self, EmptyProof> {
        indices
            .into_iter()
            .map(|first| Self {
                first,
                rest: Vec::new(),
            })
            .reduce(Self::and)
            .ok_or(EmptyProof)
    }
}

impl From<Proof> for Vec<u64> {
    fn from(proof: Proof) -> Self {
        proof.indices().collect()
    }
}

impl Reason {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::NotApplicable => "not applicable",
            Self::Pass => "pass",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn proof(indices: &[u64]) -> Proof {
        Proof::try_from(indices.to_vec()).unwrap()
    }

    #[test]
    fn a_proof_of_nothing_cannot_be_had() {
        let empty = serde_json::from_str::<Proof>("[]");

        assert!(Proof::of_all([]).is_none());
        assert_eq!(
            empty.unwrap_err().to_string(),
            "a proof points at one event at least"
        );
    }

    #[test]
    fn a_verdict_is_written_with_its_outcome_and_read_back() {
        let verdict = Verdict::fail("too-soon", "504", "200", proof(&[3, 1]));

        let json = serde_json::to_string(&verdict).unwrap();

        assert_eq!(
            json,
            r#"{"outcome":"fail","reason":"too-soon","expected":"504","actual":"200","proof":[1,3]}"#
        );
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
    }

    #[test]
    fn a_failure_outweighs_what_does_not_tell_and_that_outweighs_a_pass() {
        let pass = Verdict::pass(proof(&[1]));
        let unclear = Verdict::inconclusive("no end");
        let fail = Verdict::fail("too-soon", "504", "200", proof(&[2]));

        let with_fail = Verdict::all([pass.clone(), unclear.clone(), fail.clone()]);
        let without = Verdict::all([pass, unclear.clone()]);

        assert_eq!(with_fail, fail);
        assert_eq!(without, unclear);
    }

    #[test]
    fn many_passes_are_one_that_all_of_them_prove() {
        let whole = Verdict::all([Verdict::pass(proof(&[4, 1])), Verdict::pass(proof(&[2, 4]))]);

        assert_eq!(whole, Verdict::pass(proof(&[1, 2, 4])));
    }

    #[test]
    fn no_parts_at_all_is_never_a_pass() {
        assert_eq!(Verdict::all([]).outcome(), Outcome::Inconclusive);
    }

    proptest! {
        #[test]
        fn a_proof_is_ascending_and_names_each_event_once(indices in prop::collection::vec(0..50_u64, 1..20)) {
            let written: Vec<u64> = Proof::try_from(indices.clone()).unwrap().into();

            prop_assert!(written.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(indices.iter().all(|index| written.contains(index)));
        }
    }
}
