//! Whole runs of the simulators: real sockets, a gateway, providers, and a small client; on several threads, as served.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do: clippy knows only what is marked as a test"
)]

mod bans;
mod caller;
mod cases;
mod certificates;
mod chance;
mod commands;
mod control;
mod described;
mod determinism;
mod documents;
mod doors;
mod faults;
mod front;
mod hostile;
mod house;
mod library;
mod one_offs;
mod operations;
mod parity;
mod plain;
mod quotas;
mod registers;
mod sessions;
mod shown;
mod stream;
mod symptoms;
