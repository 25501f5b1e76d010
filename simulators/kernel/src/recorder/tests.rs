use doublure_journal::{EventKind, Moment};

use super::*;
use crate::{ClockKind, When};

fn recorder(level: CaptureLevel, capacity: usize) -> Recorder {
    let clock = Clock::new(ClockKind::Manual(Moment::from_unix_seconds(0)));
    Recorder::new(clock, level, capacity)
}

fn said(line: impl Into<String>) -> Event {
    Event::DriverSaid { line: line.into() }
}

fn indices(recorder: &Recorder, filter: &Filter) -> Vec<u64> {
    let entries = recorder.entries(filter, usize::MAX);
    entries.iter().map(|entry| entry.index).collect()
}

#[test]
fn a_full_journal_drops_its_oldest_and_says_how_many() {
    let recorder = recorder(CaptureLevel::Meta, 3);

    for line in ["a", "b", "c", "d", "e"] {
        recorder.record(said(line));
    }

    assert_eq!(indices(&recorder, &Filter::default()), [3, 4, 5]);
    assert_eq!(recorder.dropped(), 2);
}

#[test]
fn a_journal_is_bounded_in_bytes_too() {
    let recorder = recorder(CaptureLevel::Full, usize::MAX);
    let body = recorder.body(&[b'x'; MOST_OF_A_BODY]);
    let answer = ResponseSeen {
        body,
        ..ResponseSeen::default()
    };
    let sent = Event::ResponseSent {
        exchange: doublure_journal::ExchangeId(1),
        hop: doublure_journal::Hop::Client,
        response: answer,
    };

    for _ in 0..1_025 {
        recorder.record(sent.clone());
    }

    assert_eq!(
        (recorder.count(&Filter::default()), recorder.dropped()),
        (1_024, 1)
    );
}

#[test]
fn long_texts_of_others_count_among_the_bytes() {
    let recorder = recorder(CaptureLevel::Meta, usize::MAX);
    let long = "x".repeat(1024 * 1024);

    for _ in 0..65 {
        recorder.record(said(long.clone()));
    }

    assert_eq!((recorder.oldest(), recorder.dropped()), (2, 1));
}

#[test]
fn indices_go_on_after_a_clear_and_after_filters_by_index() {
    let recorder = recorder(CaptureLevel::Meta, 10);
    recorder.record(said("a"));
    recorder.record(said("b"));

    recorder.clear();
    recorder.record(said("c"));
    recorder.record(said("d"));

    let after = |index| Filter {
        after: Some(index),
        ..Filter::default()
    };
    assert_eq!(indices(&recorder, &Filter::default()), [3, 4]);
    assert_eq!(indices(&recorder, &after(1)), [3, 4]);
    assert_eq!(indices(&recorder, &after(3)), [4]);
    assert_eq!(indices(&recorder, &after(9)), [0_u64; 0]);
    assert_eq!(recorder.entries(&Filter::default(), 1).len(), 1);
    assert_eq!(recorder.dropped(), 0);
}

#[test]
fn a_body_is_cut_where_a_character_ends_and_no_token_is_split() {
    let recorder = recorder(CaptureLevel::Full, 1);
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl";
    let long = format!("{}{token}", "é".repeat(MOST_OF_A_BODY / 2 - 10));

    let body = recorder.body(long.as_bytes()).unwrap();

    assert!(body.text.len() <= MOST_OF_A_BODY && !body.text.contains("eyJ"));
    assert!(!body.cut, "the mask is shorter than the token");
    assert_eq!(body.length, long.len() as u64);
    assert!(
        recorder
            .body("é".repeat(MOST_OF_A_BODY).as_bytes())
            .unwrap()
            .cut
    );
}

#[test]
fn each_level_keeps_what_it_says() {
    let headers = http::HeaderMap::from_iter([(
        http::header::AUTHORIZATION,
        http::HeaderValue::from_static("Bearer opaque"),
    )]);
    let kept = |level| {
        let recorder = recorder(level, 1);
        (recorder.headers(&headers), recorder.body(b"x").is_some())
    };
    let masked = vec![("authorization".to_owned(), "Bearer ⟦token:1⟧".to_owned())];

    assert_eq!(kept(CaptureLevel::Meta), (vec![], false));
    assert_eq!(kept(CaptureLevel::Heads), (masked.clone(), false));
    assert_eq!(kept(CaptureLevel::Full), (masked, true));
}

#[tokio::test]
async fn waiting_ends_when_enough_entries_are_there() {
    let recorder = recorder(CaptureLevel::Meta, 2);
    recorder.record(said("a"));
    let filter = Filter {
        event: Some(EventKind::DriverSaid),
        ..Filter::default()
    };

    let (picked, ()) = tokio::join!(
        recorder.wait_for(&filter, 2, Duration::from_secs(60)),
        async {
            recorder.record(Event::Stalled {
                lasted: Duration::ZERO,
            });
            recorder.record(said("b"));
        }
    );

    // The journal holds two: the first line is gone, and was counted all the same.
    assert_eq!(picked, 1);
}

#[tokio::test]
async fn waiting_for_what_does_not_come_ends_with_the_patience() {
    let recorder = recorder(CaptureLevel::Meta, 2);

    let picked = recorder
        .wait_for(&Filter::default(), 1, Duration::from_millis(1))
        .await;

    assert_eq!(picked, 0);
}

#[tokio::test]
async fn a_move_of_the_clock_is_written_down() {
    let recorder = recorder(CaptureLevel::Meta, 2);
    let clock = recorder.store.clock.clone();

    clock
        .advance(
            Duration::from_secs(5),
            When::default(),
            Duration::from_secs(60),
        )
        .await
        .unwrap();

    let entry = recorder.entries(&Filter::default(), 1).remove(0);
    assert_eq!(entry.at, Moment::from_unix_seconds(5));
    let moved = Event::ClockMoved {
        from: Moment::from_unix_seconds(0),
        to: Moment::from_unix_seconds(5),
    };
    assert_eq!(entry.event, moved);
}

/// A sink that can be looked at.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Entry>>>);

impl Sink for Seen {
    fn take(&self, entry: Entry) {
        self.0.lock().unwrap().push(entry);
    }

    fn introduces(&self, mask: &str, raw: &str) -> Option<String> {
        Some(format!("{mask} has {} letters", raw.len()))
    }
}

fn shows(recorder: &Recorder, token: &str) {
    let labels = Labels {
        token: Some(token.into()),
        ..Labels::default()
    };
    let request = Request::new(Bytes::new());
    let exchange = ExchangeId(1);
    recorder.request(Edge::Got, exchange, Hop::Client, &request, &labels, None);
}

#[test]
fn a_sink_is_given_every_entry_also_those_that_the_store_drops() {
    let recorder = recorder(CaptureLevel::Meta, 1);
    let seen = Seen::default();
    recorder.record(said("before"));
    recorder.tee(seen.clone());

    for line in ["a", "b", "c"] {
        recorder.record(said(line));
    }

    let seen = seen.0.lock().unwrap().clone();
    assert_eq!(
        seen.iter().map(|entry| entry.index).collect::<Vec<_>>(),
        [2, 3, 4]
    );
    assert_eq!(seen.last(), recorder.entries(&Filter::default(), 1).last());
}

#[test]
fn a_token_is_introduced_once_before_the_request_that_shows_it() {
    let recorder = recorder(CaptureLevel::Meta, 10);
    let seen = Seen::default();
    recorder.tee(seen.clone());

    shows(&recorder, "first");
    shows(&recorder, "first");
    shows(&recorder, "another");

    let seen = seen.0.lock().unwrap().clone();
    let told: Vec<_> = seen
        .iter()
        .map(|entry| match &entry.event {
            Event::Noted { topic, text, .. } => format!("{topic}: {text}"),
            other => format!("{:?}", other.request().unwrap().token.as_deref()),
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    token: ⟦token:1⟧ has 5 letters
    Some("⟦token:1⟧")
    Some("⟦token:1⟧")
    token: ⟦token:2⟧ has 7 letters
    Some("⟦token:2⟧")
    "#);
}
