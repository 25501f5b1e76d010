//! What providers usually say on the bench: one list a provider.

mod associations;
mod banque_de_france;
mod certificates;
mod data_subvention;
mod dgddi;
mod dgfip;
mod gip_mds;
mod infogreffe;
mod inpi;
mod insee;
mod msa;
mod rnm;
mod urssaf;
mod vies;

use bytes::Bytes;
use http::{Request, header};
use serde_json::json;

/// A call of a provider: its name, which targets are it, and what is usually said to it.
pub(super) struct Usual {
    pub(super) call: &'static str,
    pub(super) is: fn(&str) -> bool,
    pub(super) says: fn() -> Bytes,
}

/// The call that a request is. A test fails where it is none.
pub(super) fn call_of(request: &Request<Bytes>) -> &'static Usual {
    let host = request.headers()[header::HOST].to_str().unwrap();
    let target = request.uri().to_string();
    let of_host = CALLS.iter().find(|(provider, _)| *provider == host);
    let mut calls = of_host.into_iter().flat_map(|(_, calls)| *calls);
    let call = calls.find(|call| (call.is)(&target));
    call.unwrap_or_else(|| panic!("the bench has no call of {host} at {target}"))
}

/// The providers of the bench.
pub(super) fn providers() -> impl Iterator<Item = &'static str> {
    CALLS.iter().map(|(provider, _)| *provider)
}

/// A log-in that gives a bearer for an hour.
const LOGIN: Usual = Usual {
    call: "login",
    is: |target| target == "/token",
    says: || {
        let granted = json!({"access_token": "abc", "expires_in": 3_600});
        granted.to_string().into()
    },
};

/// The list of lists: what each provider has beside a log-in that is no usual one.
const CALLS: &[(&str, &[Usual])] = &[
    ("insee", insee::CALLS),
    ("infogreffe", infogreffe::CALLS),
    ("urssaf", urssaf::CALLS),
    ("dgfip", dgfip::CALLS),
    ("banque_de_france", banque_de_france::CALLS),
    ("gip_mds", gip_mds::CALLS),
    ("vies", vies::CALLS),
    ("dgddi", dgddi::CALLS),
    ("msa", msa::CALLS),
    ("probtp", certificates::PROBTP),
    ("cibtp", certificates::CIBTP),
    ("cnetp", certificates::CNETP),
    ("fntp", certificates::FNTP),
    ("qualibat", certificates::QUALIBAT),
    ("qualifelec", certificates::QUALIFELEC),
    ("opqibi", certificates::OPQIBI),
    ("ademe", certificates::ADEME),
    ("carif_oref", certificates::CARIF_OREF),
    ("fabrique_numerique", certificates::FABRIQUE_NUMERIQUE),
    ("inpi", inpi::CALLS),
    ("associations", associations::CALLS),
    ("djepva", associations::CALLS),
    ("data_subvention", data_subvention::CALLS),
    ("rnm", rnm::CALLS),
];
