//! Does a fault of the scenario strike the client hop?

use std::ops::ControlFlow;

use doublure_journal::Hop;
use doublure_kernel::{Fingerprint, Subject};
use doublure_scenarios::{Answer, Effect, WireFault};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::{
    Gateway,
    call::{Call, Flow, Verdict},
};

/// Waits the fault's delay; then its effect takes the place of the answer, or waits for it.
pub(crate) async fn step(gateway: &Gateway, call: &mut Call) -> Flow {
    if !gateway.session.engine().is_armed() {
        return ControlFlow::Continue(());
    }
    let exchange = &call.exchange;
    let token = call.access.holder().map(|valid| &*valid.jti);
    let subject = Subject {
        hop: Hop::Client,
        labels: &exchange.labels,
        address: Some(call.address()),
        fingerprint: Fingerprint::of(Hop::Client, &exchange.request, token),
        connecting: false,
    };
    match gateway.session.strike(subject, exchange).await {
        None | Some(Effect::Pass) => ControlFlow::Continue(()),
        // It has no other symptom than a failure inside.
        Some(Effect::Symptom(_)) => ControlFlow::Break(Verdict::code("00500")),
        Some(Effect::Answer(answer)) => ControlFlow::Break(Verdict::Answer(spoken(answer))),
        Some(Effect::Damage(damage)) => {
            call.damage = Some(damage);
            ControlFlow::Continue(())
        }
        Some(Effect::Wire(wire)) => broken(call, wire),
    }
}

/// What leaves room for an answer damages the one that is to come; all else takes its place.
fn broken(call: &mut Call, wire: WireFault) -> Flow {
    match wire {
        WireFault::Cut { .. } | WireFault::Drip { .. } | WireFault::WrongLength { .. } => {
            call.wire = Some(wire);
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Break(Verdict::Breaks(wire)),
    }
}

fn spoken(answer: Answer) -> Response<bytes::Bytes> {
    let mut response = Response::new(answer.body.into());
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_scenario_is_given_as_it_stands() {
        let answer = Answer {
            status: 206,
            headers: [("Content-Type".to_owned(), "text/html".to_owned())].into(),
            body: "<p>".to_owned(),
        };

        let response = spoken(answer);

        assert_eq!(response.status(), 206);
        assert_eq!(response.headers()["content-type"], "text/html");
        assert_eq!(response.body().as_ref(), b"<p>");
    }
}
