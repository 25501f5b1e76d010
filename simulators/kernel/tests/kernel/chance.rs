//! The promise for requests that come one after another under a manual clock: bit for bit the same.

use std::sync::Arc;

use doublure_journal::{Entry, Event, Filter, Hop};
use doublure_kernel::{Labels, Place, Session, SessionConfig, Upstream};
use doublure_scenarios::{Effect, Fault, On, Scenario, When, WireFault};
use http::Request;

use crate::support::{
    Caller, advance, answer, config, fault, host, play, seconds, struck, wait_for,
};

/// A session in which a third of the provider's answers are late and a fifth are reset.
fn chancy(seed: u64) -> Session {
    let share = |name: &str, share| Fault {
        name: name.into(),
        when: When {
            share: Some(share),
            ..When::default()
        },
        ..fault(On::Provider, Effect::Wire(WireFault::Reset))
    };
    let late = Fault {
        delay: seconds(12).into(),
        then: Effect::Pass,
        ..share("late", 0.33)
    };
    Session::new(SessionConfig {
        seed,
        scenario: Scenario {
            faults: vec![late, share("reset", 0.2)],
            ..Scenario::default()
        },
        ..config()
    })
}

/// Thirty calls through a gateway and a provider of ours; statuses and journal.
async fn run(seed: u64) -> (Vec<u16>, Vec<Entry>) {
    let session = chancy(seed);
    let service = struck(&session, Hop::Provider, || answer(200, "x"));
    let provider = host(&session, Hop::Provider, service).await;
    let upstream = Arc::new(Upstream {
        provider: "insee".into(),
        place: Place::Socket(provider.address()),
    });
    let asking = session.clone();
    let gateway = play(move |exchange| {
        let (session, upstream) = (asking.clone(), Arc::clone(&upstream));
        async move {
            let request = Request::new(bytes::Bytes::new());
            let asked = upstream.exchange(&session, exchange.id, Labels::default(), request);
            match session.clock().within(seconds(10), asked).await {
                Ok(Ok(_)) => answer(200, ""),
                Ok(Err(_)) => answer(502, ""),
                Err(_) => answer(504, ""),
            }
        }
    });
    let host = host(&session, Hop::Client, gateway).await;
    let mut caller = Caller::connect(&host).await;
    let mut statuses = Vec::new();
    for call in 1..=30 {
        caller.ask("/a").await;
        wait_for(&session, doublure_journal::EventKind::RequestSent, call).await;
        advance(&session, seconds(20), 0).await;
        statuses.push(caller.answer().await.status());
    }
    let entries = session.journal().entries(&Filter::default(), usize::MAX);
    (statuses, entries.into_iter().map(without_ports).collect())
}

fn without_ports(mut entry: Entry) -> Entry {
    match &mut entry.event {
        Event::ConnectionOpened { peer, local, .. } => {
            peer.set_port(0);
            local.set_port(0);
        }
        Event::RequestGot { request, .. } => {
            if let Some(address) = &mut request.address {
                address.set_port(0);
            }
        }
        _ => {}
    }
    entry
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_calls_under_the_same_seed_leave_the_same_journal() {
    let (statuses, journal) = run(7).await;
    let (again, same) = run(7).await;
    let (other, _) = run(8).await;

    assert_eq!(statuses, again);
    for (entry, twin) in journal.iter().zip(&same) {
        assert_eq!(entry, twin);
    }
    assert_eq!(journal.len(), same.len());
    assert_ne!(statuses, other);
    for status in [200, 502, 504] {
        assert!(statuses.contains(&status), "{status} in {statuses:?}");
    }
}
