//! What breaks below HTTP breaks between `plain` and whoever calls it.

use std::time::Duration;

use doublure_control::{JournalQuery, NewSession};
use doublure_journal::{Entry, Event, EventKind, Filter, Hop};
use doublure_scenarios::library;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::asked;
use crate::{
    caller::Caller,
    faults::fault,
    house::{House, PATIENCE, aggregate, company, manual},
};

/// Nobody in front, the providers in process or on sockets.
async fn providers_only(providers_on_sockets: bool) -> House {
    House::with(NewSession {
        without_gateway: true,
        providers_on_sockets,
        ..manual()
    })
    .await
}

/// What a caller of `plain` hears that asks about a company, and how the connection ends.
async fn heard(house: &House, waits: Option<Duration>) -> String {
    let plain = &house.doublure.view().providers["plain"];
    let mut stream = Caller::LOCAL.connect(&format!("{plain}/")).await;
    let path = company("all-in-order");
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    if let Some(waits) = waits {
        house.advance_past(1, waits).await;
    }
    let mut came = Vec::new();
    let ended = stream.read_to_end(&mut came).await;
    let text = String::from_utf8_lossy(&came).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let lengths = head.lines().find(|line| line.starts_with("content-length"));
    format!(
        "{:?}, {:?}, {} bytes of body, {:?}",
        head.lines().next().unwrap_or_default(),
        lengths.unwrap_or_default(),
        body.len(),
        ended.map(drop).map_err(|error| error.kind())
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_breaks_on_the_wire_to_a_provider_breaks_on_that_to_it() {
    let faults = [
        ("then: close", None),
        ("then: reset", None),
        ("then: garbage", None),
        ("then: {cut: 0}", None),
        ("then: {cut: 400}", None),
        ("then: {wrong-length: 5}", None),
        ("then: {wrong-length: -5}", None),
        ("then: {drip: {every: 1s, bytes: 100}}", Some(MINUTE)),
        ("delay: 9s", Some(MINUTE)),
    ];
    let mut told = Vec::new();
    for (effect, waits) in faults {
        let mut both = Vec::new();
        for on_sockets in [false, true] {
            let house = providers_only(on_sockets).await;
            house.play(&fault("insee", effect)).await;

            both.push(heard(&house, waits).await);
        }
        assert_eq!(both[0], both[1], "{effect}");
        told.push(format!("{effect}: {}", both[0]));
    }

    insta::assert_snapshot!(told.join("\n"), @r#"
    then: close: "", "", 0 bytes of body, Ok(())
    then: reset: "", "", 0 bytes of body, Err(ConnectionReset)
    then: garbage: "220 \0\u{1}\u{2} ready", "", 0 bytes of body, Ok(())
    then: {cut: 0}: "HTTP/1.1 200 OK", "content-length: 1154", 0 bytes of body, Ok(())
    then: {cut: 400}: "HTTP/1.1 200 OK", "content-length: 1154", 400 bytes of body, Ok(())
    then: {wrong-length: 5}: "HTTP/1.1 200 OK", "content-length: 1159", 1154 bytes of body, Ok(())
    then: {wrong-length: -5}: "HTTP/1.1 200 OK", "content-length: 1149", 1154 bytes of body, Ok(())
    then: {drip: {every: 1s, bytes: 100}}: "HTTP/1.1 200 OK", "content-length: 1154", 1154 bytes of body, Ok(())
    delay: 9s: "HTTP/1.1 200 OK", "content-length: 1154", 1154 bytes of body, Ok(())
    "#);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_provider_that_drips_is_not_done_before_its_last_byte_is_out() {
    let house = providers_only(false).await;
    let effect = "then: {drip: {every: 1s, bytes: 100}}";
    house.play(&fault("insee", effect)).await;
    let drips = heard(&house, Some(MINUTE)).await;

    let entries = entries(&house).await;
    let at = |wanted: EventKind| {
        let of_insee = |entry: &&Entry| entry.event.kind() == wanted && is_data(&entries, entry);
        entries.iter().find(of_insee).map(|entry| entry.at)
    };
    let (got, sent) = (at(EventKind::RequestGot), at(EventKind::ResponseSent));

    assert!(drips.starts_with("\"HTTP/1.1 200 OK\""), "{drips}");
    assert!(sent.unwrap().since(got.unwrap()) > Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_silent_provider_silences_the_connection_to_it() {
    for on_sockets in [false, true] {
        let house = providers_only(on_sockets).await;
        house
            .play(library::find("silent-provider").unwrap().text)
            .await;
        let plain = &house.doublure.view().providers["plain"];
        let silenced = Filter {
            event: Some(EventKind::ConnectionSilenced),
            ..Filter::default()
        };

        let mut stream = Caller::LOCAL.connect(&format!("{plain}/")).await;
        let request = format!(
            "GET {} HTTP/1.1\r\nhost: x\r\n\r\n",
            company("all-in-order")
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let session = house.doublure.session();
        let seen = session.wait_for(&silenced, 1, PATIENCE).await.unwrap();

        assert_eq!(seen, 1, "{on_sockets}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_breaks_in_one_of_several_sources_is_met_by_it() {
    for effect in ["then: reset", "then: {cut: 20}", "then: garbage"] {
        let house = House::with(NewSession {
            without_gateway: true,
            edition: Some("documented-v2".into()),
            ..manual()
        })
        .await;
        house.play(&fault("infogreffe", effect)).await;

        let partial = asked(&house, &aggregate("all-in-order")).await;

        assert_eq!(partial.status, 206, "{effect}");
    }
}

async fn entries(house: &House) -> Vec<Entry> {
    let session = house.doublure.session();
    let sent = Filter {
        event: Some(EventKind::ResponseSent),
        hop: Some(Hop::Provider),
        ..Filter::default()
    };
    // The log-in, the data, and what `plain` makes of them.
    session.wait_for(&sent, 3, PATIENCE).await.unwrap();
    let all = JournalQuery::default();
    session.journal(&all).await.unwrap().entries
}

/// Whether an entry is of a call for data that a provider got.
fn is_data(entries: &[Entry], entry: &Entry) -> bool {
    entries.iter().any(|other| match &other.event {
        Event::RequestGot {
            exchange, request, ..
        } => {
            entry.event.exchange() == Some(*exchange)
                && request.call.as_deref() == Some("unite-legale")
        }
        _ => false,
    })
}

const MINUTE: Duration = Duration::from_secs(60);
