//! What was seen in a session, counted from its journal.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    time::Duration,
};

use doublure_control::{AddressView, ControlError, JournalQuery, SessionClient};
use doublure_journal::{Entry, Event, EventKind, ExchangeId, Filter, Hop, RequestSeen};

use crate::terminal::{ERROR, FAINT, GOOD, STRONG, WARNING};

/// Calls by operation and status, faults, bans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    calls: BTreeMap<String, BTreeMap<Status, u64>>,
    faults: BTreeMap<String, u64>,
    silenced: u64,
    bans: Vec<String>,
    dropped: u64,
}

/// A status, or none: the call got no whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Status(Option<u16>);

impl Tally {
    /// Reads a session's journal to its end; counts the calls of this hop.
    ///
    /// # Errors
    /// The control server does not answer.
    pub(crate) async fn of(session: &SessionClient, hop: Hop) -> Result<Self, ControlError> {
        settled(session, hop).await?;
        let mut counter = Counter::of(hop);
        let mut dropped = 0;
        for event in COUNTED {
            let mut filter = Filter {
                event: Some(event),
                ..Filter::default()
            };
            loop {
                let query = JournalQuery {
                    filter: filter.clone(),
                    limit: None,
                };
                let page = session.journal(&query).await?;
                dropped = page.dropped;
                let Some(last) = page.entries.last() else {
                    break;
                };
                filter.after = Some(last.index);
                page.entries.iter().for_each(|entry| counter.take(entry));
            }
        }
        let mut tally = counter.done();
        tally.dropped = dropped;
        if let Ok(addresses) = session.bans().await {
            tally.bans = addresses.iter().filter_map(told_ban).collect();
        }
        Ok(tally)
    }

    /// Calls with this status.
    fn with_status(&self, status: u16) -> u64 {
        let counts = self.calls.values();
        counts
            .filter_map(|by_status| by_status.get(&Status(Some(status))))
            .sum()
    }

    fn total(&self) -> u64 {
        self.calls.values().flat_map(BTreeMap::values).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        let calls = if total == 1 { "call" } else { "calls" };
        write!(f, "{STRONG}{total} {calls}{STRONG:#}")?;
        for (operation, by_status) in &self.calls {
            write!(f, "\n  {operation}")?;
            for (status, count) in by_status {
                write!(f, "  {status} × {count}")?;
            }
        }
        let refused = self.with_status(TOO_MANY);
        if refused > 0 {
            write!(f, "\n  {WARNING}{refused} over a quota (429){WARNING:#}")?;
        }
        for (fault, count) in &self.faults {
            write!(f, "\n  {WARNING}fault {fault}{WARNING:#} × {count}")?;
        }
        for ban in &self.bans {
            write!(f, "\n  {ERROR}{ban}{ERROR:#}")?;
        }
        if self.silenced > 0 {
            write!(f, "\n  connections that met silence × {}", self.silenced)?;
        }
        if self.dropped > 0 {
            write!(
                f,
                "\n  {FAINT}the full journal dropped {} entries: the counts are of those it kept{FAINT:#}",
                self.dropped
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(status @ 200..=299) => write!(f, "{GOOD}{status}{GOOD:#}"),
            Some(status) => write!(f, "{WARNING}{status}{WARNING:#}"),
            None => write!(f, "{ERROR}no answer{ERROR:#}"),
        }
    }
}

/// Joins requests and answers by their exchange.
struct Counter {
    hop: Hop,
    operations: BTreeMap<ExchangeId, String>,
    statuses: HashMap<ExchangeId, u16>,
    faults: BTreeMap<String, u64>,
    silenced: u64,
}

impl Counter {
    fn of(hop: Hop) -> Self {
        Self {
            hop,
            operations: BTreeMap::new(),
            statuses: HashMap::new(),
            faults: BTreeMap::new(),
            silenced: 0,
        }
    }

    fn take(&mut self, entry: &Entry) {
        match &entry.event {
            Event::RequestGot {
                exchange,
                hop,
                request,
            } if *hop == self.hop => {
                self.operations.insert(*exchange, name_of(request));
            }
            Event::ResponseSent {
                exchange,
                hop,
                response,
            } if *hop == self.hop => {
                self.statuses.insert(*exchange, response.status);
            }
            Event::FaultFired { fault, .. } => {
                *self.faults.entry(fault.clone()).or_default() += 1;
            }
            Event::ConnectionSilenced { .. } => self.silenced += 1,
            _ => {}
        }
    }

    fn done(self) -> Tally {
        let mut calls: BTreeMap<String, BTreeMap<Status, u64>> = BTreeMap::new();
        for (exchange, operation) in self.operations {
            let status = Status(self.statuses.get(&exchange).copied());
            *calls
                .entry(operation)
                .or_default()
                .entry(status)
                .or_default() += 1;
        }
        Tally {
            calls,
            faults: self.faults,
            silenced: self.silenced,
            ..Tally::default()
        }
    }
}

/// Waits a little for answers that callers have read and that are not written down yet.
async fn settled(session: &SessionClient, hop: Hop) -> Result<(), ControlError> {
    let of = |event| Filter {
        event: Some(event),
        hop: Some(hop),
        ..Filter::default()
    };
    let asked = session.count(&of(EventKind::RequestGot)).await?;
    let answered = of(EventKind::ResponseSent);
    session.wait_for(&answered, asked, LAST_ANSWERS).await?;
    Ok(())
}

/// The operation, the provider's call, or the path that is neither.
fn name_of(request: &RequestSeen) -> String {
    if let Some(operation) = &request.operation {
        return operation.clone();
    }
    match (&request.provider, &request.call) {
        (Some(provider), Some(call)) => format!("{provider} {call}"),
        _ => {
            let path = request.target.split('?').next().unwrap_or_default();
            format!("{path} (no route)")
        }
    }
}

fn told_ban(address: &AddressView) -> Option<String> {
    let until = address.banned_until?;
    let because = address.because.as_deref().unwrap_or("an unknown cause");
    Some(format!(
        "{} is banned until {until} ({because})",
        address.address
    ))
}

/// Kinds of events that are counted.
const COUNTED: [EventKind; 4] = [
    EventKind::RequestGot,
    EventKind::ResponseSent,
    EventKind::FaultFired,
    EventKind::ConnectionSilenced,
];

/// A call that is never answered costs so much at the end.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

const TOO_MANY: u16 = 429;

#[cfg(test)]
mod tests {
    use doublure_journal::{Moment, ResponseSeen};

    use super::*;

    fn got(exchange: u64, operation: Option<&str>) -> Event {
        Event::RequestGot {
            exchange: ExchangeId(exchange),
            hop: Hop::Client,
            request: RequestSeen {
                target: "/nowhere?a=b".into(),
                operation: operation.map(str::to_owned),
                ..RequestSeen::default()
            },
        }
    }

    fn answered(exchange: u64, status: u16) -> Event {
        Event::ResponseSent {
            exchange: ExchangeId(exchange),
            hop: Hop::Client,
            response: ResponseSeen {
                status,
                ..ResponseSeen::default()
            },
        }
    }

    fn told(events: Vec<Event>) -> String {
        let mut counter = Counter::of(Hop::Client);
        for event in events {
            counter.take(&Entry {
                index: 1,
                at: Moment::default(),
                event,
            });
        }
        anstream::adapter::strip_str(&counter.done().to_string()).to_string()
    }

    #[test]
    fn calls_are_counted_by_operation_and_status() {
        let told = told(vec![
            got(1, Some("unites_legales")),
            got(2, Some("unites_legales")),
            got(3, Some("unites_legales")),
            got(4, None),
            answered(1, 200),
            answered(2, 429),
            answered(4, 404),
        ]);

        insta::assert_snapshot!(told, @r"
        4 calls
          /nowhere (no route)  404 × 1
          unites_legales  no answer × 1  200 × 1  429 × 1
          1 over a quota (429)
        ");
    }

    #[test]
    fn faults_and_silence_are_counted() {
        let fault = Event::FaultFired {
            exchange: None,
            fault: "insee-down".into(),
            effect: "refuse".into(),
            draw: None,
        };
        let silenced = Event::ConnectionSilenced {
            connection: doublure_journal::ConnectionId(1),
        };

        let told = told(vec![fault.clone(), fault, silenced]);

        insta::assert_snapshot!(told, @r"
        0 calls
          fault insee-down × 2
          connections that met silence × 1
        ");
    }

    #[test]
    fn a_ban_is_told_with_its_end_and_its_cause() {
        let address = AddressView {
            address: "127.0.0.1".parse().unwrap(),
            requests: 1_001,
            ignored_429: 0,
            banned_until: Some(Moment::from_unix_seconds(1_768_471_200)),
            because: Some("volume".into()),
        };

        assert_eq!(
            told_ban(&address).unwrap(),
            "127.0.0.1 is banned until 2026-01-15T10:00:00.000000Z (volume)"
        );
    }
}
