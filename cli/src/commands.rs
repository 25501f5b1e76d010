//! One file a command: its options, its help, and `exec`.

pub(crate) mod check;
pub(crate) mod completion;
pub(crate) mod control;
pub(crate) mod judge;
#[cfg(feature = "loadtests")]
pub(crate) mod loadtest;
pub(crate) mod operations;
pub(crate) mod replay;
pub(crate) mod rules;
pub(crate) mod run;
pub(crate) mod scenarios;
pub(crate) mod selftest;
pub(crate) mod serve;
pub(crate) mod token;
