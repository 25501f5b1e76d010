//! One file a command: its options, its help, and `exec`.

pub(crate) mod completion;
pub(crate) mod control;
pub(crate) mod run;
pub(crate) mod scenarios;
pub(crate) mod serve;
pub(crate) mod token;
