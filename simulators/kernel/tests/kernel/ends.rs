//! The end of hosts, sessions and tasks.

use doublure_journal::Hop;
use doublure_kernel::{ClockKind, Session, SessionConfig};
use tokio::net::TcpListener;

use crate::support::{Caller, answer, config, host, play, session, within};

#[tokio::test]
async fn a_stopped_host_gives_its_port_back_and_ends_its_connections() {
    let session = session();
    let host = host(&session, Hop::Client, play(|_| std::future::pending())).await;
    let address = host.address();
    let mut caller = Caller::connect(&host).await;
    caller.ask("/a").await;

    within(host.stop()).await;

    assert_eq!(caller.rest().await.1.unwrap_or(0), 0);
    assert!(TcpListener::bind(address).await.is_ok());
}

#[tokio::test]
async fn a_host_ends_with_its_session_and_with_its_last_handle() {
    for by_drop in [true, false] {
        let session = session();
        let host = host(&session, Hop::Client, play(|_| async { answer(200, "x") })).await;
        let mut caller = Caller::connect(&host).await;
        caller.ask("/a").await;
        caller.answer().await;

        if by_drop {
            drop(session);
        } else {
            session.close();
        }

        assert_eq!(caller.rest().await.1.unwrap_or(0), 0);
    }
}

#[tokio::test]
async fn a_task_tells_what_came_of_it_and_none_where_it_panicked_or_the_session_ended() {
    for clock in [config().clock, ClockKind::Real] {
        let session = Session::new(SessionConfig { clock, ..config() });

        let done = session.spawn(async { 7 });
        let panicked = session.spawn(async { assert!(std::hint::black_box(false)) });
        let endless = session.spawn(std::future::pending::<()>());

        assert_eq!(
            (within(done).await, within(panicked).await),
            (Some(7), None)
        );
        session.close();
        assert_eq!(within(endless).await, None);
        assert_eq!(within(session.spawn(async { 7 })).await, None);
    }
}

#[tokio::test]
async fn exchanges_are_numbered_from_one_and_sessions_share_nothing() {
    let (one, other) = (session(), session());

    let numbers = [&one, &one, &other].map(|session| session.next_exchange().0);

    assert_eq!(numbers, [1, 2, 1]);
}
