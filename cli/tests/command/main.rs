//! The built command, from outside: as a user's shell sees it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod check;
mod clock;
mod control;
mod greeting;
mod help;
mod journal;
mod known;
mod operations;
mod replay;
mod run;
mod scenarios;
mod serve;
mod support;
mod tls;
