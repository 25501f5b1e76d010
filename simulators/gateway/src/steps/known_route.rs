//! Does the path lead anywhere?

use std::ops::ControlFlow;

use doublure_fixtures::Edition;
use http::StatusCode;

use crate::{
    Gateway,
    call::{self, Call, Flow, Verdict},
    route::Destination,
};

/// Keeps unknown paths out, and in the running service all that is left of v2.
pub(crate) fn step(gateway: &Gateway, call: &mut Call) -> Flow {
    let verdict = match lost(gateway.policy.edition, call.path(), &call.destination) {
        None => return ControlFlow::Continue(()),
        Some(Lost::Refused) => Verdict::code("00404"),
        Some(Lost::Unknown) => text(StatusCode::NOT_FOUND, UNKNOWN),
        Some(Lost::Gone) => text(StatusCode::GONE, GONE),
        Some(Lost::Closed) => text(StatusCode::GONE, CLOSED),
    };
    ControlFlow::Break(verdict)
}

/// How a path is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    /// In the shape of every refusal.
    Refused,
    /// In plain text (facts 25).
    Unknown,
    /// In plain text, once and for all (facts 120).
    Gone,
    /// The same, for one resource (facts 25).
    Closed,
}

fn lost(edition: Edition, path: &str, destination: &Destination) -> Option<Lost> {
    let is_lost = *destination == Destination::Nowhere;
    match edition {
        Edition::Documented | Edition::DocumentedV2 => is_lost.then_some(Lost::Refused),
        Edition::Observed if path.starts_with("/v2/") && path != PRIVILEGES => Some(Lost::Gone),
        Edition::Observed if is_lost && is_of_the_old_inpi(path) => Some(Lost::Closed),
        Edition::Observed => is_lost.then_some(Lost::Unknown),
    }
}

/// Resources that INPI no longer has: `/v3/inpi/unites_legales/{siren}/actes` and three more.
fn is_of_the_old_inpi(path: &str) -> bool {
    let resource = path
        .strip_prefix("/v3/inpi/unites_legales/")
        .and_then(|rest| rest.split_once('/'));
    resource.is_some_and(|(_, name)| ["actes", "brevets", "marques", "modeles"].contains(&name))
}

fn text(status: StatusCode, words: &'static str) -> Verdict {
    Verdict::Answer(call::answer(status, call::TEXT, words.into()))
}

/// The one path of v2 that still lives.
const PRIVILEGES: &str = "/v2/privileges";
const UNKNOWN: &str = "Aucune ressource d'API Entreprise ne répond à cette adresse.";
const CLOSED: &str = "L'INPI ne fournit plus cette ressource, qui est donc fermée.";
const GONE: &str = "La version 2 d'API Entreprise est fermée depuis le 15/11/2023.";

#[cfg(test)]
mod tests {
    use super::*;

    fn at(edition: Edition, path: &str) -> Option<Lost> {
        lost(edition, path, &Destination::Nowhere)
    }

    #[test]
    fn an_unknown_path_is_refused_in_one_shape_or_in_plain_text() {
        assert_eq!(at(Edition::Documented, "/v3/x"), Some(Lost::Refused));
        assert_eq!(at(Edition::DocumentedV2, "/v2/x"), Some(Lost::Refused));
        assert_eq!(at(Edition::Observed, "/v3/x"), Some(Lost::Unknown));
    }

    #[test]
    fn v_two_is_gone_from_the_running_service_but_for_privileges() {
        assert_eq!(at(Edition::Observed, "/v2/entreprises/1"), Some(Lost::Gone));
        assert_eq!(at(Edition::Observed, "/v2/privileges"), Some(Lost::Unknown));
    }

    #[test]
    fn resources_that_inpi_no_longer_has_are_closed() {
        let path = |name| format!("/v3/inpi/unites_legales/418166096/{name}");

        for name in ["actes", "brevets", "marques", "modeles"] {
            assert_eq!(at(Edition::Observed, &path(name)), Some(Lost::Closed));
        }
        assert_eq!(at(Edition::Observed, &path("x")), Some(Lost::Unknown));
        assert_eq!(at(Edition::Documented, &path("actes")), Some(Lost::Refused));
    }
}
