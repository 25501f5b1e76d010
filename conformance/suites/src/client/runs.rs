//! The runs of a client in a history: each from its start to its end, with the calls that it made.

use doublure_journal::{Entry, Event, ExchangeId, Hop, Moment};
use doublure_rules::{Exchange, History, Proof};
use serde::Deserialize;

/// One process of the client under test.
#[derive(Debug)]
pub(super) struct ClientRun<'a> {
    /// Its start.
    pub(super) spawned: &'a Entry,
    /// Its end, if that was seen.
    pub(super) exited: Option<&'a Entry>,
    /// The calls that it made, as the gateway saw them.
    pub(super) calls: Vec<Exchange<'a>>,
    entries: &'a [Entry],
}

/// What a client says of its own work in the last line of its standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Said {
    /// It has what it wanted.
    Ok,
    /// It has not.
    Error,
    /// It has not, and goes on without.
    Degraded,
}

impl ClientRun<'_> {
    /// What it said of its work, if it said anything.
    pub(super) fn said(&self) -> Option<(&Entry, Said)> {
        let lines = self
            .entries
            .iter()
            .rev()
            .filter_map(|entry| match &entry.event {
                Event::DriverSaid { line } if !line.trim().is_empty() => Some((entry, line)),
                _ => None,
            });
        let (entry, line) = lines.take(1).next()?;
        let report: Report = serde_json::from_str(line).ok()?;
        Some((entry, report.outcome))
    }

    /// Its exit code, if it ended by itself and no signal ended it.
    pub(super) fn code(&self) -> Option<i32> {
        match self.exited?.event {
            Event::DriverExited {
                code,
                killed: false,
            } => code,
            _ => None,
        }
    }

    /// Whether the harness had to end it.
    pub(super) fn was_killed(&self) -> bool {
        self.exited.is_some_and(was_killed)
    }

    /// Where it stopped waiting for an answer: it hung up, or ended by itself.
    ///
    /// A client that the harness ends hangs up too; that is none of its doing.
    pub(super) fn gave_up(&self, call: &Exchange<'_>) -> Option<&Entry> {
        let exchange = call.opened.event.exchange();
        let mut until_its_end = self.entries.iter().take_while(|entry| !was_killed(entry));
        until_its_end.find(|entry| left(entry, exchange) || exited(entry))
    }

    /// The last moment at which it was seen to live.
    pub(super) fn seen_until(&self) -> Option<Moment> {
        Some(self.exited?.at)
    }

    /// Its calls that began after that one had been answered.
    pub(super) fn calls_after(
        &self,
        answered: &Exchange<'_>,
    ) -> impl Iterator<Item = &Exchange<'_>> {
        let known = answered.ended.map_or(u64::MAX, |entry| entry.index);
        self.calls
            .iter()
            .filter(move |call| call.opened.index > known)
    }

    /// Its start and its end.
    pub(super) fn edges(&self) -> Proof {
        let spawned = Proof::of(self.spawned);
        match self.exited {
            Some(exited) => spawned.and(Proof::of(exited)),
            None => spawned,
        }
    }
}

/// Every run, in order.
pub(super) fn runs(history: &History) -> Vec<ClientRun<'_>> {
    let calls = history.got(Hop::Client);
    let spawns = |entry: &Entry| matches!(entry.event, Event::DriverSpawned { .. });
    let starts: Vec<usize> = (0..history.entries.len())
        .filter(|place| spawns(&history.entries[*place]))
        .collect();
    let ends = starts
        .iter()
        .skip(1)
        .copied()
        .chain([history.entries.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| run(&history.entries[*start..end], &calls))
        .collect()
}

/// The last line of a client's standard output; members beside these are its own business.
#[derive(Deserialize)]
struct Report {
    outcome: Said,
}

fn run<'a>(entries: &'a [Entry], calls: &[Exchange<'a>]) -> ClientRun<'a> {
    let (first, last) = (entries[0].index, entries[entries.len() - 1].index);
    let within = |call: &&Exchange<'_>| (first..=last).contains(&call.opened.index);
    ClientRun {
        spawned: &entries[0],
        exited: entries.iter().find(|entry| exited(entry)),
        calls: calls.iter().filter(within).copied().collect(),
        entries,
    }
}

const fn exited(entry: &Entry) -> bool {
    matches!(entry.event, Event::DriverExited { .. })
}

const fn was_killed(entry: &Entry) -> bool {
    matches!(entry.event, Event::DriverExited { killed: true, .. })
}

fn left(entry: &Entry, call: Option<ExchangeId>) -> bool {
    matches!(entry.event, Event::CallerLeft { exchange } if Some(exchange) == call)
}

#[cfg(test)]
pub(super) mod testing {
    use doublure_rules::testing::HistoryBuilder;

    use super::*;

    /// What tests of judges tell of a client's process.
    pub(crate) trait Tells: Sized {
        /// It starts.
        fn spawn(self) -> Self;
        /// It writes a line.
        fn say(self, line: &str) -> Self;
        /// It ends with a code.
        fn exit(self, code: i32) -> Self;
        /// The harness ends it.
        fn kill(self) -> Self;
        /// A run that succeeds; `name` stands for its call.
        fn well(self, name: &str) -> Self;
        /// The caller of a call hangs up; the ordinal is that of the exchange, from 1 on.
        fn hang_up(self, ordinal: u64) -> Self;
    }

    impl Tells for HistoryBuilder {
        fn spawn(self) -> Self {
            self.event(Event::DriverSpawned {
                command: "client".to_owned(),
            })
        }

        fn say(self, line: &str) -> Self {
            self.event(Event::DriverSaid {
                line: line.to_owned(),
            })
        }

        fn exit(self, code: i32) -> Self {
            self.event(Event::DriverExited {
                code: Some(code),
                killed: false,
            })
        }

        fn kill(self) -> Self {
            self.event(Event::DriverExited {
                code: None,
                killed: true,
            })
        }

        fn well(self, name: &str) -> Self {
            self.spawn()
                .got(name, "op", "111")
                .wait_ms(5)
                .reply(name, 200, "{}")
                .exit(0)
        }

        fn hang_up(self, ordinal: u64) -> Self {
            self.event(Event::CallerLeft {
                exchange: ExchangeId(ordinal),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use doublure_rules::testing::HistoryBuilder;

    use super::{testing::Tells, *};

    #[test]
    fn a_call_belongs_to_the_run_in_which_it_began() {
        let history = HistoryBuilder::client().well("first").well("second").end();

        let runs = runs(&history);

        assert_eq!(runs.len(), 2);
        assert!(
            runs.iter()
                .all(|run| run.calls.len() == 1 && run.code() == Some(0))
        );
    }

    #[test]
    fn only_the_last_line_says_how_the_work_went() {
        let history = HistoryBuilder::client()
            .spawn()
            .say(r#"{"outcome":"error"}"#)
            .say(r#"{"outcome":"degraded","why":"no answer"}"#)
            .say("")
            .exit(0)
            .spawn()
            .say(r#"{"outcome":"ok"}"#)
            .say("done")
            .exit(0)
            .end();

        let runs = runs(&history);

        assert_eq!(runs[0].said().map(|(_, said)| said), Some(Said::Degraded));
        assert!(runs[1].said().is_none());
    }
}
