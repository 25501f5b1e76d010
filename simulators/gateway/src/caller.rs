//! Whose call it is: the address that quotas of addresses, bans and allow-lists go by.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

/// The caller's address: that of the connection, or, where callers are believed it, the last one of `X-Forwarded-For`.
///
/// The last, since the nearest proxy wrote it; what stands before it is hearsay. Texts that are no address are none.
pub(crate) fn address(peer: SocketAddr, headers: &HeaderMap, trusts_forwarded_for: bool) -> IpAddr {
    let told = trusts_forwarded_for.then(|| forwarded(headers)).flatten();
    told.unwrap_or_else(|| peer.ip()).to_canonical()
}

fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let with_port = |text: &str| text.parse().ok().map(|address: SocketAddr| address.ip());
    last.parse().ok().or_else(|| with_port(last))
}

const FORWARDED_FOR: &str = "x-forwarded-for";

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(forwarded: &[&'static str], trusts: bool) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        address(([192, 0, 2, 1], 40_000).into(), &headers, trusts).to_string()
    }

    #[test]
    fn the_last_address_that_was_forwarded_counts_where_it_is_trusted() {
        assert_eq!(caller(&["198.51.100.7, 203.0.113.9"], true), "203.0.113.9");
        assert_eq!(
            caller(&["198.51.100.7", "203.0.113.9"], true),
            "203.0.113.9"
        );
        assert_eq!(caller(&["203.0.113.9:4711"], true), "203.0.113.9");
        assert_eq!(caller(&["203.0.113.9"], false), "192.0.2.1");
    }

    #[test]
    fn what_is_no_address_or_not_there_is_the_connection_s() {
        assert_eq!(caller(&[], true), "192.0.2.1");
        assert_eq!(caller(&["unknown"], true), "192.0.2.1");
    }

    #[test]
    fn an_address_has_one_form() {
        assert_eq!(caller(&["::ffff:203.0.113.9"], true), "203.0.113.9");
    }
}
