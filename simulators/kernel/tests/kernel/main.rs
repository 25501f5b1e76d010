//! Sessions, hosts and upstreams over real sockets.

mod deadline;
mod support;
