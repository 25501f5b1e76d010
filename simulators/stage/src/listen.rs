//! Where may be listened, and what it means when it cannot.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use doublure_kernel::Host;

use crate::problem::Refusal;

/// Refuses an address beyond loopback, unless the stage was opened so.
pub(crate) fn allowed(
    address: SocketAddr,
    field: &str,
    beyond_loopback: bool,
) -> Result<SocketAddr, Refusal> {
    if beyond_loopback || address.ip().is_loopback() {
        return Ok(address);
    }
    Err(Refusal::forbidden(format!(
        "{address} can be reached from other machines: use 127.0.0.1, or start with --listen-beyond-loopback"
    ))
    .at(field))
}

/// Says in plain words why `address` could not be bound.
pub(crate) fn refused(address: SocketAddr, field: &str, error: &io::Error) -> Refusal {
    let problem = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("{address} is in use: choose another port, or 0 for a free one")
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("{address} is no address of this machine")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{address} may not be bound by this user: choose a port from 1024 on")
        }
        _ => format!("cannot listen on {address}: {error}"),
    };
    Refusal::conflict(problem).at(field)
}

/// Base URL of what listens, without a slash at the end.
pub(crate) fn base_url(host: &Host) -> String {
    let scheme = if host.is_secured() { "https" } else { "http" };
    format!("{scheme}://{}", host.address())
}

/// Any free port of 127.0.0.1.
pub(crate) const FREE_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn loopback_is_allowed_in_both_families() {
        for address in ["127.0.0.1:0", "127.0.0.2:80", "[::1]:0"] {
            assert!(allowed(address.parse().unwrap(), "control", false).is_ok());
        }
    }

    #[test]
    fn what_others_can_reach_is_refused_with_the_flag_that_would_allow_it() {
        let everywhere = "0.0.0.0:8080".parse().unwrap();

        let refusal = allowed(everywhere, "gateway_address", false).unwrap_err();

        assert_eq!(refusal.status, StatusCode::FORBIDDEN);
        assert_eq!(refusal.problem.field.as_deref(), Some("gateway_address"));
        assert!(refusal.problem.problem.contains("0.0.0.0:8080"));
        assert!(refusal.problem.problem.contains("--listen-beyond-loopback"));
        assert!(allowed(everywhere, "gateway_address", true).is_ok());
    }

    #[test]
    fn a_busy_port_is_named() {
        let busy = io::Error::from(io::ErrorKind::AddrInUse);

        let refusal = refused("127.0.0.1:8080".parse().unwrap(), "control", &busy);

        assert_eq!(
            refusal.problem.problem,
            "127.0.0.1:8080 is in use: choose another port, or 0 for a free one"
        );
    }
}
