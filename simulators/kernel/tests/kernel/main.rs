//! Sessions, hosts and upstreams over real sockets.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod answers;
mod callers;
mod chance;
mod deadline;
mod doors;
mod ends;
mod faults;
mod parity;
mod passed_on;
mod silence;
mod support;
mod tls;
