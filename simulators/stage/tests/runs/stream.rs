//! The journal as server-sent events.

use std::time::Duration;

use doublure_control::{Client, JournalQuery, NewSession, patience};
use doublure_journal::{Event, EventKind, Filter};
use doublure_stage::{Stage, StageConfig};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    caller::Caller,
    house::{House, manual},
};

fn said(line: &str) -> Event {
    Event::DriverSaid { line: line.into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_comes_back_goes_on_after_the_last_event_that_it_saw() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    let view = stage.create(manual()).await.unwrap();
    let session = Client::new(stage.control()).session(&view.name);
    session.record(&said("one")).await.unwrap();
    session.record(&said("two")).await.unwrap();

    let mut stream = TcpStream::connect(stage.control()).await.unwrap();
    let request = "GET /sessions/session-1/journal/stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 1\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut told = String::new();
    while !told.contains("two") {
        let mut piece = [0; 1024];
        let length = stream.read(&mut piece).await.unwrap();
        assert!(length > 0, "{told}");
        told.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    stage.end(&view.name).await.unwrap();
    stream.read_to_string(&mut told).await.unwrap();

    assert!(told.contains("content-type: text/event-stream"), "{told}");
    let event = "id: 2\nevent: driver_said\ndata: {\"index\":2,";
    assert!(told.contains(event) && !told.contains("one"), "{told}");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn entries_come_as_they_are_written_and_only_those_that_were_asked_for() {
    let house = House::documented().await;
    let session = house.doublure.session();
    let filter = Filter {
        event: Some(EventKind::DriverSaid),
        ..Filter::default()
    };
    let mut following = session.follow(&filter).await.unwrap();

    house.get("/privileges").await;
    session.record(&said("afterwards")).await.unwrap();
    let next = patience(Duration::from_secs(60), following.next()).await;

    let entry = next.expect("an entry").unwrap().unwrap();
    assert_eq!(entry.event, said("afterwards"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_filter_with_a_typo_and_an_unknown_session_are_refused() {
    let stage = Stage::open(StageConfig::default()).await.unwrap();
    stage.create(manual()).await.unwrap();

    let url = |rest: &str| format!("http://{}/sessions/{rest}", stage.control());
    let typo = url("session-1/journal/stream?hopp=client");
    let typo = Caller::LOCAL.send("GET", &typo, "").await;
    let elsewhere = Client::new(stage.control()).session("elsewhere");
    let unknown = elsewhere.follow(&Filter::default()).await.unwrap_err();

    assert_eq!(typo.status, 400);
    assert!(typo.json()["problem"].as_str().unwrap().contains("hopp"));
    assert!(unknown.to_string().contains("elsewhere"), "{unknown}");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_dropped_is_told_to_readers_and_followers() {
    let house = House::with(NewSession {
        journal_entries: Some(3),
        ..manual()
    })
    .await;
    let session = house.doublure.session();
    for nth in 1..=5 {
        session.record(&said(&nth.to_string())).await.unwrap();
    }

    let page = session.journal(&JournalQuery::default()).await.unwrap();
    let mut following = session.follow(&Filter::default()).await.unwrap();
    let first = following.next().await.unwrap().unwrap();

    assert_eq!((page.entries.len(), page.dropped), (3, 2));
    assert_eq!((first.index, following.dropped()), (3, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_cleared_was_not_dropped() {
    let house = House::documented().await;
    let session = house.doublure.session();
    session.record(&said("one")).await.unwrap();
    session.clear_journal().await.unwrap();
    session.record(&said("two")).await.unwrap();

    let mut following = session.follow(&Filter::default()).await.unwrap();
    let first = following.next().await.unwrap().unwrap();

    assert_eq!((first.index, following.dropped()), (2, 0));
}
