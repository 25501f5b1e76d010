//! A clock moved by hand under HTTP on real sockets.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Poll,
    time::Duration,
};

use doublure_journal::{EventKind, Failure, Hop};
use doublure_kernel::{AdvanceError, Host, Labels, Order, Place, Service, Session, Upstream, When};
use http::Request;

use crate::support::{Caller, PATIENCE, advance, answer, host, play, seconds, session, wait_for};

/// Answers after so long.
fn slow(session: &Session, after: Duration) -> Arc<dyn Service> {
    let clock = session.clock().clone();
    play(move |_| {
        let clock = clock.clone();
        async move {
            clock.sleep(after, Order::Delivery).await;
            answer(200, "late")
        }
    })
}

/// A gateway that waits so long for its provider.
fn gateway(session: &Session, place: Place, deadline: Duration) -> Arc<dyn Service> {
    let session = session.clone();
    let upstream = Upstream {
        provider: "insee".into(),
        place,
    };
    play(move |exchange| {
        let (session, upstream) = (session.clone(), upstream.clone());
        async move {
            let request = Request::new(bytes::Bytes::new());
            let asked = upstream.exchange(&session, exchange.id, Labels::default(), request);
            match session.clock().within(deadline, asked).await {
                Ok(Ok(response)) => answer(200, response.into_body()),
                Ok(Err(Failure::Refused)) => answer(503, ""),
                Ok(Err(_)) => answer(502, ""),
                Err(_) => answer(504, ""),
            }
        }
    })
}

/// Gateway and provider on two of our own sockets.
async fn hop(session: &Session, after: Duration, deadline: Duration) -> (Host, Host) {
    let provider = host(session, Hop::Provider, slow(session, after)).await;
    let place = Place::Socket(provider.address());
    let gateway = host(session, Hop::Client, gateway(session, place, deadline)).await;
    (gateway, provider)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_stays_silent_for_ten_seconds_gives_504_and_not_before() {
    let session = session();
    let (gateway, _provider) = hop(&session, seconds(20), seconds(10)).await;
    let mut caller = Caller::connect(&gateway).await;
    caller.ask("/a").await;

    advance(&session, seconds(10) - Duration::from_micros(1), 1).await;
    let before = session.calls_in_progress();
    advance(&session, Duration::from_micros(1), 1).await;

    assert_eq!(caller.answer().await.status(), 504);
    assert_eq!((before, session.calls_in_progress()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_at_exactly_the_deadline_is_in_time() {
    for in_process in [true, false] {
        let session = session();
        let (at_the_deadline, a_moment_later) =
            (seconds(10), seconds(10) + Duration::from_micros(1));
        let mut statuses = Vec::new();
        for after in [at_the_deadline, a_moment_later] {
            let service = slow(&session, after);
            let provider = host(&session, Hop::Provider, Arc::clone(&service)).await;
            let place = match in_process {
                true => Place::InProcess(service),
                false => Place::Socket(provider.address()),
            };
            let gateway = host(&session, Hop::Client, gateway(&session, place, seconds(10))).await;
            let mut caller = Caller::connect(&gateway).await;
            caller.ask("/a").await;
            advance(&session, seconds(12), 1).await;
            statuses.push(caller.answer().await.status());
        }

        assert_eq!(statuses, [200, 504]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hop_over_two_of_our_own_sockets_is_never_judged_wrongly_on_a_busy_machine() {
    let busy = Arc::new(AtomicBool::new(true));
    let hogs = [(); 3].map(|()| {
        let busy = Arc::clone(&busy);
        std::thread::spawn(move || while busy.load(Relaxed) {})
    });
    let session = session();
    let (gateway, _provider) = hop(&session, seconds(3), seconds(10)).await;
    let mut caller = Caller::connect(&gateway).await;

    let mut wrong = 0;
    for _ in 0..1_000 {
        caller.ask("/a").await;
        advance(&session, seconds(12), 1).await;
        wrong += usize::from(caller.answer().await.status() != 200);
    }

    busy.store(false, Relaxed);
    for hog in hogs {
        hog.join().unwrap();
    }
    assert_eq!(wrong, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_answer_between_two_of_our_own_sockets_is_waited_for() {
    let session = session();
    let clock = session.clock().clone();
    let large = play(move |_| {
        let clock = clock.clone();
        async move {
            clock.sleep(seconds(3), Order::Delivery).await;
            answer(200, vec![b'x'; 8 * 1024 * 1024])
        }
    });
    let provider = host(&session, Hop::Provider, large).await;
    let place = Place::Socket(provider.address());
    let gateway = host(&session, Hop::Client, gateway(&session, place, seconds(10))).await;

    for _ in 0..3 {
        let mut caller = Caller::connect(&gateway).await;
        caller.ask("/a").await;
        // The caller reads nothing yet: what is on its way to it is not ours to wait for.
        advance(&session, seconds(12), 1).await;
        assert_eq!(caller.answer().await.status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_and_twelve_hours_pass_in_one_move() {
    let session = session();
    let (gateway, _provider) = hop(&session, seconds(43_000), seconds(43_200)).await;
    let mut callers = Vec::new();
    for _ in 0..64 {
        let mut caller = Caller::connect(&gateway).await;
        caller.ask("/a").await;
        callers.push(caller);
    }

    advance(&session, seconds(43_200), 64).await;

    for caller in &mut callers {
        assert_eq!(caller.answer().await.status(), 200);
    }
}

#[tokio::test]
async fn a_move_that_waits_for_more_calls_than_there_are_is_refused_and_moves_nothing() {
    let session = session();
    let (gateway, _provider) = hop(&session, seconds(3), seconds(10)).await;
    let mut caller = Caller::connect(&gateway).await;
    caller.ask("/a").await;
    let before = advance(&session, Duration::ZERO, 1).await;

    let patience = Duration::from_millis(1);
    let two = When { parked: Some(2) };
    let refused = session.clock().advance(seconds(5), two, patience).await;

    let error = AdvanceError::NotParked {
        wanted: 2,
        seen: 1,
        patience,
    };
    assert_eq!(refused, Err(error));
    assert_eq!(session.clock().now(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_never_rests_is_named_and_not_waited_for_for_ever() {
    let session = session();
    let _restless = session.spawn(std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        Poll::<()>::Pending
    }));

    let patience = Duration::from_millis(1);
    let moved = session
        .clock()
        .advance(seconds(1), When::default(), patience)
        .await;

    let error = AdvanceError::Unsettled {
        busy: 1,
        in_flight: 0,
        patience,
    };
    assert_eq!(moved, Err(error));
}

#[tokio::test]
async fn timers_that_beget_timers_do_not_hold_a_move_for_ever() {
    let session = session();
    let clock = session.clock().clone();
    let _endless = session.spawn(async move {
        loop {
            clock.sleep(Duration::from_micros(1), Order::Delivery).await;
        }
    });

    let a_year = seconds(31_536_000);
    let moved = session
        .clock()
        .advance(a_year, When::default(), Duration::from_millis(20))
        .await;

    assert!(
        matches!(moved, Err(AdvanceError::Unsettled { .. })),
        "{moved:?}"
    );
}

#[tokio::test]
async fn a_move_that_waits_for_no_call_runs_past_one_that_has_just_been_written() {
    let session = session();
    let (gateway, _provider) = hop(&session, seconds(3), seconds(10)).await;
    advance(&session, Duration::ZERO, 0).await;
    let mut caller = std::net::TcpStream::connect(gateway.address()).unwrap();

    // On one thread, and without an await, nothing of the session runs between these two.
    std::io::Write::write_all(&mut caller, b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let heedless = When::default();
    let moved = session.clock().advance(seconds(20), heedless, PATIENCE);
    let now = moved.await.unwrap();

    let got = wait_for(&session, EventKind::RequestGot, 1).await.remove(0);
    assert_eq!(got.at, now);
}

#[tokio::test]
async fn a_real_clock_is_not_moved_by_what_it_knows_nothing_of() {
    let real = doublure_kernel::Clock::new(doublure_kernel::ClockKind::Real);
    let when = When { parked: Some(1) };

    let moved = real.advance(seconds(1), when, PATIENCE).await;
    let to_next = real.advance_to_next(PATIENCE).await;

    assert_eq!(moved, Err(AdvanceError::Real));
    assert_eq!(to_next, Err(AdvanceError::Real));
}
