//! What the failure of a request is called.

use std::{error::Error, io};

use doublure_journal::Failure;

/// What is said of a connection that broke.
pub(super) fn broken(error: &hyper::Error) -> Failure {
    if error.is_parse() {
        return Failure::Malformed;
    }
    let mut cause = error.source();
    while let Some(known) = cause {
        if let Some(error) = known.downcast_ref::<io::Error>() {
            return failure_of(error);
        }
        cause = known.source();
    }
    Failure::Closed
}

/// What is said of a socket that failed.
pub(super) fn failure_of(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Failure::Refused,
        io::ErrorKind::ConnectionReset => Failure::Reset,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable
        | io::ErrorKind::TimedOut => Failure::Unreachable,
        _ => Failure::Closed,
    }
}
