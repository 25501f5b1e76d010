//! Gateways that nobody here wrote, with Doublure's providers behind them, and what is said of them.
//!
//! Each is a program of a distribution with a configuration of ours. Beside this file stand, under its name: the
//! configuration, the target file, and the verdict that is expected of every rule of a gateway, with its reason.
//!
//! - `gateway`: puts one to the test. Start here.
//! - `nginx`, `haproxy`: those there are; `broken`: what is seen of HAProxy when its configuration is wrong.
//! - `process`: its process, in a folder and on addresses of its own.
//! - `verdicts`: the table of what is expected.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod broken;
mod gateway;
mod haproxy;
mod nginx;
mod process;
mod verdicts;
