//! May the token be used from this address (facts 21)?

use std::net::IpAddr;

use doublure_scenarios::TokenTerms;

use crate::{
    call::{Call, Flow, unless},
    refusal::Refusal,
};

/// Keeps out who calls from an address that is not on the list of the token, where it has one.
pub(crate) fn step(call: &mut Call) -> Flow {
    let terms = call.access.holder().map(|holder| &*holder.terms);
    unless(terms.and_then(|terms| decide(terms, call.address())))
}

fn decide(terms: &TokenTerms, from: IpAddr) -> Option<Refusal> {
    let allowed = terms.allowed_addresses.as_ref();
    let refused = allowed.is_some_and(|allowed| !allowed.contains(&from));
    refused.then(|| Refusal::of("00107"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_with_a_list_is_good_from_the_addresses_on_it_only() {
        let listed = |allowed: Option<[u8; 4]>| TokenTerms {
            allowed_addresses: allowed.map(|address| vec![address.into()]),
            ..TokenTerms::default()
        };
        let here = IpAddr::from([192, 0, 2, 1]);

        assert_eq!(decide(&listed(None), here), None);
        assert_eq!(decide(&listed(Some([192, 0, 2, 1])), here), None);
        assert_eq!(
            decide(&listed(Some([192, 0, 2, 2])), here),
            Some(Refusal::of("00107"))
        );
    }
}
