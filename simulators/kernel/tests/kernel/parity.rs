//! A provider in process and one on a socket are told apart by nothing but ids and ports.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use doublure_journal::{CaptureLevel, Event, EventKind, Failure, Filter, Hop, Moment};
use doublure_kernel::{Elapsed, Labels, Place, Session, SessionConfig, Upstream};
use doublure_scenarios::{Drip, Effect, Fault, On, Scenario, WireFault, delay::Spread};
use http::{Request, Response};

use crate::support::{advance, answer, config, fault, host, seconds, struck, wire};

type Outcome = Result<Result<Response<Bytes>, Failure>, Elapsed>;

/// Every fault below HTTP, and none, and delays around the deadline.
fn faults() -> Vec<Fault> {
    let wires = [
        WireFault::Refuse,
        WireFault::Unreachable,
        WireFault::Unresolvable,
        WireFault::Silence,
        WireFault::Close,
        WireFault::Reset,
        WireFault::Cut { after: 0 },
        WireFault::Cut { after: 4 },
        WireFault::Cut { after: 10_000 },
        WireFault::Drip(Drip::bytewise(Duration::from_millis(10))),
        WireFault::Drip(Drip::bytewise(seconds(1))),
        WireFault::Drip(Drip {
            bytes: 50,
            ..Drip::bytewise(one_to_two())
        }),
        WireFault::Garbage,
        WireFault::WrongLength { by: 5 },
        WireFault::WrongLength { by: -5 },
    ];
    let drawn = Fault {
        delay: one_to_two(),
        ..fault(On::Provider, Effect::Pass)
    };
    let late = |delay: Duration| Fault {
        delay: delay.into(),
        ..fault(On::Provider, Effect::Pass)
    };
    let late_reset = Fault {
        delay: seconds(3).into(),
        ..wire(WireFault::Reset)
    };
    let slow_tls = Fault {
        delay: seconds(3).into(),
        ..wire(WireFault::SlowTls)
    };
    let late_refusal = Fault {
        delay: seconds(3).into(),
        ..wire(WireFault::Refuse)
    };
    let none = fault(On::Client, Effect::Pass);
    let others = [
        none,
        drawn,
        late(seconds(3)),
        late(seconds(10)),
        late(seconds(11)),
        late_reset,
        late_refusal,
        slow_tls,
    ];
    wires.map(wire).into_iter().chain(others).collect()
}

fn one_to_two() -> doublure_scenarios::Delay {
    let (from, to) = (seconds(1), seconds(2));
    Spread::Uniform { from, to }.into()
}

/// One call with a deadline of ten seconds; what came of it, and the journal.
async fn call(fault: Fault, on_socket: bool) -> (Outcome, Vec<(Moment, Event)>) {
    let session = Session::new(SessionConfig {
        capture: CaptureLevel::Full,
        scenario: Scenario {
            faults: vec![fault],
            ..Scenario::default()
        },
        ..config()
    });
    let service = struck(&session, Hop::Provider, || answer(200, "0123456789"));
    let provider = host(&session, Hop::Provider, Arc::clone(&service)).await;
    let place = match on_socket {
        true => Place::Socket(provider.address()),
        false => Place::InProcess(service),
    };
    let upstream = Upstream {
        provider: "insee".into(),
        place,
    };
    let parent = session.next_exchange();
    let asking = session.clone();
    let asked = session.spawn(async move {
        let request = Request::post("https://insee.test/418166096?q=1")
            .header("authorization", "Bearer secret")
            .body("what?".into())
            .unwrap();
        let asked = upstream.exchange(&asking, parent, Labels::default(), request);
        asking.clock().within(seconds(10), asked).await
    });
    advance(&session, seconds(20), 0).await;
    let outcome = asked.await.unwrap();
    // What a dropped exchange leaves behind is settled by now, or never.
    advance(&session, seconds(20), 0).await;
    (outcome, journal(&session))
}

fn journal(session: &Session) -> Vec<(Moment, Event)> {
    let entries = session.journal().entries(&Filter::default(), usize::MAX);
    let compared = entries.into_iter().filter(|entry| {
        let kind = entry.event.kind();
        kind != EventKind::ConnectionOpened && kind != EventKind::ConnectionClosed
    });
    compared
        .map(|entry| (entry.at, without_ports(entry.event)))
        .collect()
}

fn without_ports(mut event: Event) -> Event {
    if let Event::RequestGot { request, .. } = &mut event
        && let Some(address) = &mut request.address
    {
        address.set_port(0);
    }
    event
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Ok(Ok(response)) => {
            let (status, headers, body) = (response.status(), response.headers(), response.body());
            format!("{status} {headers:?} {body:?}")
        }
        Ok(Err(failure)) => format!("{failure:?}"),
        Err(Elapsed) => "late".into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_gives_the_same_outcome_and_the_same_journal_over_both() {
    for fault in faults() {
        let (in_process, its_journal) = call(fault.clone(), false).await;
        let (on_socket, other_journal) = call(fault.clone(), true).await;

        assert_eq!(told(&in_process), told(&on_socket), "{fault:?}");
        assert_eq!(its_journal, other_journal, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_has_the_outcome_that_its_name_says() {
    let mut outcomes = Vec::new();
    for fault in faults() {
        let (outcome, _) = call(fault.clone(), false).await;
        let told = match &outcome {
            Ok(Ok(response)) => response.status().to_string(),
            _ => told(&outcome),
        };
        outcomes.push(format!("{} after {}: {told}", fault.then, fault.delay));
    }

    insta::assert_snapshot!(outcomes.join("\n"), @"
    refuse after 0s: Refused
    unreachable after 0s: Unreachable
    unresolvable after 0s: Unresolvable
    silence after 0s: late
    close after 0s: Closed
    reset after 0s: Reset
    cut after 0 bytes after 0s: Closed
    cut after 4 bytes after 0s: Closed
    cut after 10000 bytes after 0s: 200 OK
    drip every 10ms after 0s: 200 OK
    drip every 1s after 0s: late
    drip 50 bytes every { uniform: [1s, 2s] } after 0s: 200 OK
    garbage after 0s: Malformed
    wrong-length by 5 after 0s: Closed
    wrong-length by -5 after 0s: 200 OK
    pass after 0s: 200 OK
    pass after { uniform: [1s, 2s] }: 200 OK
    pass after 3s: 200 OK
    pass after 10s: 200 OK
    pass after 11s: late
    reset after 3s: Reset
    refuse after 3s: Refused
    slow-tls after 3s: 200 OK
    ");
}
