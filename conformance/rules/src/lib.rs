//! The words of conformance: what is demanded, what was seen, what follows from it.
//!
//! A *trial* does things and leaves a [`History`]; a *judge* is a pure
//! function from a history to a [`Verdict`]; a *report* is a fold over
//! [`RunEvent`]s. Nothing here runs: no clock, no socket, no chance.
//!
//! - [`rule`]: a demand as a record, with its judge.
//! - [`profile`]: the numbers a target declares, which judges relate events to.
//! - [`history`]: the entries of one trial, and the questions judges ask them.
//! - [`verdict`]: pass with proof, fail with a typed reason, or neither.
//! - [`noise`]: what the machine did to the harness itself.
//! - [`event`]: what a run tells while it runs.
//! - [`repeat`]: how the reader of a report asks again.
//! - [`run`]: the fold over those: judgements, counts, exit code.
//! - [`times`]: when a run began and how long it took.
//! - [`baseline`]: failures that are known, and excused for a while.
//! - [`testing`]: hand-made histories, for the tests of judges.
//!
//! Start at [`Rule`].

pub mod baseline;
pub mod event;
pub mod history;
pub mod noise;
pub mod profile;
pub mod repeat;
pub mod rule;
pub mod run;
pub mod testing;
pub mod times;
pub mod verdict;

pub use baseline::{Baseline, BaselineError, Complaint, Expect, Known};
pub use event::{Doubt, RunEvent};
pub use history::{Exchange, History};
pub use profile::{
    ClientProfile, GatewayProfile, OperationProfile, Profile, ProviderProfile, WindowStart,
};
pub use repeat::Repeat;
pub use rule::{Capability, Level, Role, Rule, RuleCard};
pub use run::{Counts, ExitCode, Judgement, Run, TrialFailure};
pub use times::Times;
pub use verdict::{Outcome, Proof, Reason, Verdict};
