//! The JSON of every message: what is written here is what a program in another language has to speak.

use std::fmt::Debug;

use doublure_journal::{Event, EventKind, Hop};
use serde::de::DeserializeOwned;

use super::{samples, *};

/// The JSON of a message, once it was read back as the same message.
fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T) -> String {
    let text = serde_json::to_string_pretty(message).unwrap();
    let read: T = serde_json::from_str(&text).unwrap();
    assert_eq!(&read, message);
    text
}

#[test]
fn what_makes_a_session() {
    insta::assert_snapshot!(json(&samples::new_session()));
}

#[test]
fn every_field_that_makes_a_session_may_be_missing() {
    let read: NewSession = serde_json::from_str("{}").unwrap();

    assert_eq!(read, NewSession::default());
}

#[test]
fn a_mistyped_field_of_a_request_is_refused() {
    let new = serde_json::from_str::<NewSession>(r#"{"sede":1}"#);
    let overrides = serde_json::from_str::<NewSession>(r#"{"overrides":{"quota":1}}"#);
    let advance = serde_json::from_str::<Advance>(r#"{"by_ms":1,"park":1}"#);
    let token = serde_json::from_str::<NewToken>(r#"{"scope":[]}"#);

    for refusal in [
        new.unwrap_err(),
        overrides.unwrap_err(),
        advance.unwrap_err(),
        token.unwrap_err(),
    ] {
        assert!(refusal.to_string().contains("unknown field"), "{refusal}");
    }
}

#[test]
fn a_session() {
    insta::assert_snapshot!(json(&samples::session()));
}

#[test]
fn the_clock_its_settings_and_its_moves() {
    let advance = Advance {
        by_ms: 9_000,
        parked: Some(1),
        patience_ms: Some(500),
    };

    insta::assert_snapshot!(
        [
            json(&samples::clock()),
            json(&advance),
            json(&Advance {
                by_ms: 1,
                ..Advance::default()
            }),
            json(&ClockSetting::Real),
            json(&ClockSetting::Manual(None)),
            json(&ClockSetting::Manual(Some(samples::moment()))),
        ]
        .join("\n")
    );
}

#[test]
fn a_clock_that_is_none_is_refused_with_what_would_be_right() {
    let refusals = ["fast", "manual=", "manual=noon", "real=1", ""]
        .map(|text| text.parse::<ClockSetting>().unwrap_err())
        .join("\n");

    insta::assert_snapshot!(refusals);
}

#[test]
fn questions_to_a_journal_and_their_answers() {
    let filter = Filter {
        after: Some(12),
        event: Some(EventKind::RequestGot),
        hop: Some(Hop::Client),
        operation: Some("v2_privileges".into()),
        ..Filter::default()
    };
    let query = JournalQuery {
        filter: filter.clone(),
        limit: Some(5),
    };
    let wait = WaitQuery {
        filter,
        count: 2,
        patience_ms: 1_000,
    };
    let page = JournalPage {
        entries: vec![Entry {
            index: 13,
            at: samples::moment(),
            event: Event::TrialStarted { trial: "t".into() },
        }],
        dropped: 1,
    };

    insta::assert_snapshot!(
        [
            json(&query),
            json(&JournalQuery::default()),
            json(&wait),
            json(&page),
            json(&Count { count: 2 }),
        ]
        .join("\n")
    );
}

#[test]
fn quotas_addresses_tokens_and_problems() {
    let token = TokenView {
        name: "fresh-1".into(),
        token: "e.y.z".into(),
        expires: samples::moment(),
        revoked: true,
    };
    let wanted = NewToken {
        scopes: Some(vec!["unites_legales".into()]),
        life_seconds: Some(60),
        ..NewToken::default()
    };
    let problem = Problem {
        problem: "unknown field `provder`, did you mean `provider`?".into(),
        line: Some(4),
        column: Some(13),
        field: Some("faults[0].when.provder".into()),
    };
    let bare = Problem {
        problem: "no session is called `x`".into(),
        ..Problem::default()
    };

    insta::assert_snapshot!(
        [
            json(&samples::quota()),
            json(&samples::address()),
            json(&wanted),
            json(&token),
            json(&problem),
            json(&bare),
        ]
        .join("\n")
    );
}
