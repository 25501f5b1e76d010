//! Is the recipient a SIRET (facts 35)? v2 and its documents judge no value (000:479).

use doublure_fixtures::{Edition, Siret};

use crate::{
    Gateway,
    call::{Call, Flow, unless},
    refusal::Refusal,
};

/// Keeps out recipients that are none.
pub(crate) fn step(gateway: &Gateway, call: &mut Call) -> Flow {
    let traced = call.target().filter(|target| target.operation.tracing);
    let judged = traced.is_some_and(|target| {
        target.operation.version > 2 && gateway.policy.edition != Edition::DocumentedV2
    });
    let recipient = call.query.value("recipient").unwrap_or_default();
    unless(if judged { decide(recipient) } else { None })
}

fn decide(recipient: &str) -> Option<Refusal> {
    let is_siret = recipient.parse::<Siret>().is_ok();
    (!is_siret).then(|| Refusal::of("00210"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_a_siret() {
        assert_eq!(decide("13002526500013"), None);
        assert_eq!(decide("SGMAP"), Some(Refusal::of("00210")));
        assert_eq!(decide("13002526500014"), Some(Refusal::of("00210")));
    }
}
