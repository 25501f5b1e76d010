//! An event with its place and moment, and the filter that picks entries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Event, Hop, Moment};

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Place in the journal, from 1 on; never reused, also after a clear.
    pub index: u64,
    /// When it happened, on the session's clock.
    pub at: Moment,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// The name of an event's variant, as written in a journal: `request_got`, `fault_fired`, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented at its event")]
pub enum EventKind {
    TrialStarted,
    TrialEnded,
    ConnectionOpened,
    ConnectionSecured,
    HandshakeTried,
    ConnectionSilenced,
    ConnectionClosed,
    RequestSent,
    RequestGot,
    ResponseSent,
    ResponseGot,
    ExchangeFailed,
    CallerLeft,
    FaultFired,
    ClockMoved,
    Commanded,
    Noted,
    DriverSpawned,
    DriverExited,
    DriverSaid,
    Stalled,
}

/// Which entries are asked for. An empty filter asks for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Only entries with a greater index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Only this kind of event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventKind>,
    /// Only this hop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hop: Option<Hop>,
    /// Only requests of this operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only calls to this provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Only requests about this SIREN or SIRET.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
}

impl Filter {
    /// Whether `entry` is one of those asked for.
    pub fn picks(&self, entry: &Entry) -> bool {
        let request = entry.event.request();
        let same = |wanted: &Option<String>, known: Option<&Option<String>>| {
            wanted.is_none() || known == Some(wanted)
        };
        self.after.is_none_or(|after| entry.index > after)
            && self.event.is_none_or(|kind| kind == entry.event.kind())
            && (self.hop.is_none() || self.hop == entry.event.hop())
            && same(&self.operation, request.map(|seen| &seen.operation))
            && same(&self.provider, request.map(|seen| &seen.provider))
            && same(&self.entity, request.map(|seen| &seen.entity))
    }
}

impl Event {
    /// The name of this event's variant.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::TrialStarted { .. } => EventKind::TrialStarted,
            Self::TrialEnded { .. } => EventKind::TrialEnded,
            Self::ConnectionOpened { .. } => EventKind::ConnectionOpened,
            Self::ConnectionSecured { .. } => EventKind::ConnectionSecured,
            Self::HandshakeTried { .. } => EventKind::HandshakeTried,
            Self::ConnectionSilenced { .. } => EventKind::ConnectionSilenced,
            Self::ConnectionClosed { .. } => EventKind::ConnectionClosed,
            Self::RequestSent { .. } => EventKind::RequestSent,
            Self::RequestGot { .. } => EventKind::RequestGot,
            Self::ResponseSent { .. } => EventKind::ResponseSent,
            Self::ResponseGot { .. } => EventKind::ResponseGot,
            Self::ExchangeFailed { .. } => EventKind::ExchangeFailed,
            Self::CallerLeft { .. } => EventKind::CallerLeft,
            Self::FaultFired { .. } => EventKind::FaultFired,
            Self::ClockMoved { .. } => EventKind::ClockMoved,
            Self::Commanded { .. } => EventKind::Commanded,
            Self::Noted { .. } => EventKind::Noted,
            Self::DriverSpawned { .. } => EventKind::DriverSpawned,
            Self::DriverExited { .. } => EventKind::DriverExited,
            Self::DriverSaid { .. } => EventKind::DriverSaid,
            Self::Stalled { .. } => EventKind::Stalled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExchangeId, RequestSeen};

    fn got(index: u64, hop: Hop, entity: &str) -> Entry {
        Entry {
            index,
            at: Moment::from_unix_seconds(index),
            event: Event::RequestGot {
                exchange: ExchangeId(index),
                hop,
                request: RequestSeen {
                    method: "GET".into(),
                    entity: Some(entity.into()),
                    ..RequestSeen::default()
                },
            },
        }
    }

    #[test]
    fn an_entry_is_written_with_its_event_beside_its_moment_and_read_back() {
        let entry = got(1, Hop::Client, "418166096");

        let json = serde_json::to_string(&entry).unwrap();

        assert!(json.starts_with(
            r#"{"index":1,"at":"1970-01-01T00:00:01.000000Z","event":"request_got","exchange":1"#
        ));
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
    }

    #[test]
    fn the_kind_is_the_name_that_stands_in_the_journal() {
        let entry = got(1, Hop::Client, "418166096");

        let json = serde_json::to_value(&entry).unwrap();

        assert_eq!(
            json["event"],
            serde_json::to_value(entry.event.kind()).unwrap()
        );
    }

    #[test]
    fn an_empty_filter_picks_everything() {
        assert!(Filter::default().picks(&got(1, Hop::Client, "418166096")));
    }

    #[test]
    fn each_field_of_a_filter_narrows() {
        let entry = got(2, Hop::Provider, "418166096");
        let misses = [
            Filter {
                after: Some(2),
                ..Filter::default()
            },
            Filter {
                event: Some(EventKind::RequestSent),
                ..Filter::default()
            },
            Filter {
                hop: Some(Hop::Client),
                ..Filter::default()
            },
            Filter {
                operation: Some("x".into()),
                ..Filter::default()
            },
            Filter {
                provider: Some("insee".into()),
                ..Filter::default()
            },
            Filter {
                entity: Some("130025265".into()),
                ..Filter::default()
            },
        ];

        for filter in misses {
            assert!(!filter.picks(&entry), "{filter:?}");
        }
        let hit = Filter {
            after: Some(1),
            event: Some(EventKind::RequestGot),
            hop: Some(Hop::Provider),
            entity: Some("418166096".into()),
            ..Filter::default()
        };
        assert!(hit.picks(&entry));
    }
}
