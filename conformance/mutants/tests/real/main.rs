//! Gateways that know nothing of Doublure, with its providers behind them, and what is said of them.
//!
//! Two are programs of a distribution with a configuration of ours, one is a script. Beside this file stand, under its
//! name: the configuration, the target file, and the verdict that is expected of every rule of a gateway, with its
//! reason.
//!
//! - `gateway`: puts one to the test. Start here.
//! - `nginx`, `haproxy`, `modest`: those there are; `broken`: what is seen of them when they are wrong in one way.
//! - `bans`: the simulated gateway as if it were somebody else's, under each manner of a ban.
//! - `process`: its process, in a folder and on addresses of its own.
//! - `verdicts`: the table of what is expected.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod bans;
mod broken;
mod gateway;
mod haproxy;
mod modest;
mod nginx;
mod process;
mod verdicts;
